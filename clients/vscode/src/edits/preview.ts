// Draws a next edit: the old text struck through, the new text after it, several new lines as a block to the right, and a hint
// at the cursor if the place is off the screen. VS Code has no public API for inline edits, so these are decorations.

import * as vscode from 'vscode';
import { type Here, type Lines, type WireEdit, block, hint, insertedAbove, onOneLine } from './next_edit';
import { cellName } from './reveal';

/** Where an edit would be made. */
export interface Spot {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
}

export class Preview implements vscode.Disposable {
  private readonly gone = vscode.window.createTextEditorDecorationType({
    textDecoration: 'line-through',
    backgroundColor: new vscode.ThemeColor('diffEditor.removedTextBackground'),
  });
  private readonly added = vscode.window.createTextEditorDecorationType({
    after: {
      color: new vscode.ThemeColor('editor.foreground'),
      backgroundColor: new vscode.ThemeColor('diffEditor.insertedTextBackground'),
      margin: '0 0 0 2px',
    },
  });
  /** A line between two lines of the document: where the block at the right would go. */
  private readonly between = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderColor: new vscode.ThemeColor('editorGutter.addedBackground'),
    borderStyle: 'solid',
    borderWidth: '1px 0 0 0',
  });
  private readonly hinted = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('editorGhostText.foreground'), margin: '0 0 0 2em', fontStyle: 'italic' },
  });

  draw(edit: WireEdit, { document, range }: Spot, uriOf: (document: vscode.TextDocument) => string, here: Here | undefined): void {
    const said = here && hint(edit, here, cellName(document));
    for (const editor of vscode.window.visibleTextEditors) {
      const isPlace = uriOf(editor.document) === edit.textDocument.uri;
      editor.setDecorations(this.gone, isPlace && !range.isEmpty ? [{ range, hoverMessage: whole(edit, editor) }] : []);
      editor.setDecorations(this.added, isPlace && edit.text !== '' ? added(edit, range, editor) : []);
      const top = isPlace ? insertedAbove(edit, linesOf(editor)) : undefined;
      editor.setDecorations(this.between, top === undefined ? [] : [new vscode.Range(top, 0, top, 0)]);
      const isHere = editor === vscode.window.activeTextEditor;
      editor.setDecorations(this.hinted, isHere && said !== undefined ? [atEndOfLine(editor, said)] : []);
    }
  }

  clear(): void {
    for (const editor of vscode.window.visibleTextEditors) for (const kind of this.kinds()) editor.setDecorations(kind, []);
  }

  dispose(): void {
    for (const kind of this.kinds()) kind.dispose();
  }

  private kinds(): readonly vscode.TextEditorDecorationType[] {
    return [this.gone, this.added, this.between, this.hinted];
  }
}

function added(edit: WireEdit, range: vscode.Range, editor: vscode.TextEditor): vscode.DecorationOptions[] {
  const hoverMessage = whole(edit, editor);
  const rows = block(edit, linesOf(editor));
  if (!rows) {
    const contentText = onOneLine(edit.text).replace(/ /g, '\u00a0');
    return [{ range: new vscode.Range(range.end, range.end), hoverMessage, renderOptions: { after: { contentText } } }];
  }
  return rows.map(({ line, gap, text }) => {
    const { end } = editor.document.lineAt(line).range;
    const after = { contentText: text.replace(/ /g, '\u00a0'), margin: `0 0 0 ${gap}ch` };
    return { range: new vscode.Range(end, end), hoverMessage, renderOptions: { after } };
  });
}

function linesOf({ document, options }: vscode.TextEditor): Lines {
  const tabSize = typeof options.tabSize === 'number' ? options.tabSize : 4;
  return { count: document.lineCount, tabSize, at: (line) => document.lineAt(line).text };
}

function whole(edit: WireEdit, editor: vscode.TextEditor): vscode.MarkdownString {
  return new vscode.MarkdownString().appendCodeblock(edit.text, editor.document.languageId);
}

function atEndOfLine(editor: vscode.TextEditor, said: string): vscode.DecorationOptions {
  const { end } = editor.document.lineAt(editor.selection.active.line).range;
  return { range: new vscode.Range(end, end), renderOptions: { after: { contentText: said.replace(/ /g, '\u00a0') } } };
}
