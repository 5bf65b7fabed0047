// Commands that let the model write a docstring or tests for the function at the cursor. The result is shown as a diff and
// written to the file only if the user accepts it.

import * as vscode from 'vscode';
import type { App } from '../app';
import { type CodeActionWire, chooseAction } from '../review/actions';
import { Review } from '../review/review';

type What = 'docstring' | 'tests';

export function registerWrite(app: App): vscode.Disposable[] {
  const review = new Review();
  return [
    review,
    vscode.commands.registerCommand('codestral-ls.writeDocstring', () => writeFor(app, review, 'docstring')),
    vscode.commands.registerCommand('codestral-ls.writeTests', () => writeFor(app, review, 'tests')),
    vscode.commands.registerCommand('codestral-ls.applyReview', () => review.apply()),
    vscode.commands.registerCommand('codestral-ls.discardReview', () => review.discard()),
  ];
}

async function writeFor(app: App, review: Review, what: What): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const { connection } = app;
  if (!editor || !connection) {
    void vscode.window.showInformationMessage(
      editor ? 'codestral-ls is not running.' : 'Open a file and put the cursor into a function first.',
    );
    return;
  }
  const title = what === 'docstring' ? 'Writing a docstring' : 'Writing tests';
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  try {
    const edit = await vscode.window.withProgress(options, (_progress, token) => askFor(app, editor, what, token));
    if (edit) await review.show(edit, what === 'docstring' ? 'Docstring' : 'Tests');
    else
      void vscode.window.showInformationMessage(
        `Nothing to write here: put the cursor into a function or class${what === 'docstring' ? ' without a docstring' : ''}.`,
      );
  } catch (error) {
    if (error instanceof vscode.CancellationError) return;
    void vscode.window.showErrorMessage(`codestral-ls: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Asks the server for the edit; undefined if it has none for this place. */
async function askFor(
  app: App,
  editor: vscode.TextEditor,
  what: What,
  token: vscode.CancellationToken,
): Promise<vscode.WorkspaceEdit | undefined> {
  const { connection } = app;
  if (!connection) return undefined;
  const convert = connection.client.code2ProtocolConverter;
  const actions = await connection.request<CodeActionWire[] | null>(
    'textDocument/codeAction',
    {
      textDocument: convert.asTextDocumentIdentifier(editor.document),
      range: convert.asRange(editor.selection),
      context: { diagnostics: [], only: ['refactor', 'source'], triggerKind: 1 },
    },
    token,
  );
  let action = chooseAction(actions ?? [], what);
  if (action && !action.edit) action = await connection.request<CodeActionWire>('codeAction/resolve', action, token);
  if (token.isCancellationRequested) throw new vscode.CancellationError();
  return action?.edit ? connection.client.protocol2CodeConverter.asWorkspaceEdit(action.edit, token) : undefined;
}
