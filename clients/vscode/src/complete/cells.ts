// A notebook's cell as a document: the cells before it, of the same language, and then the cell itself. Pure.

export interface Cell {
  readonly isCode: boolean;
  readonly language: string;
  readonly text: string;
}

export interface Composed {
  readonly text: string;
  /** Lines above the cell's first one. */
  readonly lines: number;
}

/** At most so many characters of other cells: more than any model's window, less than what costs time. */
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

/** Another cell as it stands above this one, with its last line ended; undefined where it says nothing there. */
function asCode(cell: Cell, language: string): string | undefined {
  if (!cell.text.trim()) return undefined;
  const lines = toUnix(cell.text).replace(/\n+$/, '').split('\n');
  if (cell.isCode && cell.language !== language) return undefined;
  if (cell.isCode) return `${(language === 'python' ? lines.map(withoutMagic) : lines).join('\n')}\n\n`;
  return language === 'python' ? `${lines.map((line) => (line ? `# ${line}` : '#')).join('\n')}\n` : undefined;
}

/** Jupyter's own commands are no Python: they become comments, so that what is around them is understood. */
function withoutMagic(line: string): string {
  return /^\s*[%!]/.test(line) ? `# ${line}` : line;
}

function toUnix(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
