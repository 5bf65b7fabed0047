// A next edit as the server sends it, and how to show it depending on where the user is. Pure.

export interface WirePosition {
  readonly line: number;
  readonly character: number;
}

export interface WireEdit {
  readonly text: string;
  readonly range: { readonly start: WirePosition; readonly end: WirePosition };
  readonly textDocument: { readonly uri: string; readonly version: number };
  readonly command: { readonly title: string; readonly command: string; readonly arguments?: unknown[] };
}

/** Where the user is: the active document, the cursor's line and the visible lines, from 0. */
export interface Here {
  readonly uri: string;
  readonly line: number;
  readonly firstVisible: number;
  readonly lastVisible: number;
}

/** Whether the cursor is where the edit would be made, so that the key makes it. */
export function isAtPlace(edit: WireEdit, here: Here): boolean {
  return here.uri === edit.textDocument.uri && here.line >= edit.range.start.line && here.line <= edit.range.end.line;
}

/** The hint at the cursor if the edit's place is not visible, otherwise undefined. `name` is the name of its document. */
export function hint(edit: WireEdit, here: Here, name = fileName(edit.textDocument.uri)): string | undefined {
  const line = edit.range.start.line;
  if (here.uri !== edit.textDocument.uri) return `⇥ next edit in ${name}, line ${line + 1}`;
  if (line < here.firstVisible) return `⇥ next edit in line ${line + 1} ↑`;
  if (line > here.lastVisible) return `⇥ next edit in line ${line + 1} ↓`;
  return undefined;
}

function fileName(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}

const LONGEST = 200;

/** The new text on one line, as a decoration needs it: line breaks become signs, and very long text is cut. */
export function onOneLine(text: string): string {
  const line = text
    .split(/\r?\n/)
    .map((each, index) => (index === 0 ? each : each.trimStart()))
    .join(' ⏎ ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** A line of the new text, and how many columns to the right of a document line's end it is drawn. */
export interface Row {
  readonly line: number;
  readonly gap: number;
  readonly text: string;
}

/** The lines of the document that an edit is for, from 0. */
export interface Lines {
  readonly count: number;
  readonly tabSize: number;
  at(line: number): string;
}

const GAP = 3;

/**
 * Lays out several new lines as a block to the right of the document's lines; undefined if fewer than two lines are new.
 * If the document has fewer lines than the block, the rest is on its last line.
 */
export function block(edit: WireEdit, lines: Lines): readonly Row[] | undefined {
  const { news, line } = newLines(edit, lines);
  if (news.length < 2) return undefined;
  const texts = withoutCommonIndent(news.map((text) => expanded(text, lines.tabSize)));
  const top = Math.min(line, lines.count - 1);
  const rows = Math.min(texts.length, lines.count - top);
  const width = (line: number) => expanded(lines.at(line), lines.tabSize).length;
  const beside = Array.from({ length: rows }, (_, row) => width(top + row));
  const column = Math.max(...beside) + GAP;
  const shown = [...texts.slice(0, rows - 1), texts.slice(rows - 1).join(' ⏎ ')];
  const longest = Math.max(...shown.map(({ length }) => length));
  return shown.map((text, row) => ({ line: top + row, gap: column - (beside[row] ?? 0), text: text.padEnd(longest) }));
}

/** The line above which the block's lines would go; undefined if there is none, or if old lines give way to new ones. */
export function insertedAbove(edit: WireEdit, lines: Lines): number | undefined {
  const { news, line, replaces } = newLines(edit, lines);
  return news.length < 2 || replaces || line >= lines.count ? undefined : line;
}

/** The lines that an edit makes or changes, the line of the document at which they begin, and whether old lines are among them. */
function newLines(edit: WireEdit, lines: Lines): { news: string[]; line: number; replaces: boolean } {
  const { start, end } = edit.range;
  const before = lines.at(start.line).slice(0, start.character);
  const after = lines.at(end.line).slice(end.character);
  const fresh = (before + edit.text + after).split(/\r?\n/);
  // Unchanged lines above and below the inserted lines.
  const first = fresh.length > 1 && fresh[0] === lines.at(start.line) ? 1 : 0;
  const last = fresh.length > 1 && fresh.at(-1) === lines.at(end.line) ? 1 : 0;
  const replaces = end.line - start.line + 1 > (start.line === end.line ? Math.max(first, last) : first + last);
  return { news: fresh.slice(first, fresh.length - last), line: start.line + first, replaces };
}

function expanded(text: string, tabSize: number): string {
  let made = '';
  for (const character of text) made += character === '\t' ? ' '.repeat(tabSize - (made.length % tabSize)) : character;
  return made;
}

function withoutCommonIndent(texts: readonly string[]): string[] {
  const indents = texts.filter((text) => text.trim()).map((text) => text.length - text.trimStart().length);
  const common = Math.min(...indents, Infinity);
  return texts.map((text) => (Number.isFinite(common) ? text.slice(common) : text));
}
