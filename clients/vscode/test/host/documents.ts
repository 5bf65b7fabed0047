// Documents that are no common files, tested inside the extension host: of virtual file systems, read-only, cells with CRLF.

import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { TEXT, written } from './cases';
import { activated, complete, heard, heardOf, openFile, ready, until } from './world';

const CODE = 'def add(first, second):\n    return ';

/** One file, as an extension for another machine's files provides it. */
class OneFile implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  content = new TextEncoder().encode(CODE);

  watch = () => new vscode.Disposable(() => undefined);
  stat = () => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.content.length });
  readDirectory = () => [];
  createDirectory = () => undefined;
  readFile = () => this.content;
  writeFile = (_uri: vscode.Uri, content: Uint8Array<ArrayBuffer>) => {
    this.content = content;
  };
  delete = () => undefined;
  rename = () => undefined;
}

async function shown(address: string): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(vscode.Uri.parse(address));
  await vscode.languages.setTextDocumentLanguage(editor.document, 'python');
  const { end } = editor.document.lineAt(editor.document.lineCount - 1).range;
  editor.selection = new vscode.Selection(end, end);
  return editor;
}

export const documents: Record<string, () => Promise<void>> = {
  'a file that another extension provides is completed, also by the next server': async () => {
    const exports = await ready();
    const files = new OneFile();
    const registered = vscode.workspace.registerFileSystemProvider('othermachine', files);
    const editor = await shown('othermachine://host/w/there.py');
    await until('it to be opened', () => heardOf('textDocument/didOpen', 'othermachine://host/w/there.py').length > 0);
    assert.equal(await complete(editor, exports), TEXT);
    await until('the change', () => heardOf('textDocument/didChange', 'othermachine://host/w/there.py').length > 0);
    await editor.document.save();
    assert.ok(new TextDecoder().decode(files.content).endsWith(TEXT));
    await until('that it was saved', () => heardOf('textDocument/didSave', 'othermachine').length > 0);
    const opened = heardOf('textDocument/didOpen', 'othermachine').length;
    await vscode.commands.executeCommand('codestral-ls.restart');
    await until('it to be opened again', () => heardOf('textDocument/didOpen', 'othermachine').length > opened);
    await ready();
    await vscode.commands.executeCommand('cursorMove', { to: 'wrappedLineEnd' });
    await editor.edit((builder) => {
      builder.insert(editor.selection.active, '\n\n\ndef sum(first, second):\n    return ');
    });
    assert.ok((await complete(editor, exports)).endsWith(TEXT));
    await editor.document.save();
    registered.dispose();
  },

  'a file that nobody can write is left alone': async () => {
    const { app } = await ready();
    const registered = vscode.workspace.registerFileSystemProvider('archive', new OneFile(), { isReadonly: true });
    const editor = await shown('archive:/in.zip/inside.py');
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    assert.equal(editor.document.getText(), CODE);
    await openFile('add.py');
    assert.deepEqual(heardOf('textDocument/didOpen', 'archive'), []);
    assert.ok(app.completions.records.every(({ document, outcome }) => !document.startsWith('archive') || outcome === 'refused'));
    registered.dispose();
  },

  'nothing is asked for in a read-only file': async () => {
    const { app } = await ready();
    await vscode.workspace
      .getConfiguration('files')
      .update('readonlyInclude', { '**/fixed.py': true }, vscode.ConfigurationTarget.Global);
    const editor = await openFile('fixed.py');
    const before = editor.document.getText();
    const { length } = app.completions.records;
    await vscode.commands.executeCommand('type', { text: 'x' });
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    assert.deepEqual(app.completions.records.slice(length), []);
    assert.equal(editor.document.getText(), before);
    await vscode.workspace.getConfiguration('files').update('readonlyInclude', undefined, vscode.ConfigurationTarget.Global);
  },

  'in a cell with CRLF lines are taken one by one': async () => {
    await ready();
    await written('max(\n        first,\n        second,\n    )');
    const { app } = await activated();
    const cells = ['import os\nimport sys', CODE]
      .map((text) => text.replaceAll('\n', '\r\n'))
      .map((text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python'));
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(cells));
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 2)] });
    const { document } = notebook.cellAt(1);
    assert.equal(document.eol, vscode.EndOfLine.CRLF);
    await vscode.commands.executeCommand('notebook.cell.edit');
    const editor = await until("the cell's editor", () =>
      vscode.window.visibleTextEditors.find((each) => each.document === document),
    );
    const { end } = document.lineAt(1).range;
    editor.selection = new vscode.Selection(end, end);
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    const uri = document.uri.toString();
    await until('an answer', () => app.completions.records.some((each) => each.document === uri && each.items > 0));
    const parts = () => heard('textDocument/didPartiallyAcceptCompletion');
    const before = parts().length;
    for (const lines of [3, 4]) {
      await until(`line ${lines}`, async () => {
        await vscode.commands.executeCommand('editor.action.inlineSuggest.acceptNextLine');
        return document.lineCount >= lines;
      });
    }
    await until('two messages', () => parts().length >= before + 2);
    const [first, second] = parts()
      .slice(before)
      .map(({ params }) => (params as unknown as { acceptedLength: number }).acceptedLength);
    assert.deepEqual([first, second], ['max(\n'.length, 'max(\n        first,\n'.length]);
    assert.ok(document.getText().endsWith('max(\r\n        first,\r\n'), JSON.stringify(document.getText()));
    await written(TEXT);
  },
};
