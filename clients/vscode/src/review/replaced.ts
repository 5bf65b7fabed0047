// A text after replacements that do not overlap. Pure.

export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Offsets are those of `text`; replacements at the same place come in the order given. */
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
