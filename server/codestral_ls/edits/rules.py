"""What a change may mean elsewhere: rules, each of which predicts the new form of a line.

Five kinds: a *name rule* replaces a sequence of tokens wherever it is; a *line rule* makes the same change to a line of the
same form (see ``analogy.py``); a *deletion* removes the same lines elsewhere; an *insertion* adds similar lines after a line of the
same form; a *sibling* is added wherever the name next to it is in a list. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codestral_ls.documents.text import indent_of
from codestral_ls.edits.analogy import alike, repeated
from codestral_ls.edits.changes import LineChange
from codestral_ls.edits.line_tokens import Block, blocks, is_word, tokens

_LONGEST_CORE = 12
"""Tokens in the longest sequence that a name rule replaces."""
_MOST_LINES = 8
"""Lines in the longest deletion or insertion that is repeated."""
_LEAST = 6
"""Characters in the shortest deletion: the removal of a single bracket means nothing elsewhere."""


@dataclass(frozen=True, slots=True)
class Made:
    """A rule's result for a line and those after it: ``count`` lines are replaced by ``lines``.

    ``left`` and ``right`` count the equal tokens directly around the change, if a rule considers them.
    """

    count: int
    lines: tuple[str, ...]
    left: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class NameRule:
    """Tokens ``old`` are replaced by ``new`` wherever they are."""

    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The text by which places are found."""
        return "".join(self.old)

    @property
    def names(self) -> tuple[str, ...]:
        """The single word that is replaced by another, if it is a single word."""
        return self.old if len(self.old) == 1 else ()

    def applied(self, lines: Sequence[str]) -> Made | None:
        """The first line with every occurrence replaced; None if every occurrence has the new form already."""
        line = tokens(lines[0])
        made: list[str] = []
        size, at = len(self.old), 0
        while at < len(line):
            if line[at : at + size] == self.old and not self._is_new(line, at):
                made.extend(self.new)
                at += size
            else:
                made.append(line[at])
                at += 1
        text = "".join(made)
        return Made(1, (text,)) if text != lines[0] else None

    def _is_new(self, line: Sequence[str], at: int) -> bool:
        """True if the old tokens at ``at`` are already part of the new ones: ``x`` in ``self.x`` after ``x`` became ``self.x``."""
        for shift in range(len(self.new) - len(self.old) + 1):
            if self.new[shift : shift + len(self.old)] == self.old:
                start = at - shift
                if start >= 0 and tuple(line[start : start + len(self.new)]) == self.new:
                    return True
        return False


@dataclass(frozen=True, slots=True)
class LineRule:
    """A line with the form of ``old`` changes as ``old`` changed to ``new``."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    anchor: str

    @property
    def names(self) -> tuple[str, ...]:
        """The single words that are replaced by others."""
        steps = blocks(self.old, self.new)
        return tuple(self.old[i1] for tag, i1, i2, _, _ in steps if tag == "replace" and i2 - i1 == 1 and is_word(self.old[i1]))

    def applied(self, lines: Sequence[str]) -> Made | None:
        """The first line with the same change; None if it does not have this form."""
        found = repeated(self.old, self.new, tokens(lines[0]))
        return Made(1, ("".join(found.tokens),), found.left, found.right) if found is not None else None


@dataclass(frozen=True, slots=True)
class Deletion:
    """Lines like ``old``, whatever their indentation, are removed."""

    old: tuple[str, ...]
    anchor: str

    def applied(self, lines: Sequence[str]) -> Made | None:
        """Nothing in place of the first lines; None if these are not the lines."""
        count = len(self.old)
        return Made(count, ()) if tuple(line.strip() for line in lines[:count]) == self.old else None


@dataclass(frozen=True, slots=True)
class Insertion:
    """After a line with the form of ``above``, lines like ``new`` are inserted."""

    above: str
    new: tuple[str, ...]
    anchor: str

    def applied(self, lines: Sequence[str]) -> Made | None:
        """The first line and the new ones after it; None if it has another form, or the new lines are there already."""
        own = alike(tokens(self.above.strip()), tokens(lines[0].strip()))
        if own is None:
            return None
        old_indent, indent = indent_of(self.above), indent_of(lines[0])
        made = []
        for line in self.new:
            if not line.startswith(old_indent) and line.strip():
                return None
            text = "".join(own.get(token, token) for token in tokens(line.removeprefix(old_indent)))
            made.append(indent + text if line.strip() else line)
        if tuple(lines[1 : 1 + len(made)]) == tuple(made):
            return None
        return Made(1, (lines[0], *made))


@dataclass(frozen=True, slots=True)
class Sibling:
    """``new`` was added to a list next to ``old``: after a line of another list that names ``old``, the same line for ``new``
    follows.
    """

    old: str
    new: str

    @property
    def anchor(self) -> str:
        """The text by which places are found."""
        return self.old

    def applied(self, lines: Sequence[str]) -> Made | None:
        """The first line and its copy for the new name; None if it is in no list, or the new name is there already."""
        line = tokens(lines[0])
        following = lines[1] if len(lines) > 1 else ""
        if self.old not in line or self.new in line or self.new in tokens(following):
            return None
        if not (lines[0].rstrip().endswith(",") or alike(line, tokens(following))):
            return None
        copy = "".join(self._instead(token) for token in line)
        return Made(1, (lines[0], copy))

    def _instead(self, token: str) -> str:
        """The new name in the letter case that a list uses for the old one."""
        for case in (str, str.lower, str.upper, str.title):
            if token == case(self.old):
                return case(self.new)
        return token


Rule = NameRule | LineRule | Deletion | Insertion | Sibling


def rules_of(change: LineChange) -> Iterator[Rule]:
    """The rules that ``change`` suggests, as a generator, because each takes its time; some may come twice."""
    if not change.new and 0 < len(change.old) <= _MOST_LINES:
        stripped = tuple(line.strip() for line in change.old)
        anchor = max(stripped, key=len)
        if len(anchor) >= _LEAST and any(map(is_word, tokens(anchor))):
            yield Deletion(stripped, max(stripped[:1], key=len))
    if not change.old and 0 < len(change.new) <= _MOST_LINES and (anchor := _longest_word(tokens(change.above))):
        yield Insertion(change.above, change.new, anchor)
        if (sibling := _sibling(change)) is not None:
            yield sibling
    for old_line, new_line in change.pairs():
        old, new = tokens(old_line), tokens(new_line)
        changed = [step for step in blocks(old, new) if step[0] != "equal"]
        for tag, i1, i2, j1, j2 in changed:
            core = old[i1:i2]
            if tag == "replace" and any(is_word(token) for token in core) and i2 - i1 <= _LONGEST_CORE:
                yield NameRule(core, new[j1:j2])
        anchor = _anchor(old, changed)
        if anchor:
            yield LineRule(old, new, anchor)


def _sibling(change: LineChange) -> Sibling | None:
    """The name that a single new line adds after the name in the line above, if both lines have the same form."""
    above, new = tokens(change.above.strip()), tokens(change.new[0].strip()) if len(change.new) == 1 else ()
    if len(above) != len(new):
        return None
    pairs = {pair for pair in zip(above, new, strict=True) if pair[0] != pair[1]}
    names = [pair for pair in pairs if not (pair[0][0].isdigit() and pair[1][0].isdigit())]
    if len(names) != 1 or not all(is_word(name) and not name[0].isdigit() and len(name) > 1 for name in names[0]):
        return None
    return Sibling(*names[0])


def _anchor(old: Sequence[str], changed: Sequence[Block]) -> str:
    """A word by which lines of the same form are found; ``""`` if the line has none.

    The longest word that was changed; if text was added, the name of the function called there, else the nearest word.
    """
    inside = [token for _, i1, i2, _, _ in changed for token in old[i1:i2]]
    if word := _longest_word(inside):
        return word
    at = changed[0][1]
    if called := _called(old[:at]):
        return called
    before = next((token for token in reversed(old[:at]) if is_word(token)), "")
    return before or next((token for token in old[at:] if is_word(token)), "")


def _called(before: Sequence[str]) -> str:
    """The name before the innermost bracket that is open at the end of ``before``."""
    depth = 0
    for place in range(len(before) - 1, 0, -1):
        if before[place] in ")]}":
            depth += 1
        elif before[place] in "([{":
            if depth == 0:
                return before[place - 1] if is_word(before[place - 1]) else ""
            depth -= 1
    return ""


def _longest_word(parts: Sequence[str]) -> str:
    return max((token for token in parts if is_word(token)), key=len, default="")
