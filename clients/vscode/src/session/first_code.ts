// Notices that the user works on code in this window: a code file is visible, or a document that may be completed is
// edited. Until then nothing is started.

import * as vscode from 'vscode';
import { described } from '../complete/described';
import { type Described, isCompleted } from '../complete/gate';

/** Languages that people read rather than write. An edit in one of them still counts. */
const NO_CODE: ReadonlySet<string> = new Set(['plaintext', 'markdown', 'log', 'git-commit', 'git-rebase', 'csv', 'search-result']);

export function isCode(document: Described): boolean {
  return isCompleted(document) && !NO_CODE.has(document.languageId);
}

/** Calls `action` once, now or later. */
export function onFirstCode(action: () => void): vscode.Disposable {
  const subscriptions: vscode.Disposable[] = [];
  const dispose = () => {
    for (const subscription of subscriptions.splice(0)) subscription.dispose();
  };
  let done = false;
  const found = () => {
    if (done) return;
    done = true;
    dispose();
    action();
  };
  const look = (editors: readonly vscode.TextEditor[]) => {
    if (editors.some(({ document }) => isCode(described(document)))) found();
  };
  subscriptions.push(
    vscode.window.onDidChangeVisibleTextEditors(look),
    vscode.workspace.onDidOpenTextDocument(() => {
      look(vscode.window.visibleTextEditors); // the language of a visible document may change to code
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      // A file that is reloaded also changes; only an unsaved change is an edit.
      if (contentChanges.length > 0 && document.isDirty && isCompleted(described(document))) found();
    }),
  );
  look(vscode.window.visibleTextEditors);
  return { dispose };
}
