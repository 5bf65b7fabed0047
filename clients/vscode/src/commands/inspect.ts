// Commands that only report: where a completion came from, what would be sent, what works, how good completions are on this project.

import * as vscode from 'vscode';
import type { App } from '../app';
import { explain } from '../complete/explain';
import { Reports } from './reports';

const EXPLAIN = 'codestral-ls.explain';
const PREVIEW = 'codestral-ls.preview';

export function registerInspect(app: App): vscode.Disposable[] {
  const reports = new Reports();
  return [
    reports,
    vscode.commands.registerCommand('codestral-ls.explainLast', () => explainLast(app)),
    vscode.commands.registerCommand('codestral-ls.showContext', () => showContext(app, reports)),
    vscode.commands.registerCommand('codestral-ls.doctor', () => reports.show(app, 'Doctor', ['doctor'])),
    vscode.commands.registerCommand('codestral-ls.costs', () => reports.show(app, 'Costs', ['costs'])),
    vscode.commands.registerCommand('codestral-ls.evaluate', () => {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
      return reports.show(app, 'Evaluation', ['eval', ...(folder ? [folder] : [])]);
    }),
  ];
}

async function explainLast(app: App): Promise<void> {
  const last = app.completions.records.at(-1);
  let more = '';
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === last?.document);
  if (last && document && app.connection?.offers(EXPLAIN)) {
    const where = await app.completions.where(app.connection, document, new vscode.Position(last.line, last.character));
    const said = await app.connection
      .request<{ message?: string } | string | null>('workspace/executeCommand', { command: EXPLAIN, arguments: [where] })
      .catch((error: unknown) => {
        app.log.warn(`explaining failed: ${String(error)}`);
        return null;
      });
    more = typeof said === 'string' ? said : (said?.message ?? '');
  }
  void vscode.window.showInformationMessage([explain(last), more].filter(Boolean).join(' '), 'Open Log').then((answer) => {
    if (answer) app.log.show();
  });
}

/** Asks the running server, which knows the unsaved document, the settings and the key. Nothing is saved. */
async function showContext(app: App, reports: Reports): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage('Open a file first: what would be sent is told for a place in a file.');
    return;
  }
  if (!app.connection?.offers(PREVIEW)) {
    void vscode.window.showInformationMessage('The server does not run, so nothing would be sent.');
    return;
  }
  const where = await app.completions.where(app.connection, editor.document, editor.selection.active);
  const { text } = await app.connection.request<{ text: string }>('workspace/executeCommand', {
    command: PREVIEW,
    arguments: [where],
  });
  await reports.present('What would be sent', text);
}
