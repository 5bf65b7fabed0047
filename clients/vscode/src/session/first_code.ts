// Notices that somebody works on code in this window: a file of code is on the screen, or any document that may be
// completed is edited. Until then nothing is started.

import * as vscode from 'vscode';
import { SCHEMES } from '../complete/gate';

/** Languages that people look at and do not write code in. An edit in one counts all the same. */
const NO_CODE: ReadonlySet<string> = new Set(['plaintext', 'markdown', 'log', 'git-commit', 'git-rebase', 'csv', 'search-result']);

export function isCode(document: { readonly scheme: string; readonly languageId: string }): boolean {
  return SCHEMES.includes(document.scheme) && !NO_CODE.has(document.languageId);
}

/** Call `action` once, now or later. */
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
    if (editors.some(({ document }) => isCode({ scheme: document.uri.scheme, languageId: document.languageId }))) found();
  };
  subscriptions.push(
    vscode.window.onDidChangeVisibleTextEditors(look),
    vscode.workspace.onDidOpenTextDocument(() => {
      look(vscode.window.visibleTextEditors); // a document may become one of code while it is looked at
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      // A file that is read again changes too, but nobody has worked on it: only what is not saved yet is an edit.
      if (contentChanges.length > 0 && document.isDirty && SCHEMES.includes(document.uri.scheme)) found();
    }),
  );
  look(vscode.window.visibleTextEditors);
  return { dispose };
}
