// Commands that switch completion on and off, for a language or for a while, and that choose the backend.

import * as vscode from 'vscode';
import type { App } from '../app';
import { BACKENDS, backendNamed } from '../backends';
import { read, write } from '../settings';

const command = vscode.commands.registerCommand;

export function registerSwitches(app: App): vscode.Disposable[] {
  return [
    command('codestral-ls.enable', () => write('completion.enabled', true)),
    command('codestral-ls.disable', async () => {
      await write('completion.enabled', false);
      await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
    }),
    command('codestral-ls.toggleLanguage', toggleLanguage),
    command('codestral-ls.pause', (minutes?: number) => pause(app, minutes)),
    command('codestral-ls.resume', () => {
      app.resume();
    }),
    command('codestral-ls.chooseBackend', (name?: string) => chooseBackend(app, name)),
  ];
}

async function toggleLanguage(): Promise<void> {
  const language = vscode.window.activeTextEditor?.document.languageId;
  if (!language) {
    void vscode.window.showInformationMessage('Open a file of the language first.');
    return;
  }
  const off = read<string[]>('completion.disabledLanguages', []);
  await write(
    'completion.disabledLanguages',
    off.includes(language) ? off.filter((each) => each !== language) : [...off, language],
  );
}

async function pause(app: App, minutes: number | undefined): Promise<void> {
  const lengths = [
    { label: '5 minutes', minutes: 5 },
    { label: '30 minutes', minutes: 30 },
    { label: '2 hours', minutes: 120 },
    { label: 'Until I resume', minutes: Infinity },
  ];
  const chosen = minutes ?? (await vscode.window.showQuickPick(lengths, { placeHolder: 'Pause completion for' }))?.minutes;
  if (chosen !== undefined) app.pause(chosen);
}

async function chooseBackend(app: App, name: string | undefined): Promise<void> {
  const now = read('backend.primary', 'local');
  const picks = BACKENDS.map((backend) => ({
    label: backend.label,
    description: backend.name === now ? 'in use' : '',
    detail: backend.detail,
    name: backend.name,
  }));
  const chosen =
    name ?? (await vscode.window.showQuickPick(picks, { placeHolder: 'Who writes the completions?', matchOnDetail: true }))?.name;
  if (chosen === undefined) return;
  const backend = backendNamed(chosen);
  // Ask for the key first: a server without it would show an error next to the input box.
  if (
    backend?.keyVariable &&
    ['codestral', 'mistral'].includes(chosen) &&
    !(await app.keys.has(chosen)) &&
    !process.env[backend.keyVariable]
  ) {
    await vscode.commands.executeCommand('codestral-ls.setKey', chosen);
  }
  await write('backend.primary', chosen);
}
