"""Finds text that an answer repeats: the beginning of its line, the rest of its line, the lines below.

Pure, and the same for every language, because it compares characters. `evident` repetitions are cut unless the tree shows that
this is worse; `possible` ones only if the tree shows that this is better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codestral_ls.completion.filters.balance import imbalance, odd_quotes
from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.taken_over import taken_over

MEETS = 12
"""The least number of characters at the end of an answer that are searched for anywhere in a line after the cursor."""
WORDS = 4
"""The least number of letters and digits in an end of several lines that is not repeated by chance."""
REST_LENGTH = 4
"""The least number of characters in a rest of a line without letters with which an answer does not end by chance."""
LONGEST_OPERATOR = 3
STOPS = ".,;:!?"
OPENERS = "([{"
SEPARATORS = ";,: \t\n"
MARKS = "()[]{}<>\"'`" + SEPARATORS
BEGINNING_LENGTH = 4
"""The same for the beginning of a line, if it ends in an assignment or contains two different words."""
MARK_LENGTH = 5
"""The most characters in a comment line that has nothing but the comment mark."""
PART_LENGTH = 8
"""How many characters of an incomplete last line must agree with the line below for a repetition."""

_WORD = re.compile(r"[^\W\d_]\w*")
_LONGEST_TARGET = 500
"""Characters before an assignment's sign that are looked at: a line may be of any length."""
_ASSIGNS = re.compile(r"\w[\w\s\])}:.<>*&]*(?:(?<![=!<>])=|:=|=>|<-|:)\s*\Z")


def without_beginning(text: str, cursor: Cursor) -> str:
    """``text`` without the beginning of its line, if that is certainly a repetition."""
    begun = cursor.line_before.strip()
    if not _ASSIGNS.search(begun[-_LONGEST_TARGET:]) and len(set(_WORD.findall(begun))) < 2:
        return text
    return repeats_beginning(text, cursor) or text


@dataclass(frozen=True, slots=True)
class Cut:
    """An answer without the text that follows it in the document; ``over`` as in a candidate, None if it is unknown.

    ``sure``: the repeated text is too long for chance.
    """

    text: str
    over: int | None
    sure: bool


def evident(text: str, cursor: Cursor) -> Cut | None:
    """The answer without text that follows in the document already; None if all of it is new.

    With a tree, the judge uses it only if the document then has no more errors (`judge`).
    """
    for over, following in _following(text, cursor):
        index = _meets(text, following)
        if index is not None and _is_evident(text[index:], following, cursor):
            return Cut(_trimmed(text[:index], cursor), over, _is_sure(text[index:]))
    index = _rest_of_line(text, cursor)
    if index is None:
        index = repeated_lines(text, cursor)
    return None if index is None else Cut(_cut(text, index, cursor), None, _is_sure(text[index:]))


def _is_sure(repeated: str) -> bool:
    words = sum(map(str.isalnum, repeated))
    return words > MEETS or (words >= 2 * WORDS and repeated.count("\n") > 1)


def _following(text: str, cursor: Cursor) -> Iterator[tuple[int | None, str]]:
    """The text after the cursor: after those closing marks that the answer wrote itself, from the cursor on, and after all
    closing marks.
    """
    after = cursor.after.replace("\r\n", "\n").replace("\r", "\n")
    taken = min(cursor.opened, taken_over(text, cursor.closers, cursor.plan.region != "code", cursor.opened))
    if taken:
        yield taken, after[taken:]
    yield None, after
    if len(cursor.closers) > taken:
        yield None, after[len(cursor.closers) :]


def _meets(text: str, following: str) -> int | None:
    """Where the longest end of ``text`` starts with which ``following`` begins, character for character."""
    for index in range(len(text)):
        end = text[index:]
        if following.startswith(end):
            # A shorter end counts only if it reaches the end of a line.
            return index if len(end) >= MEETS or "\n" in end else None
    return None


def _is_evident(repeated: str, following: str, cursor: Cursor) -> bool:
    """True if the repetition is too long for chance: words of some length, or whole lines that are not only marks."""
    words = sum(map(str.isalnum, repeated))
    whole = following.removeprefix(repeated)[:1] in ("", "\n")
    if "\n" not in repeated:
        return words > MEETS // 2
    if not repeated.strip():
        return False
    if repeated.rstrip()[-1] in OPENERS and repeated[0] in SEPARATORS[:2]:
        return True  # nothing stands between an opening bracket and its content
    if whole and repeated.strip()[0] == "{":
        return True  # a block does not follow a block
    judged = cursor.is_read and cursor.plan.region == "code"
    return words >= WORDS or (whole and (not is_marks(repeated) or not judged))


def possible(text: str, cursor: Cursor) -> Iterator[str]:
    """The text cut where it reaches the rest of the line, the shortest cut first; the tree decides."""
    rest = cursor.line_after.strip()
    stripped = text.rstrip()
    for _, following in _following(text, cursor):
        index = _meets(text, following)
        if index is not None:
            yield _trimmed(text[:index], cursor)
    if not rest:
        return
    for written in dict.fromkeys((rest, cursor.line_after[cursor.opened :].strip())):
        if written and stripped.endswith(written):
            yield _cut(text, len(stripped.removesuffix(written)), cursor)
    first = text.partition("\n")[0].rstrip()
    # The answer may end inside the rest of the line, after any of its words.
    for match in reversed(list(re.finditer(r"\w+|[^\w\s]+", rest))[:12]):
        if match.end() < len(rest) and len(first) == len(stripped) and stripped.endswith(rest[: match.end()]):
            yield _cut(text, len(stripped) - match.end(), cursor)


def first_line(text: str, cursor: Cursor) -> str | None:
    """The text's first line up to where it writes the rest of the cursor's line, without the text after that."""
    rest = cursor.line_after.strip()
    first, _, more = text.partition("\n")
    first = first.rstrip()
    return _cut(text, len(first.removesuffix(rest)), cursor) if rest and more.strip() and first.endswith(rest) else None


def repeats_beginning(text: str, cursor: Cursor) -> str | None:
    """The text without the beginning of its line, if it repeats that; the tree decides."""
    begun = cursor.line_before.strip()
    body = text.lstrip(" \t")
    if len(begun) < BEGINNING_LENGTH or not body.startswith(begun):
        return None
    rest = body[len(begun) :]
    return rest.lstrip(" \t") if cursor.line_before[-1:] in (" ", "\t") else rest


def repeated_lines(text: str, cursor: Cursor) -> int | None:
    """Index of the line end from which all lines of the text are those below the cursor; None if there is none."""
    if cursor.line_after.strip() and not cursor.tail:
        return None
    below = [line for line in cursor.lines_below if line.strip()]
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    lines[0] = cursor.line_before + lines[0]
    for index, line in enumerate(lines):
        if line.strip() and _follow(lines[index:], below, cursor):
            return max(0, starts[index] - 1)
    return None


def _follow(lines: list[str], below: list[str], cursor: Cursor | None = None) -> bool:
    """True if ``lines`` are the lines ``below`` in their order, and contain a word."""
    filled = [line.rstrip() for line in lines if line.strip()]
    if len(filled) > len(below):
        # The document may end before the answer does: then the answer must have all of the document's lines.
        return False
    *above, last = zip(filled, below, strict=False)
    whole = all(_same(*pair, False) for pair in above) and _same(*last, bool(above))
    if cursor is not None and cursor.plan.region == "comment" and len(lines[0].strip()) < MARK_LENGTH:
        return whole  # an empty comment line
    if above and sum(map(str.isalnum, "".join(filled))) > 1:
        return whole
    return whole and any(len(word) > 2 for line in filled for word in _WORD.findall(line))


def _same(line: str, below: str, is_last: bool) -> bool:
    line, below = line.rstrip(), below.rstrip()
    if line == below or (is_last and len(line.strip()) >= PART_LENGTH and below.startswith(line)):
        return True
    return len(line) > 16 and "".join(line.split()) == "".join(below.split())


def _rest_of_line(text: str, cursor: Cursor) -> int | None:
    """Index at which the text writes the rest of the cursor's line and then ends or continues with the lines below."""
    rest = cursor.line_after.strip()
    own = cursor.line_after[len(cursor.closers) :].strip(), cursor.line_after[cursor.opened :].strip()
    if not any(own):
        return None
    stripped = text.rstrip()
    first, _, more = text.partition("\n")
    first = first.rstrip()
    below = [line for line in cursor.lines_below if line.strip()]
    for written in filter(None, dict.fromkeys((rest, own[1], own[0]))):
        if first.endswith(written) and more.strip() and _follow(more.split("\n"), below):
            return len(first.removesuffix(written))
        if stripped.endswith(written) and _is_told(stripped, written, cursor):
            return len(stripped.removesuffix(written))
    return None


def _is_told(text: str, written: str, cursor: Cursor) -> bool:
    """True if it is not chance that the text ends with the rest of the line."""
    kept = text[: len(text) - len(written)]
    if _is_within_word(kept, written, cursor):
        return False
    line = kept.rsplit("\n", 1)[-1] if "\n" in kept else cursor.line_before + kept
    if is_marks(written):
        # Only a tree can show what a mark belongs to, but not inside a string; there the balance of the document decides.
        return not (cursor.is_read and cursor.plan.region == "code") and _is_better_without(kept, text, cursor)
    if len(set(written)) == 1 and written not in STOPS and not written.isalpha():
        if written.isdigit():
            rest = cursor.line_after.rstrip()
            return len(rest) > 1 and text.endswith(rest) and rest not in line  # in a row of numbers an equal one proves nothing
        # A ruler is a line of one repeated character, and as long as others nearby. An operator is short and has something before
        # it.
        begun = cursor.plan.region != "comment" and line.strip() != "" and not line.rstrip().endswith(written[0])
        return (begun and len(written) <= LONGEST_OPERATOR) or line + written in cursor.before.split("\n")
    if any(map(str.isalpha, written)) or not any(map(str.isdigit, written)) or len(written) >= REST_LENGTH:
        return True
    return len(written) > 1 and written not in line  # equal numbers prove nothing


def _is_within_word(kept: str, written: str, cursor: Cursor) -> bool:
    """True if the rest would begin inside one of the text's words, which is chance unless the rest is half a word itself."""
    in_word = _is_of_word(written[0]) and kept != "" and _is_of_word(kept[-1])
    # A rest that is half a word begins at the cursor, or directly after the marks that the editor closed there.
    return in_word and cursor.line_after[: len(cursor.line_after.rstrip()) - len(written)][-1:].isspace()


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is_better_without(kept: str, text: str, cursor: Cursor) -> bool:
    """True if the document's brackets and quotes are closer to balance with ``kept`` than with ``text``."""
    marks_kept = imbalance(cursor, kept, 0) + odd_quotes(cursor, kept, 0)
    return marks_kept < imbalance(cursor, text, 0) + odd_quotes(cursor, text, 0)


def is_marks(text: str) -> bool:
    """True if a text is only brackets, quotes and separators, which often occur twice in a row; False for a single separator."""
    return not text.strip(MARKS) and bool(text.strip(SEPARATORS))


def _cut(text: str, index: int, cursor: Cursor) -> str:
    """The text up to ``index``, without the blanks that the document also has there."""
    kept = text[:index]
    for rest in (cursor.line_after, cursor.line_after[cursor.opened :]):
        blanks = rest[: len(rest) - len(rest.lstrip())]
        if blanks and kept.endswith(blanks) and text[index:].rstrip() == rest.strip():
            return kept.removesuffix(blanks)
    blank = any(cursor.line_after[place : place + 1] in (" ", "\t") for place in (0, cursor.opened))
    return kept.rstrip() if blank else _trimmed(kept, cursor)


def _trimmed(kept: str, cursor: Cursor) -> str:
    """The text without blanks at its end if the line ends after it."""
    return kept if cursor.line_after.strip() else kept.rstrip()
