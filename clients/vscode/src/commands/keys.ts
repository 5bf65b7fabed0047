// Commands that set and delete an API key. A key is never shown, logged or put into a setting.

import * as vscode from 'vscode';
import type { App } from '../app';
import { type Backend, backendNamed, backendsWithKeys } from '../backends';
import { read } from '../settings';

export function registerKeys(app: App): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('codestral-ls.setKey', (name?: string) => setKey(app, name)),
    vscode.commands.registerCommand('codestral-ls.deleteKey', () => deleteKey(app)),
  ];
}

async function setKey(app: App, name: string | undefined): Promise<void> {
  const primary = backendNamed(name ?? read('backend.primary', 'local'));
  const backend = primary?.keyVariable ? primary : await chooseKeyed('Whose key?');
  if (!backend) return;
  const key = await vscode.window.showInputBox({
    title: `Key for ${backend.label}`,
    prompt: "Kept in VS Code's secret storage and handed to the server's process only.",
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (/\s/.test(value.trim()) ? 'A key has no spaces.' : undefined),
  });
  if (key?.trim()) await app.keys.set(backend.name, key.trim());
}

async function deleteKey(app: App): Promise<void> {
  const backend = await chooseKeyed('Delete whose key?');
  if (backend) await app.keys.delete(backend.name);
}

async function chooseKeyed(placeHolder: string): Promise<Backend | undefined> {
  const backends = backendsWithKeys(read('backend.primary', 'local'));
  const pick = await vscode.window.showQuickPick(
    backends.map((backend) => ({ label: backend.label, detail: backend.detail, backend })),
    { placeHolder },
  );
  return pick?.backend;
}
