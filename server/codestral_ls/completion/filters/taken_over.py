"""How many of the marks that the editor closed an answer has written itself, judged from the characters alone.

The result is a guess that orders candidates. For languages without a tree there is nothing else to decide by. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from codestral_ls.documents.tails import ENDINGS, PAIRS, QUOTES


def taken_over(text: str, tail: str, quoted: bool | str = True, opened: int = 0) -> int:
    """How many characters of ``tail`` the text has written itself: 0 where it opens as much as it closes.

    ``quoted``: the cursor may be inside the string that the tail's first quote ends, or the quote whose string it is in.
    ``opened``: as many of the tail's characters close what the line opened before the cursor; a mark that the text's first line
    closes there is not for what the text opens later.

    >>> taken_over("a, b)", ")"), taken_over("f(a)", ")"), taken_over("f(a))", ")")
    (1, 0, 1)
    >>> taken_over('lo")', '")'), taken_over("name", '}")'), taken_over('name}")', '}")')
    (2, 0, 3)
    """
    inside = quoted if isinstance(quoted, str) else tail[0] if quoted and tail[:1] in tuple(QUOTES) else ""
    is_nested = opened > 0 and inside != "" and tail[:1] in tuple(QUOTES) and inside[0] != tail[0]
    reading = _Reading(tail, inside[:1], is_nested=is_nested)
    for index, character in enumerate(text):
        if character == "\n" and reading.taken >= opened:
            if reading.taken and opened:
                return _without_endings(tail[: reading.taken], text)
            if reading.taken:
                break  # the lines below close what they open themselves
        if character == "'" and "'" not in tail and text[:index][-1:].isalnum() and text[index + 1 : index + 2].isalnum():
            continue  # an apostrophe
        if character in QUOTES:
            reading.read_quote(character)
        elif not reading.quote or reading.meets(character):
            reading.read_mark(character, text[index - 1 : index] if index else "")
    if reading.taken and _opens(text.rsplit("\n", 1)[-1] if "\n" in text else "", tail[0]):
        return 0  # the tail closes what the last line opens
    if reading.opens_again() and reading.taken > opened:
        return 0
    if not reading.taken and tail[:1] in tuple(ENDINGS) and text.rstrip().endswith(tail[:1]):
        return 1
    return _without_endings(tail[: reading.taken], text)


def _without_endings(taken: str, text: str) -> int:
    """The length of ``taken`` without marks that end a statement, if the text does not end with them: editors do not insert
    those.
    """
    while taken and taken[-1] in f"{ENDINGS} " and not text.rstrip().endswith(taken[-1].strip() or "\n"):
        taken = taken[:-1]
    return len(taken)


@dataclass(slots=True)
class _Reading:
    """The marks that are open while an answer is read, and how much of the tail it has closed."""

    tail: str
    quote: str
    taken: int = 0
    is_nested: bool = False
    """True if the cursor is in a string inside the one that the tail's first quote ends."""
    is_own: bool = False
    """True if the answer opened the string that is open now."""
    depth: list[str] = field(default_factory=list)

    def meets(self, character: str) -> bool:
        """True if a mark closes the next one of the tail and nothing that the answer opened."""
        at = self._next()
        return not self.depth and character in PAIRS and self.tail.startswith(character, at)

    def read_quote(self, character: str) -> None:
        """Open or close a string: the tail's, or one of the answer."""
        if self.quote and self.quote != character:
            return
        at = self._next()
        ends_outer = self.taken or self.is_nested if not self.quote else not self.is_own
        if not self.depth and self.tail.startswith(character, at) and ends_outer:
            self.taken = at + 1
            self.quote = ""
        else:
            self.is_own = not self.quote
            self.quote = "" if self.quote else character

    def read_mark(self, character: str, previous: str) -> None:
        """Open or close a bracket, or take over the mark that ends the statement."""
        at = self._next()
        if character in PAIRS.values():
            self.depth.append(character)
        elif character in PAIRS and not (character == ">" and previous in tuple("-=")):
            self._close(character, at)
        elif character in ENDINGS and not self.depth and self.taken and self.tail.startswith(character, at):
            self.taken = at + 1

    def opens_again(self) -> bool:
        """True if a mark of a kind that was taken over is still open at the end."""
        closed = {PAIRS.get(mark, mark) for mark in self.tail[: self.taken]}
        opened = {opener for opener in self.depth if opener != "<"}
        return bool(closed & opened) or bool(self.quote and (self.quote in closed or self.quote not in self.tail))

    def _close(self, character: str, at: int) -> None:
        opener = PAIRS[character]
        if self.depth and self.depth[-1] == opener:
            self.depth.pop()
        elif "<" in self.depth and opener in self.depth:
            while self.depth.pop() != opener:
                pass  # "<" means less than here
        elif self.tail.startswith(character, at):
            self.taken = at + 1

    def _next(self) -> int:
        """Index of the next mark of the tail that is not blank."""
        at = self.taken
        while self.tail.startswith(" ", at):
            at += 1
        return at


def _opens(line: str, closer: str) -> bool:
    """True if the line opens more brackets of the closer's kind than it closes."""
    return closer in PAIRS and line.count(PAIRS[closer]) > line.count(closer)
