// The output of the commands that only report, tested inside the extension host with the real API and the real server.

import * as assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { complete, configure, folder, heardOf, openFile, ready, until } from './world';

export const inspecting: Record<string, () => Promise<void>> = {
  'the doctor and what would be sent are shown as documents': async () => {
    await ready();
    await vscode.commands.executeCommand('codestral-ls.doctor');
    await until('the report', () => (vscode.window.activeTextEditor?.document.getText() ?? '').includes('Python'));
    const { document } = await openFile('calc.py');
    const unsaved = new vscode.WorkspaceEdit();
    unsaved.insert(document.uri, document.lineAt(0).range.start, '# unsaved\n');
    await vscode.workspace.applyEdit(unsaved);
    await vscode.commands.executeCommand('codestral-ls.showContext');
    await until(
      'the context',
      () =>
        vscode.window.activeTextEditor?.document.uri.path.includes('What would be sent') &&
        /# unsaved/.test(vscode.window.activeTextEditor.document.getText()),
    );
    assert.ok(document.isDirty, 'somebody who wanted to look has saved the file');
  },

  'an evaluation is made with the settings of this window, and no workspace takes it over': async () => {
    const { app } = await ready();
    const { processId } = app.connection ?? {};
    const shown = () => {
      const document = vscode.window.activeTextEditor?.document;
      return document?.uri.path.includes('Evaluation') ? document.getText() : '';
    };
    const evaluate = async (mark: string) => {
      await openFile('calc.py');
      await vscode.commands.executeCommand('codestral-ls.evaluate');
      return until('the evaluation', () => (shown().includes(mark) ? shown() : undefined));
    };
    const optionsOf = (report: string) => {
      const file = /^(.*eval\.json)$/m.exec(report)?.[1] ?? '';
      return (JSON.parse(readFileSync(file, 'utf8')) as { options: { completion: { max_lines: number } } }).options;
    };
    await configure('completion.maxLines', 7);
    assert.equal(optionsOf(await evaluate('eval.json')).completion.max_lines, 7);
    const mine = join(folder(), '..', 'ran');
    mkdirSync(join(folder(), '.vscode'));
    writeFileSync(
      join(folder(), '.vscode', 'settings.json'),
      JSON.stringify({
        'codestral-ls.client.command': ['touch', mine],
        'codestral-ls.backend.primary': 'openai',
        'codestral-ls.openai.address': 'http://127.0.0.1:9',
        'codestral-ls.completion.maxLines': 100_000,
      }),
    );
    const inspected = () => vscode.workspace.getConfiguration('codestral-ls').inspect('completion.maxLines');
    await until("the workspace's settings", () => inspected()?.workspaceValue === 100_000);
    const report = await evaluate('completion.max_lines may be at most 100');
    assert.match(report, /^fake /m);
    assert.ok(!report.includes('127.0.0.1:9') && !existsSync(mine), report);
    assert.notEqual(optionsOf(report).completion.max_lines, 100_000);
    rmSync(join(folder(), '.vscode'), { recursive: true });
    await until("the workspace's settings to be gone", () => inspected()?.workspaceValue === undefined);
    await configure('completion.maxLines', undefined);
    assert.equal(app.connection?.processId, processId, 'the workspace had the server started anew');
  },

  'explain asks the server in the form that it understands': async () => {
    const exports = await ready();
    await complete(await openFile('add.py'), exports);
    await vscode.commands.executeCommand('codestral-ls.explainLast');
    const [asked] = await until('the question', () => {
      const all = heardOf('workspace/executeCommand', 'codestral-ls.explain');
      return all.length > 0 ? all : undefined;
    });
    assert.ok(!Array.isArray(asked?.params), JSON.stringify(asked?.params));
  },
};
