// Helpers of the tests in the extension host: waiting with a deadline, files of the workspace, the running extension.

import * as assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Exports } from '../../src/extension';

const DEADLINE_MS = 20_000;

export async function until<T>(what: string, look: () => T | Promise<T>, ms = DEADLINE_MS): Promise<NonNullable<T>> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < end, `waited ${ms / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

export const folder = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

/** The extension's own objects. */
export async function activated(): Promise<Exports> {
  const extension = vscode.extensions.getExtension<Exports>('codestral-ls.codestral-ls');
  assert.ok(extension, 'the extension is not there');
  return extension.activate();
}

/** The same, once a server runs and its backend is ready. */
export async function ready(): Promise<Exports> {
  const exports = await activated();
  if (exports.app.phase === 'stopped') await openFile('add.py');
  await until('a ready backend', () => exports.app.status?.state === 'ready', 60_000);
  return exports;
}

interface Message {
  readonly method?: string;
  readonly params?: Record<string, never> & { textDocument?: { uri: string; text?: string } };
}

/** The messages that the server has received so far; the test's command for the server records them. */
export function heard(method: string): Message[] {
  const path = join(folder(), '..', 'wire.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'));
  return lines.map((line) => JSON.parse(line) as Message).filter((message) => message.method === method);
}

export function heardOf(method: string, part: string): Message[] {
  return heard(method).filter((message) => JSON.stringify(message.params ?? {}).includes(part));
}

export async function open(content: string, language = 'python'): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument({ content, language });
  return atEnd(await vscode.window.showTextDocument(document));
}

export async function openFile(name: string): Promise<vscode.TextEditor> {
  return atEnd(await vscode.window.showTextDocument(vscode.Uri.file(join(folder(), name))));
}

function atEnd(editor: vscode.TextEditor): vscode.TextEditor {
  const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
  editor.selection = new vscode.Selection(end, end);
  return editor;
}

/** Ask for a completion as the user does, wait for the answer to that place, and accept it. */
export async function complete(editor: vscode.TextEditor, { app }: Exports): Promise<string> {
  const { length } = editor.document.getText();
  const since = Date.now();
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  const uri = editor.document.uri.toString();
  const record = await until('an answer', () =>
    app.completions.records.find((each) => each.document === uri && each.asked >= since && each.ended > 0),
  );
  if (record.items === 0) return '';
  return until('the completion in the text', async () => {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    return editor.document.getText().slice(length);
  });
}

/** Set one of the user's settings; undefined removes it. */
export const configure = (name: string, value: unknown) =>
  vscode.workspace.getConfiguration('codestral-ls').update(name, value, vscode.ConfigurationTarget.Global);
