// Follows a shown completion through the edits of its document: typed along, partly accepted, or abandoned. VS Code
// reports only whole acceptances to an extension. An insertion of several characters that continues the completion comes
// from VS Code's commands that accept a word or a line. Pure.

export interface Insertion {
  /** UTF-16 offset of the change, in the document before the change. */
  readonly offset: number;
  readonly removed: number;
  readonly text: string;
}

export type Step = { kind: 'along' } | { kind: 'partly'; length: number } | { kind: 'whole' } | { kind: 'left' };

/** Pairs of brackets and quotes that an editor inserts when the user types one character. */
const PAIRS: ReadonlySet<string> = new Set(['()', '[]', '{}', '""', "''", '``', '<>']);

export class Following {
  private taken = 0;
  private readonly text: string;

  /**
   * `insertText` as the server sent it; it begins at `offset` of the document, whose line ends are CRLF or not. Those of a
   * notebook's cell may differ from the server's, who has the cells with LF.
   */
  constructor(
    private readonly insertText: string,
    private readonly offset: number,
    private readonly inCrlf = insertText.includes('\r\n'),
  ) {
    this.text = unix(insertText);
  }

  /** Returns what the next change of the document means for this completion. */
  step(change: Insertion): Step {
    const added = unix(change.text);
    const here = this.offset + this.units(this.taken, this.inCrlf);
    if (change.offset !== here || added === '' || !this.text.startsWith(added, this.taken)) return { kind: 'left' };
    this.taken += added.length;
    if (this.taken === this.text.length) return { kind: 'whole' };
    const typed = added.length === 1 || PAIRS.has(added);
    return typed ? { kind: 'along' } : { kind: 'partly', length: this.units(this.taken, this.insertText.includes('\r\n')) };
  }

  /** Converts a count of UTF-16 units in the text with LF line ends to a count with CRLF, if that is what is counted. */
  private units(length: number, crlf: boolean): number {
    return crlf ? length + (this.text.slice(0, length).match(/\n/g)?.length ?? 0) : length;
  }
}

function unix(text: string): string {
  return text.replace(/\r\n/g, '\n');
}
