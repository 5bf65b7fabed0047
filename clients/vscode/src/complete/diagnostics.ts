// Sends other extensions' diagnostics of visible documents to the server, once they have settled. The server cannot learn
// of them otherwise, and the next line often fixes them.

import * as vscode from 'vscode';
import type { Connection } from '../session/client';
import { described } from './described';
import { CELL, isCompleted } from './gate';
import { nearest } from './nearest_diagnostics';

const SETTLE_MS = 250;

export class Diagnostics implements vscode.Disposable {
  private readonly waiting = new Set<string>();
  /** What was last sent to the server, by document. */
  private told = new Map<string, string>();
  private holder: Connection | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly connection: () => Connection | undefined) {
    this.subscriptions = [
      vscode.languages.onDidChangeDiagnostics((event) => {
        this.changed(event.uris);
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        this.changed(editors.map((each) => each.document.uri));
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.told.delete(document.uri.toString())),
    ];
  }

  /** A new server has started: send it everything. */
  connected(): void {
    this.changed(vscode.window.visibleTextEditors.map((each) => each.document.uri));
  }

  private changed(uris: readonly vscode.Uri[]): void {
    for (const uri of uris) this.waiting.add(uri.toString());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.tell();
    }, SETTLE_MS);
  }

  private tell(): void {
    const connection = this.connection();
    if (!connection) return; // sent when there is a connection
    if (this.holder !== connection) {
      this.holder = connection;
      this.told = new Map();
    }
    for (const editor of vscode.window.visibleTextEditors) {
      const { uri } = editor.document;
      const key = uri.toString();
      if (!this.waiting.has(key) || !isTold(editor.document)) continue;
      const diagnostics = nearest(vscode.languages.getDiagnostics(uri), editor.selection.active.line);
      const said = JSON.stringify(diagnostics);
      if (said === (this.told.get(key) ?? '[]')) continue;
      this.told.set(key, said);
      void connection
        .notify('codestral-ls/didChangeDiagnostics', { textDocument: { uri: key }, diagnostics })
        .catch(() => undefined);
    }
    this.waiting.clear();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/** Cells are left out: the server's document of a cell begins with other cells. */
function isTold(document: vscode.TextDocument): boolean {
  return document.uri.scheme !== CELL && isCompleted(described(document));
}
