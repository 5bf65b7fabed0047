// Commands that look: why there was that completion, what would be sent, what works, how well it does on this project.

import * as vscode from 'vscode';
import type { App } from '../app';
import { explain } from '../complete/explain';

const EXPLAIN = 'codestral-ls.explain';

export function registerInspect(app: App): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('codestral-ls.explainLast', () => explainLast(app)),
    vscode.commands.registerCommand('codestral-ls.showContext', () => showContext(app)),
    vscode.commands.registerCommand('codestral-ls.doctor', () => runInTerminal(app, 'doctor', ['doctor'])),
    vscode.commands.registerCommand('codestral-ls.evaluate', () => {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
      return runInTerminal(app, 'evaluation', ['eval', ...(folder ? [folder] : [])]);
    }),
  ];
}

async function explainLast(app: App): Promise<void> {
  const last = app.completions.records.at(-1);
  let more = '';
  if (last && app.connection?.offers(EXPLAIN)) {
    const where = { textDocument: { uri: last.document }, position: { line: last.line, character: last.character } };
    const said = await app.connection.request<{ message?: string } | string | null>('workspace/executeCommand', { command: EXPLAIN, arguments: [where] })
      .catch(() => null);
    more = typeof said === 'string' ? said : (said?.message ?? '');
  }
  const answer = await vscode.window.showInformationMessage([explain(last), more].filter(Boolean).join(' '), 'Open Log');
  if (answer) app.log.show();
}

/** The server's own account of a prompt, for the file as it is on disk. */
async function showContext(app: App): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== 'file') {
    await vscode.window.showInformationMessage('Open a file first: what would be sent is told for a place in a file.');
    return;
  }
  if (editor.document.isDirty) await editor.document.save();
  const { line, character } = editor.selection.active;
  const column = [...editor.document.lineAt(line).text.slice(0, character)].length + 1;
  await runInTerminal(app, 'what would be sent', ['context', `${editor.document.uri.fsPath}:${line + 1}:${column}`]);
}

/** Run one of the server's subcommands where its colours and its progress can be seen; the window stays when it ends. */
async function runInTerminal(app: App, name: string, args: readonly string[]): Promise<void> {
  const launch = app.launch();
  if (!launch) {
    await vscode.commands.executeCommand('codestral-ls.install');
    return;
  }
  const environment = await app.keys.environment();
  const execution = new vscode.ProcessExecution(launch.command, [...launch.args, ...args], { env: environment });
  const task = new vscode.Task({ type: 'codestral-ls', name }, vscode.TaskScope.Global, name, 'Codestral', execution);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated, clear: true, echo: false };
  await vscode.tasks.executeTask(task);
}
