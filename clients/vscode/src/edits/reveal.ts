// Goes to a place in a document, which may be a notebook cell. Also names a cell in words.

import * as vscode from 'vscode';
import { cellOf } from '../complete/cells_sync';

const EDITOR_MS = 2_000;

export async function reveal(document: vscode.TextDocument, range: vscode.Range): Promise<void> {
  const cell = cellOf(document);
  if (!cell) {
    const editor = await vscode.window.showTextDocument(document, { selection: new vscode.Range(range.start, range.start) });
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    return;
  }
  const selections = [new vscode.NotebookRange(cell.index, cell.index + 1)];
  await vscode.window.showNotebookDocument(cell.notebook, { selections });
  await vscode.commands.executeCommand('notebook.cell.edit');
  const editor = await editorOf(document);
  if (editor) editor.selection = new vscode.Selection(range.start, range.start);
}

/** Returns "cell 3" for the third cell of a notebook; undefined for a file. */
export function cellName(document: vscode.TextDocument): string | undefined {
  const cell = cellOf(document);
  return cell && `cell ${cell.index + 1}`;
}

/** Returns the editor of a cell, which VS Code creates when the cell becomes visible. */
async function editorOf(document: vscode.TextDocument): Promise<vscode.TextEditor | undefined> {
  const look = () => vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const found = look();
  if (found) return found;
  return new Promise((resolve) => {
    const done = (editor: vscode.TextEditor | undefined) => {
      clearTimeout(timer);
      watching.dispose();
      resolve(editor);
    };
    const timer = setTimeout(() => {
      done(undefined);
    }, EDITOR_MS);
    const watching = vscode.window.onDidChangeVisibleTextEditors(() => {
      const editor = look();
      if (editor) done(editor);
    });
  });
}
