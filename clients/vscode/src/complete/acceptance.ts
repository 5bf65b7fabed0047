// Follows one completion that is on the screen through the edits of its document: typed along, taken in part, left.
// VS Code tells an extension only of whole acceptances; an insertion of several characters that continues the completion
// is one of its commands that take a word or a line. Pure.

export interface Insertion {
  /** UTF-16 offset of the change in the document before it. */
  readonly offset: number;
  readonly removed: number;
  readonly text: string;
}

export type Step = { kind: 'along' } | { kind: 'partly'; length: number } | { kind: 'whole' } | { kind: 'left' };

/** Pairs that an editor closes by itself while one character is typed. */
const PAIRS: ReadonlySet<string> = new Set(['()', '[]', '{}', '""', "''", '``', '<>']);

export class Following {
  private taken = 0;
  private readonly text: string;

  /** `insertText` as the server sent it; it begins at `offset` of the document. */
  constructor(
    private readonly insertText: string,
    private readonly offset: number,
  ) {
    this.text = unix(insertText);
  }

  /** What the next change of the document means for this completion. */
  step(change: Insertion): Step {
    const added = unix(change.text);
    const here = this.offset + this.units(this.taken);
    if (change.offset !== here || added === '' || !this.text.startsWith(added, this.taken)) return { kind: 'left' };
    this.taken += added.length;
    if (this.taken === this.text.length) return { kind: 'whole' };
    const typed = added.length === 1 || PAIRS.has(added);
    return typed ? { kind: 'along' } : { kind: 'partly', length: this.units(this.taken) };
  }

  /** So many characters of the text with bare newlines, as UTF-16 units of the text that the server sent. */
  private units(length: number): number {
    const hasCarriageReturns = this.text.length !== this.insertText.length;
    return hasCarriageReturns ? length + (this.text.slice(0, length).match(/\n/g)?.length ?? 0) : length;
  }
}

function unix(text: string): string {
  return text.replace(/\r\n/g, '\n');
}
