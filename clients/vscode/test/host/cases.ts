// The tests inside the extension host, with the real API and the real server, whose fake backend writes TEXT.

import * as assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Review } from '../../src/review/review';
import { activated, complete, configure, folder, heard, heardOf, open, openFile, ready, until } from './world';

export const TEXT = 'first + second';

/** Makes the fake backend write another text. No setting can do that, so it writes the configuration file and restarts the server. */
export const written = async (text: string) => {
  const exports = await ready();
  const before = exports.app.connection?.processId;
  writeFileSync(
    join(process.env['XDG_CONFIG_HOME'] ?? '', 'codestral-ls', 'config.toml'),
    `[backend]\nprimary = "fake"\n\n[fake]\ntext = ${JSON.stringify(text)}\n`,
  );
  await vscode.commands.executeCommand('codestral-ls.restart');
  await until('another server', () => exports.app.connection && exports.app.connection.processId !== before);
  await ready();
};

export const tests: Record<string, () => Promise<void>> = {
  'nothing is started before a file of code is on the screen': async () => {
    const { app } = await activated();
    await vscode.window.showTextDocument(vscode.Uri.file(join(folder(), 'notes.txt')));
    const visible = vscode.window.visibleTextEditors.map(({ document }) => `${document.uri.toString()} ${document.languageId}`);
    assert.equal(app.phase, 'stopped', visible.join(', '));
    assert.deepEqual(heard('initialize'), []);
    await openFile('add.py');
    await until('the server', () => heard('initialize').length === 1);
  },

  'activation is quick': async () => {
    const { activationMs } = await ready();
    assert.ok(activationMs < 150, `${activationMs} ms`);
  },

  'a file and an untitled document are completed, and acceptance is told': async () => {
    const exports = await ready();
    assert.equal(await complete(await openFile('add.py'), exports), TEXT);
    await until('acceptance', () => heardOf('workspace/executeCommand', 'codestral-ls.accepted').length > 0);
    assert.equal(await complete(await open('def add(first, second):\n    return '), exports), TEXT);
    assert.ok(heard('textDocument/didShowCompletion').length > 0);
  },

  'a question is announced while VS Code waits, and not where completion is off': async () => {
    const { app } = await ready();
    const announced = (editor: vscode.TextEditor) =>
      heardOf('codestral-ls/willAskInlineCompletion', editor.document.uri.toString()).length;
    const changes = (editor: vscode.TextEditor) => heardOf('textDocument/didChange', editor.document.uri.toString()).length;
    const type = async (editor: vscode.TextEditor, text: string) => {
      const before = changes(editor);
      await vscode.commands.executeCommand('type', { text });
      await until('the change', () => changes(editor) > before);
    };
    const editor = await open('def announced(first, second):\n    ');
    await vscode.commands.executeCommand('cursorMove', { to: 'left' });
    await vscode.commands.executeCommand('cursorMove', { to: 'right' });
    await type(editor, 'r');
    await until('the announcement', () => announced(editor) === 1);
    const uri = editor.document.uri.toString();
    await until('the question', () => app.completions.records.some((each) => each.document === uri && each.ended > 0));
    app.pause(1);
    try {
      await type(editor, 'e');
      await until('the refusal', () =>
        app.completions.records.some((each) => each.document === uri && each.reason.includes('paused')),
      );
      assert.equal(announced(editor), 1);
    } finally {
      app.resume();
    }
    await type(editor, 't');
    await until('another announcement', () => announced(editor) === 2);
  },

  'a word that is taken is told as a part': async () => {
    const exports = await ready();
    const editor = await open('def word(first, second):\n    return ');
    const before = heard('textDocument/didPartiallyAcceptCompletion').length;
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    const uri = editor.document.uri.toString();
    await until('an answer', () => exports.app.completions.records.some((each) => each.document === uri && each.ended > 0));
    const length = editor.document.getText().length;
    await until('a word', async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.acceptNextWord');
      return editor.document.getText().length > length;
    });
    const told = await until('the message', () => heard('textDocument/didPartiallyAcceptCompletion').slice(before)[0]);
    const params = told.params as unknown as {
      acceptedLength: number;
      item: { insertText: string };
    };
    assert.equal(params.acceptedLength, 'first'.length);
    assert.equal(params.item.insertText, TEXT);
  },

  'a line that is taken goes to its end': async () => {
    const exports = await ready();
    const editor = await open('def line(first, second):\n    return ');
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    const uri = editor.document.uri.toString();
    await until('an answer', () => exports.app.completions.records.some((each) => each.document === uri && each.ended > 0));
    await until('the line', async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.acceptNextLine');
      return editor.document.getText().endsWith(TEXT);
    });
  },

  'a document that nobody sees is not told of': async () => {
    await ready();
    const hidden = await vscode.workspace.openTextDocument(join(folder(), 'hidden.py'));
    await openFile('add.py');
    assert.deepEqual(heardOf('textDocument/didOpen', 'hidden.py'), []);
    await vscode.window.showTextDocument(hidden);
    await until('it to be opened', () => heardOf('textDocument/didOpen', 'hidden.py').length === 1);
  },

  'what other extensions complain of is told': async () => {
    await ready();
    const { document } = await openFile('add.py');
    const collection = vscode.languages.createDiagnosticCollection('other');
    collection.set(document.uri, [new vscode.Diagnostic(new vscode.Range(1, 0, 1, 3), 'something is missing')]);
    await until('the message', () => heardOf('codestral-ls/didChangeDiagnostics', 'something is missing').length === 1);
    collection.dispose();
    await until('that it is mended', () => heardOf('codestral-ls/didChangeDiagnostics', '"diagnostics":[]').length > 0);
  },

  'documents that are no files are left alone': async () => {
    await ready();
    const provider = {
      provideTextDocumentContent: () => 'def f(first, second):\n    return ',
    };
    const registered = vscode.workspace.registerTextDocumentContentProvider('codestral-test', provider);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.parse('codestral-test:/x.py')));
    await openFile('add.py');
    assert.deepEqual(heardOf('textDocument/didOpen', 'codestral-test'), []);
    registered.dispose();
  },

  "a notebook's cell completes with the cells before it": async () => {
    const exports = await ready();
    const cells = ['import os', 'def add(first, second):\n    return '].map(
      (text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python'),
    );
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(cells));
    const shown = await vscode.window.showNotebookDocument(notebook, {
      selections: [new vscode.NotebookRange(1, 2)],
    });
    const cell = notebook.cellAt(1);
    await vscode.commands.executeCommand('notebook.cell.edit');
    const editor = await until("the cell's editor", () =>
      vscode.window.visibleTextEditors.find((each) => each.document === cell.document),
    );
    assert.ok(shown);
    const end = cell.document.lineAt(1).range.end;
    editor.selection = new vscode.Selection(end, end);
    const items = await exports.app.completions.provide(
      cell.document,
      end,
      {
        triggerKind: vscode.InlineCompletionTriggerKind.Invoke,
        selectedCompletionInfo: undefined,
      },
      new vscode.CancellationTokenSource().token,
    );
    assert.equal(items?.[0]?.insertText, TEXT);
    assert.deepEqual(items?.[0]?.range?.start, end);
    const opened = heard('textDocument/didOpen').map((message) => message.params?.textDocument?.text ?? '');
    assert.ok(
      opened.some((text) => text.includes('import os') && text.includes('def add')),
      opened.join('|'),
    );
  },

  'a next edit goes from one cell of a notebook to another': async () => {
    const { app } = await ready();
    const cells = ['def load(path):\n    return path\n', 'first = load(1)\n'].map(
      (text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python'),
    );
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(cells));
    await vscode.window.showNotebookDocument(notebook, {
      selections: [new vscode.NotebookRange(0, 1)],
    });
    const [defining, using] = [notebook.cellAt(0).document, notebook.cellAt(1).document];
    await until('both cells at the server', () =>
      [defining, using].every(({ uri }) =>
        heard('textDocument/didOpen').some(({ params }) => params?.textDocument?.uri === uri.toString()),
      ),
    );
    await vscode.commands.executeCommand('notebook.cell.edit');
    const editor = await until("the first cell's editor", () => {
      const active = vscode.window.activeTextEditor;
      return active?.document === defining ? active : undefined;
    });
    await editor.edit((builder) => {
      builder.replace(new vscode.Range(0, 4, 0, 8), 'fetch');
    });
    const proposed = await until('the next edit', () => app.nextEdits.proposed);
    assert.equal(proposed.textDocument.uri, using.uri.toString());
    assert.equal(proposed.text, 'fetch');
    await vscode.commands.executeCommand('codestral-ls.nextEdit');
    await until('the second cell', () => vscode.window.activeTextEditor?.document === using);
    assert.equal(using.getText(), 'first = load(1)\n');
    await vscode.commands.executeCommand('codestral-ls.nextEdit');
    await until('the edit made', () => using.getText() === 'first = fetch(1)\n');
    await vscode.commands.executeCommand('undo');
    await until('one step undone', () => using.getText() === 'first = load(1)\n');
    assert.match(defining.getText(), /def fetch/);
  },

  'disabling, and disabling a language, take effect at once': async () => {
    const exports = await ready();
    const again = async () => complete(await open('def off(first, second):\n    return '), exports);
    await again();
    await vscode.commands.executeCommand('codestral-ls.disable');
    await until('it to be off', () => exports.app.bar.text.includes('off'));
    assert.equal(await again(), '');
    await vscode.commands.executeCommand('codestral-ls.enable');
    await vscode.commands.executeCommand('codestral-ls.toggleLanguage');
    await until('Python to be off', () => exports.app.bar.text.includes('not python'));
    assert.equal(await again(), '');
    await vscode.commands.executeCommand('codestral-ls.toggleLanguage');
    await until('Python to be on', () => exports.app.bar.text.includes('check'));
    assert.equal(await again(), TEXT);
  },

  'a changed setting takes effect without a restart': async () => {
    const exports = await ready();
    const { processId } = exports.app.connection ?? {};
    const seen: string[] = [];
    const becomes = async (text: string) => {
      for (let tries = 0; tries < 20 && seen.at(-1) !== text; tries += 1) {
        seen.push(await complete(await open(`def f${seen.length}(first, second):\n    return `), exports));
      }
      assert.equal(seen.at(-1), text, seen.join(' | '));
    };
    await configure('completion.disabledLanguages', ['python']);
    await becomes('');
    await configure('completion.disabledLanguages', undefined);
    await becomes(TEXT);
    assert.equal(exports.app.connection?.processId, processId);
  },

  'what the user alone may set goes on the command line of another server': async () => {
    const exports = await ready();
    const before = exports.app.connection?.processId;
    const line = () => readFileSync(`/proc/${exports.app.connection?.processId ?? 0}/cmdline`, 'utf8');
    assert.ok(!line().includes('dailyBudget'), line());
    await configure('limits.dailyBudget', 77);
    await until('another server', () => exports.app.connection && exports.app.connection.processId !== before);
    await ready();
    assert.match(line(), /"limits\.dailyBudget":77/);
    await configure('limits.dailyBudget', undefined);
    await until('a third server', () => exports.app.connection && !line().includes('dailyBudget'));
    await ready();
  },

  'the server hears only what was set, and of that only what a workspace may set': async () => {
    await ready();
    await configure('completion.maxLines', 11);
    const last = () =>
      heard('workspace/didChangeConfiguration').at(-1)?.params as unknown as {
        settings: Record<string, Record<string, unknown>>;
      };
    const said = await until('the configuration', () =>
      last()?.settings['codestral-ls']?.['completion.maxLines'] === 11 ? last() : undefined,
    );
    const names = Object.keys(said.settings['codestral-ls'] ?? {});
    assert.deepEqual(
      names.filter((name) => !name.startsWith('completion.')),
      [],
    );
    assert.ok(!names.includes('completion.alternatives'), 'a default was sent');
    await configure('completion.maxLines', undefined);
  },

  'many restarts are one, and no process is left': async () => {
    const exports = await ready();
    const before = exports.app.connection?.processId;
    const starts = heard('initialize').length;
    await Promise.all([1, 2, 3, 4].map(() => vscode.commands.executeCommand('codestral-ls.restart')));
    await ready();
    assert.notEqual(exports.app.connection?.processId, before);
    assert.ok(heard('initialize').length - starts <= 2, 'each wish had its own restart');
    await until('the old process to be gone', () => !existsSync(`/proc/${before ?? 0}`));
  },

  "a key reaches the server's process and nothing else": async () => {
    const exports = await ready();
    const before = exports.app.connection?.processId;
    await exports.app.keys.set('codestral', 'host-test-key');
    await until('another server', () => exports.app.connection && exports.app.connection.processId !== before);
    assert.equal((await exports.app.keys.environment())['CODESTRAL_API_KEY'], 'host-test-key');
    await exports.app.keys.delete('codestral');
    assert.deepEqual(await exports.app.keys.environment(), {});
    await ready();
  },

  'tests are shown as a diff, and make their file when they are applied': async () => {
    await ready();
    await written('():\n    assert add(1, 2) == 3\n');
    const editor = await openFile('calc.py');
    editor.selection = new vscode.Selection(0, 6, 0, 6);
    const diffs = () =>
      vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.input instanceof vscode.TabInputTextDiff);
    await until(
      'the diff',
      async () => {
        await vscode.window.showTextDocument(editor.document, {
          selection: editor.selection,
        });
        await vscode.commands.executeCommand('codestral-ls.writeTests');
        return diffs().length > 0;
      },
      60_000,
    );
    const { modified } = diffs()[0]?.input as vscode.TabInputTextDiff;
    assert.match((await vscode.workspace.openTextDocument(modified)).getText(), /assert add\(1, 2\) == 3/);
    const before = vscode.workspace.textDocuments.length;
    await vscode.commands.executeCommand('codestral-ls.applyReview');
    await until('the file', () => vscode.window.activeTextEditor?.document.getText().includes('assert add(1, 2) == 3'));
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', /test.*calc.*\.py$/);
    assert.equal(diffs().length, 0, `${before} documents`);
    await written(TEXT);
  },

  'a proposal for a file that has changed is not applied': async () => {
    const review = new Review('codestral-test-review');
    const editor = await open('def late():\n    pass\n');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(editor.document.uri, new vscode.Position(1, 4), 'proposed\n    ');
    await review.show(edit, 'Docstring');
    await vscode.window.showTextDocument(editor.document);
    const typed = new vscode.WorkspaceEdit();
    typed.insert(editor.document.uri, new vscode.Position(0, 0), '# typed meanwhile\n');
    await vscode.workspace.applyEdit(typed);
    await review.apply();
    assert.ok(!editor.document.getText().includes('proposed'));
    await review.discard();
    review.dispose();
  },
};
