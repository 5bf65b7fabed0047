// One next edit as the server writes it, and what is to be shown of it from where the user is. Pure.

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

/** Where the user is: the document in front, the cursor's line and the lines on the screen, from 0. */
export interface Here {
  readonly uri: string;
  readonly line: number;
  readonly firstVisible: number;
  readonly lastVisible: number;
}

/** Is the cursor where the edit would be made, so that the key makes it? */
export function isAtPlace(edit: WireEdit, here: Here): boolean {
  return here.uri === edit.textDocument.uri && here.line >= edit.range.start.line && here.line <= edit.range.end.line;
}

/** What is said at the cursor of a place that is not on the screen; undefined where it is. */
export function hint(edit: WireEdit, here: Here): string | undefined {
  const line = edit.range.start.line;
  if (here.uri !== edit.textDocument.uri) return `⇥ next edit in ${fileName(edit.textDocument.uri)}, line ${line + 1}`;
  if (line < here.firstVisible) return `⇥ next edit in line ${line + 1} ↑`;
  if (line > here.lastVisible) return `⇥ next edit in line ${line + 1} ↓`;
  return undefined;
}

function fileName(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}

const LONGEST = 200;

/** The new text on the one line that a decoration has: line breaks become signs, and what is very long is cut. */
export function onOneLine(text: string): string {
  const line = text
    .split(/\r?\n/)
    .map((each, index) => (index === 0 ? each : each.trimStart()))
    .join(' ⏎ ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
