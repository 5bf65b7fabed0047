"""Keeps brackets balanced: cuts before a bracket that closes too much, and closes what the answer left open.

What may be closed is what stands open before the cursor and is not closed behind it. An auto-closed tail counts as being
behind; `tail` decides afterwards which of it the answer has written itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.lexical import CLOSING, PAIRS, brackets, lead_of, unmatched
from codestral_ls.completion.filters.tail import with_tail


def mend(text: str, cursor: Cursor) -> str:
    """The text cut and completed so that no bracket is unbalanced that was balanced before; ``""`` if nothing is left."""
    mended = _mended(text, cursor)
    return mended if _tail_keeps_its_partners(mended, cursor) else ""


def _tail_keeps_its_partners(text: str, cursor: Cursor) -> bool:
    """Whether no auto-closed bracket has lost its partner to a comment or a string, or come out of one."""
    if not text or not any(character in PAIRS for character in cursor.tail) or lead_of(cursor) is None:
        return True
    before = _open_counts(cursor.line_before + cursor.tail, cursor)
    after = _open_counts(cursor.line_before + with_tail(text, cursor.tail), cursor)
    return all(abs(after[opener]) <= abs(before[opener]) for opener in PAIRS.values())


def _open_counts(text: str, cursor: Cursor) -> Counter[str]:
    counts: Counter[str] = Counter()
    for _, bracket in brackets(text, cursor.language):
        counts[PAIRS.get(bracket, bracket)] += -1 if bracket in PAIRS else 1
    return counts


def _mended(text: str, cursor: Cursor) -> str:
    if cursor.plan.region == "comment" and cursor.tail:
        # What the editor closed stays on the comment's line.
        return text.partition("\n")[0].rstrip()
    lead = lead_of(cursor)
    if lead is None or not any(bracket in text for bracket in "()[]{}"):
        return text
    for _ in range(8):
        cut_at = _first_bad_closer(lead, text, cursor)
        if cut_at is not None:
            text = text[:cut_at].rstrip()
        openers = _opened(lead, text, cursor)
        if not openers or not text:
            return text if _tail_is_code(lead, text, cursor) else text[: max(0, text.rfind("\n"))].rstrip()
        for closed in _closings(text, openers, cursor):
            if not _opened(lead, closed, cursor) and not _repeats(text, closed, cursor):
                return closed
        # The closing marks would stand in a comment or a string: what opened goes instead.
        text = text[: openers[0][0]].rstrip()
    return ""


def _tail_is_code(lead: str, text: str, cursor: Cursor) -> bool:
    """Whether an auto-closed bracket behind the text still closes, and has not become part of a comment."""
    whole = lead + with_tail(text, cursor.tail)
    wanted = whole.rstrip(";,: \"'`")
    if not text or not any(character in PAIRS for character in cursor.tail) or not wanted or wanted[-1] not in PAIRS:
        return True
    return any(index == len(wanted) - 1 for index, _ in brackets(whole, cursor.language))


def _opened(lead: str, text: str, cursor: Cursor) -> list[tuple[int, str]]:
    """Brackets that ``text`` opens and does not close, as (index in text, bracket)."""
    _, openers = unmatched(lead + text, cursor.language)
    return [(index - len(lead), bracket) for index, bracket in openers if index >= len(lead)]


def _first_bad_closer(lead: str, text: str, cursor: Cursor) -> int | None:
    """Index in ``text`` of the first bracket that closes something that is not its to close."""
    closers, _ = unmatched(lead + text, cursor.language)
    lead_closers, lead_openers = unmatched(lead, cursor.language)
    closers = [(index - len(lead), closer) for index, closer in closers[len(lead_closers) :]]
    may_close = [
        *(PAIRS[character] for character in cursor.tail if character in PAIRS),
        *reversed(_open_at_cursor(cursor)),
    ]
    if lead_openers:
        # What the lead itself holds open was matched within it already.
        may_close = may_close[len(lead_openers) :]
    for (index, closer), expected in zip(closers, may_close, strict=False):
        if PAIRS[closer] != expected:
            return index
    return closers[len(may_close)][0] if len(closers) > len(may_close) else None


def _open_at_cursor(cursor: Cursor) -> list[str]:
    """Brackets open before the cursor that nothing behind it closes, outermost first."""
    _, openers = unmatched(cursor.before, cursor.language)
    closers, _ = unmatched(cursor.after[len(cursor.tail) :], cursor.language)
    pending = [bracket for _, bracket in openers]
    # The tail closes the innermost brackets, what follows it the ones around them; what is closed behind the cursor is
    # taken to close the nearest bracket of its kind, so that a half-written line does not seem to own the others'.
    tail = [(0, character) for character in cursor.tail if character in PAIRS]
    for _, closer in (*tail, *closers):
        for index in range(len(pending) - 1, -1, -1):
            if pending[index] == PAIRS[closer]:
                del pending[index]
                break
    return pending


def _closings(text: str, openers: list[tuple[int, str]], cursor: Cursor) -> Iterator[str]:
    """Ways to close the text's open brackets, the best first: where the lines suggest, right behind it, or below a comment."""
    yield _closed(text, openers, cursor)
    yield text + "".join(CLOSING[bracket] for _, bracket in reversed(openers))
    yield _closed(text, openers, replace(cursor, line_ended=True))


def _repeats(text: str, closed: str, cursor: Cursor) -> bool:
    """Whether a line that closes ``text`` reads as the one behind the cursor, written twice."""
    lines = with_tail(closed, cursor.tail)[len(text.rstrip()) :].splitlines()[1:]
    return any(line.rstrip() == cursor.line_below.rstrip() for line in lines)


def _closed(text: str, openers: list[tuple[int, str]], cursor: Cursor) -> str:
    """The text with its open brackets closed: below where the statement goes on, else right behind it."""
    closed, goes_on = text, cursor.line_ended or text.rstrip().endswith(",")
    line_closed = -1
    for index, bracket in reversed(openers):
        line = text.count("\n", 0, index)
        behind = text[index + 1 :]
        ends_line = not behind.partition("\n")[0].strip() and (bracket == "{" or bool(behind.strip()))
        if (goes_on or ends_line) and line != line_closed:
            closed = f"{closed.rstrip()}{cursor.newline}{cursor.indent_at(text, index)}"
            line_closed = line
        closed += CLOSING[bracket]
    return closed
