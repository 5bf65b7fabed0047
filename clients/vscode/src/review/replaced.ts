// Applies non-overlapping replacements to a text. Pure.

export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Offsets refer to `text`; replacements at the same offset keep their order. */
export function replaced(text: string, replacements: readonly Replacement[]): string {
  const inOrder = replacements.map((each, index) => ({ ...each, index })).sort((a, b) => a.start - b.start || a.index - b.index);
  let result = '';
  let at = 0;
  for (const { start, end, text: inserted } of inOrder) {
    result += text.slice(at, start) + inserted;
    at = Math.max(at, end);
  }
  return result + text.slice(at);
}
