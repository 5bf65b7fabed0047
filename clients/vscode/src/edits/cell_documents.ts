// Opens each code cell of the visible notebooks as a document at the server, so that next edits go from cell to cell.
// Completions use other documents, which begin with the cells before (complete/cells_sync.ts).

import * as vscode from 'vscode';
import { cellOf } from '../complete/cells_sync';
import type { Connection } from '../session/client';

const MOST_OPEN = 100;

export class CellDocuments implements vscode.Disposable {
  private open = new Set<string>();
  private holder: Connection | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly connection: () => Connection | undefined,
    private readonly warn: (message: string) => void,
  ) {
    const follow = () => {
      this.follow();
    };
    this.subscriptions = [
      vscode.window.onDidChangeVisibleNotebookEditors(follow),
      vscode.workspace.onDidChangeNotebookDocument(follow),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => {
        for (const { document } of notebook.getCells()) this.close(document.uri.toString());
      }),
    ];
  }

  /** Opens new cells at the server, with their text before the user changes it. */
  follow(): void {
    const connection = this.connection();
    if (!connection) return;
    if (this.holder !== connection) {
      this.holder = connection;
      this.open = new Set();
    }
    const cells = vscode.window.visibleNotebookEditors
      .flatMap(({ notebook }) => notebook.getCells())
      .filter(({ kind }) => kind === vscode.NotebookCellKind.Code);
    const here = new Set(cells.map(({ document }) => document.uri.toString()));
    for (const uri of this.open) if (!here.has(uri) && !isOpen(uri)) this.close(uri);
    for (const { document } of cells) {
      const uri = document.uri.toString();
      if (this.open.has(uri) || this.open.size >= MOST_OPEN) continue;
      this.open.add(uri);
      const { languageId, version } = document;
      this.tell('textDocument/didOpen', { textDocument: { uri, languageId, version, text: document.getText() } });
    }
  }

  /** Sends a change to the server if the document is a cell. */
  changed(document: vscode.TextDocument): void {
    const uri = document.uri.toString();
    if (this.holder !== this.connection() || !this.open.has(uri)) return;
    const textDocument = { uri, version: document.version };
    this.tell('textDocument/didChange', { textDocument, contentChanges: [{ text: document.getText() }] });
  }

  private close(uri: string): void {
    if (this.open.delete(uri)) this.tell('textDocument/didClose', { textDocument: { uri } });
  }

  private tell(method: string, params: unknown): void {
    this.holder?.notify(method, params).catch((error: unknown) => {
      this.warn(`${method}: ${String(error)}`);
    });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

function isOpen(uri: string): boolean {
  return vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri && cellOf(document));
}
