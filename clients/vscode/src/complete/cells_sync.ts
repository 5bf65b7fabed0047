// Sends notebook cells to the server. Each cell is a document that begins with the cells before it (cells.ts) and is updated
// when a completion is requested. Its URI is that of the notebook, so the server's rules for files apply to it.

import * as vscode from 'vscode';
import type { Connection } from '../session/client';
import { compose } from './cells';
import { CELL } from './gate';

interface Sent {
  version: number;
  text: string;
}

export interface Place {
  /** Overrides of the usual params of a request. */
  readonly params: { textDocument?: { uri: string; version: number }; position?: { line: number; character: number } };
  /** The number of lines to subtract from every line number of the answer. */
  readonly lines: number;
}

const PLAIN: Place = { params: {}, lines: 0 };
const MOST_OPEN = 8;

export class Cells implements vscode.Disposable {
  private sent = new Map<string, Sent>();
  private holder: Connection | undefined;
  private readonly watching: vscode.Disposable;

  constructor() {
    this.watching = vscode.workspace.onDidCloseNotebookDocument((notebook) => {
      for (const cell of notebook.getCells()) this.close(uriOf(cell));
    });
  }

  async place(connection: Connection, document: vscode.TextDocument, position: vscode.Position): Promise<Place> {
    const cell = cellOf(document);
    if (!cell) return PLAIN;
    if (this.holder !== connection) {
      this.holder = connection;
      this.sent = new Map();
    }
    const all = cell.notebook.getCells().map((each) => ({
      isCode: each.kind === vscode.NotebookCellKind.Code,
      language: each.document.languageId,
      text: each.document.getText(),
    }));
    const { text, lines } = compose(all, cell.index);
    const uri = uriOf(cell);
    const version = this.bring(connection, uri, document.languageId, text);
    return {
      params: { textDocument: { uri, version }, position: { line: position.line + lines, character: position.character } },
      lines,
    };
  }

  private bring(connection: Connection, uri: string, languageId: string, text: string): number {
    const before = this.sent.get(uri);
    this.sent.delete(uri);
    const version = before ? before.version + (before.text === text ? 0 : 1) : 1;
    this.sent.set(uri, { version, text }); // moves it to the end: the newest
    if (!before) void connection.notify('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
    else if (before.text !== text) {
      void connection.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] });
    }
    const [oldest] = this.sent.keys();
    if (this.sent.size > MOST_OPEN && oldest !== undefined) this.close(oldest);
    return version;
  }

  private close(uri: string): void {
    if (this.sent.delete(uri)) void this.holder?.notify('textDocument/didClose', { textDocument: { uri } }).catch(() => undefined);
  }

  dispose(): void {
    this.watching.dispose();
  }
}

/** Returns the cell of a document; undefined if the document is not a cell. */
export function cellOf(document: vscode.TextDocument): vscode.NotebookCell | undefined {
  if (document.uri.scheme !== CELL) return undefined;
  for (const notebook of vscode.workspace.notebookDocuments) {
    const cell = notebook.getCells().find((each) => each.document === document);
    if (cell) return cell;
  }
  return undefined;
}

function uriOf(cell: vscode.NotebookCell): string {
  return cell.notebook.uri.with({ fragment: cell.document.uri.fragment || String(cell.index) }).toString();
}
