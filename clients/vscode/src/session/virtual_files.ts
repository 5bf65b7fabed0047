// Tells the server of files that another extension provides (on another machine, in an archive), once one is on the screen.
// Which schemes there are is not known before.

import * as vscode from 'vscode';
import { described } from '../complete/described';
import { isVirtual } from '../complete/gate';
import type { Connection } from './client';

export class VirtualFiles implements vscode.Disposable {
  private readonly watching = vscode.window.onDidChangeVisibleTextEditors(() => {
    this.look();
  });

  constructor(private readonly connection: () => Connection | undefined) {}

  /** Call it when a new server has started, too. */
  look(): void {
    const connection = this.connection();
    if (!connection) return;
    for (const { document } of vscode.window.visibleTextEditors)
      if (isVirtual(described(document))) connection.include(document.uri.scheme);
  }

  dispose(): void {
    this.watching.dispose();
  }
}
