// Builds the document for a notebook cell: the cells before it in the same language, then the cell itself. Pure.

export interface Cell {
  readonly isCode: boolean;
  readonly language: string;
  readonly text: string;
}

export interface Composed {
  readonly text: string;
  /** The number of lines above the cell's first line. */
  readonly lines: number;
}

/** The most characters of other cells: more than any model's window, and few enough to be fast. */
export const MOST_CHARACTERS = 30_000;

export function compose(cells: readonly Cell[], index: number, most = MOST_CHARACTERS): Composed {
  const cell = cells[index];
  if (!cell) return { text: '', lines: 0 };
  const before: string[] = [];
  let room = most;
  for (let at = index - 1; at >= 0; at -= 1) {
    const other = cells[at];
    if (!other) break;
    const text = asCode(other, cell.language);
    if (text === undefined) continue;
    if (text.length > room) break;
    room -= text.length;
    before.unshift(text);
  }
  const above = before.join('');
  return { text: above + toUnix(cell.text), lines: above.split('\n').length - 1 };
}

/** Returns the text of a cell above this one, ended by a newline; undefined if it does not help. */
function asCode(cell: Cell, language: string): string | undefined {
  if (!cell.text.trim()) return undefined;
  const lines = toUnix(cell.text).replace(/\n+$/, '').split('\n');
  if (cell.isCode && cell.language !== language) return undefined;
  if (cell.isCode) return `${(language === 'python' ? lines.map(withoutMagic) : lines).join('\n')}\n\n`;
  return language === 'python' ? `${lines.map((line) => (line ? `# ${line}` : '#')).join('\n')}\n` : undefined;
}

/** Turns Jupyter's commands, which are not Python, into comments, so that the code around them can be parsed. */
function withoutMagic(line: string): string {
  return /^\s*[%!]/.test(line) ? `# ${line}` : line;
}

function toUnix(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
