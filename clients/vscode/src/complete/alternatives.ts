// Keeps explicitly requested alternatives while the user types along or accepts them word by word. An automatic request
// returns a single answer, which would otherwise replace the alternative that the user had chosen. Pure.

import type { WireItem } from './wire_item';

export interface At {
  readonly line: number;
  readonly character: number;
}

/**
 * Returns the items of `kept` that continue at `cursor`, with their ranges extended to it. `typed` returns the text between
 * an item's start and the cursor. Items that are already in `answer` are left out.
 */
export function goingOn(
  kept: readonly WireItem[],
  cursor: At,
  typed: (start: At) => string,
  answer: readonly WireItem[],
): WireItem[] {
  const rests = new Set(answer.map((item) => rest(item, typed)));
  const still: WireItem[] = [];
  for (const item of kept) {
    if (!item.range || item.range.start.line !== cursor.line) continue;
    const left = rest(item, typed);
    if (left === undefined || rests.has(left)) continue;
    rests.add(left);
    const taken = typed(item.range.start).length;
    const behind = item.range.end.character - item.range.start.character;
    const end = { line: cursor.line, character: cursor.character + Math.max(0, behind - taken) };
    still.push({ ...item, range: { start: item.range.start, end } });
  }
  return still;
}

/** Returns the rest of an item after the typed text; undefined if other text was typed or nothing is left. */
function rest(item: WireItem, typed: (start: At) => string): string | undefined {
  if (!item.range) return item.insertText;
  const already = typed(item.range.start);
  return item.insertText.startsWith(already) && item.insertText.length > already.length
    ? item.insertText.slice(already.length)
    : undefined;
}
