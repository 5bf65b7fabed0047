// The menu of the status bar item: the commands that are useful in the current state.

import * as vscode from 'vscode';
import type { App } from '../app';
import { type Choice, choices } from '../status/choices';
import { picture } from '../status/picture';
import { read } from '../settings';

const HOST = 'codestral-ls.host';
const HOST_MS = 300;

export function registerMenu(app: App): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('codestral-ls.menu', () => showMenu(app)),
    vscode.commands.registerCommand('codestral-ls.openLog', () => {
      app.log.show();
    }),
    vscode.commands.registerCommand('codestral-ls.openSettings', () =>
      vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${app.context.extension.id}`),
    ),
    vscode.commands.registerCommand('codestral-ls.restart', () => app.restart('the user asked')),
    vscode.commands.registerCommand('codestral-ls.walkthrough', () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `${app.context.extension.id}#start`),
    ),
  ];
}

async function showMenu(app: App): Promise<void> {
  const language = vscode.window.activeTextEditor?.document.languageId;
  const situation = app.situationNow();
  const offered = choices({
    ...situation,
    paused: app.isPaused,
    language,
    backend: app.status?.backend ?? read('backend.primary', 'local'),
    host: await hostState(app),
  });
  const { tooltip } = picture(situation, Date.now());
  const pick = await vscode.window.showQuickPick(
    offered.map((choice: Choice) => ({
      label: choice.label,
      ...(choice.description ? { description: choice.description } : {}),
      ...(choice.detail ? { detail: choice.detail } : {}),
      ...(choice.command ? {} : { kind: vscode.QuickPickItemKind.Separator }),
      choice,
    })),
    { title: 'Codestral', placeHolder: tooltip },
  );
  const chosen = pick?.choice;
  if (chosen?.command) await vscode.commands.executeCommand(chosen.command, ...(chosen.argument ? [chosen.argument] : []));
}

/** Waits only a moment for the server's sentence about memory, so that the menu opens at once. */
async function hostState(app: App): Promise<string> {
  const { connection } = app;
  if (!connection?.offers(HOST)) return '';
  const asked = connection
    .request<{ message: string }>('workspace/executeCommand', { command: HOST, arguments: [] })
    .then(({ message }) => message)
    .catch((error: unknown) => {
      app.log.warn(`the model host's state is not known: ${String(error)}`);
      return '';
    });
  return Promise.race([asked, new Promise<string>((resolve) => setTimeout(() => resolve(''), HOST_MS))]);
}
