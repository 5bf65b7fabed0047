"""Find all secrets of a text: by form, by name, by surroundings, and wherever a string looks generated."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from codestral_ls.backends.masking import beside, columns, forms, likely, named, pairs, phrases
from codestral_ls.backends.masking.clues import QUOTES
from codestral_ls.backends.masking.occurrences import (
    just_before,
    letter_at,
    line_begin,
    occurring,
    pieces,
    runs_at,
    small,
    vocabulary,
    words,
)
from codestral_ls.backends.masking.randomness import is_random

_NEAR, _STEP = 600, 1024
"""Characters: how far the surroundings of a secret reach (a dozen lines), and the steps in which the remembered text grows."""
_SHORTEST = 15
"""The minimum length of a run that may be a key."""
_OF_KEYS = frozenset(string.ascii_letters + string.digits + "+/_-")
_WORDS = bytes(code if chr(code) in _OF_KEYS else 32 for code in range(256))
"""Translates a Latin-1 text so that only the characters of keys remain, with blanks for all others."""
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{14,}")
_NAME = re.compile(r"[A-Za-z]?[a-z_-]+|[A-Z_-]+|[A-Z]{0,4}[a-z]{2,}(?:[_-]*[A-Z]{1,4}[a-z]{2,})*\d{0,2}")
"""Runs that need no closer look: words in one letter case, and capitalised words."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}")
_LINE_OF_KEY = 60
_BLOCK_LINES = re.compile(r"(?m)(?:^[ \t\"'#]*[A-Za-z0-9+/]{60,76}={0,2}(?:\\n)?[\"',;+ \t]*(?:\r?\n|\Z)){3,}")
"""Three or more whole lines of base64: a key whose beginning and end are outside the window, or data of similar length."""
_MOST_JOINED = 4
"""How many parts with a digit, before a run and after it, belong to it; limits the time for a long chain of them."""
_JOINED_AFTER = re.compile(rf"(?:[.:|~][A-Za-z0-9_-]*\d[A-Za-z0-9_-]*){{1,{_MOST_JOINED}}}")
_JOINTS = frozenset(".:|~/")
_DIGIT = re.compile(r"\d")
_IN_NAME, _NAME_AFTER = re.compile(r".?_|\w[.-]"), re.compile(r"_|[.-]\w")
"""What is directly before or after a part of a longer name."""
_BEFORE = re.compile(r"(?<![A-Za-z0-9_-])(?:[A-Za-z0-9_-]++[.:|~]|\d{6,}+/)\Z")
_UUID = re.compile(r"(?i)(?<![0-9a-z])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-z])")
_BEGUN = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|AKIA|ASIA|AIza|eyJ|[rs]k_live_|SG\.)[\w.-]{4,}"
    r"|(?:sk-|hf_|npm_|pypi-)(?=[a-z_-]*[A-Z\d])[\w.-]{4,})\Z"
)
"""The beginning of a known key directly before the cursor: the user is typing it or has pasted a part."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where a secret is in a text, as ``str`` indices, and the kind of rule that found it."""

    start: int
    end: int
    kind: str


_MOST_REMEMBERED = 64
_remembered: dict[tuple[str, bool], tuple[Span, ...]] = {}
"""The secrets of the texts far before and after a cursor, by the text and whether all around it is program code."""


def find_secrets(text: str, cut: int | None = None) -> list[Span]:
    """Return the secrets in ``text``, in order and without overlaps. ``cut`` is the cursor's index (None: the end of the text).

    Text far from the cursor rarely changes between two keystrokes, so its secrets are remembered. Wherever the cursor is, what is
    found is the same, but for the word at the cursor.
    """
    cut = len(text) if cut is None else cut
    first = line_begin(text, max(0, cut - _NEAR) // _STEP * _STEP)
    last = text.find("\n", min(len(text), cut + _NEAR)) + 1 or len(text)
    lowered, signs_of_columns = small(text), columns.SIGNS
    remembered = _found_near(text, lowered, cut, first, last)
    if remembered:
        found, program = remembered
    else:
        joined = pieces(text)
        known = words(joined)
        program = beside.is_program(beside.signs_of_program(text, known))
        signs_of_columns = tuple(occurring(columns.SIGNS, vocabulary(known)))
        found = list(_near(_Part(text, lowered, joined, known), cut, program=program))
        if len(_remembered) > _MOST_REMEMBERED:
            forget()
        _remembered[text[:first], program] = tuple(span for span in found if span.end <= first)
        _remembered[text[last:], program] = tuple(_moved((span for span in found if span.start >= last), -last))
    found += [Span(begin, stop, "column") for begin, stop in columns.find(text, lowered, signs_of_columns)]
    found += [Span(begin, stop, "surroundings") for begin, stop in phrases.blocks(text)]
    begun = just_before(_BEGUN, text, cut, 200)
    if begun:
        found.append(Span(begun.start(), cut, "begun"))
    return apart(found + list(_again(text, found, program=program)))


def _found_near(text: str, lowered: str, cut: int, first: int, last: int) -> tuple[list[Span], bool] | None:
    """Return what is found in the lines from ``first`` to ``last`` and remembered of the others, and whether all is program code.

    None if the others are not remembered.
    """
    head, tail = text[:first], text[last:]
    for program in (False, True):
        before, after = ((() if not part else _remembered.get((part, program))) for part in (head, tail))
        if before is None or after is None:
            continue
        start = line_begin(text, max(0, first - _NEAR))
        end = text.find("\n", min(len(text), last + _NEAR)) + 1 or len(text)
        part = text[start:end]
        joined = pieces(part)
        known = words(joined)
        signs = beside.signs_of_program(part, known) | _signs_of_program(text[:start]) | _signs_of_program(text[end:])
        if beside.is_program(signs) is program:
            near = _near(_Part(part, lowered[start:end], joined, known), cut - start, program=program)
            return [*before, *_moved(near, start), *_moved(after, last)], program
    return None


@lru_cache(maxsize=_MOST_REMEMBERED)
def _signs_of_program(text: str) -> frozenset[bytes]:
    return beside.signs_of_program(text, words(pieces(text)))


def _again(text: str, found: list[Span], *, program: bool) -> Iterator[Span]:
    """Yield the other places of what was found, if it cannot be an ordinary word: a secret is one wherever it stands.

    In a ``program``, what has no sign is a name unless it begins a string.
    """
    values = {text[span.start : span.end] for span in found}
    for value, places in runs_at(text, set(filter(likely.is_unusual, values)), likely.OF_PASSWORDS):
        for place in places:
            end = place + len(value)
            in_code = program and value.isalnum() and letter_at(text, place - 1) not in QUOTES
            if not in_code and not _IN_NAME.fullmatch(text[max(0, place - 2) : place]) and not _NAME_AFTER.match(text, end):
                yield Span(place, end, "again")


def forget() -> None:
    """Forget the secrets of texts far from a cursor."""
    _remembered.clear()


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a text: the same in lower case, its pieces (``occurrences.pieces``) and its words."""

    text: str
    lowered: str
    joined: bytes
    known: frozenset[bytes]


def _near(part: _Part, cut: int, *, program: bool) -> Iterator[Span]:
    """Yield the secrets that their own line and the lines around it reveal; ``cut`` is the cursor's index in the part."""
    text, lowered, joined, known = part.text, part.lowered, part.joined, part.known
    if not text:
        return
    yield from (Span(*one) for one in forms.find(text, known))
    yield from (Span(start, end, "named") for start, end in named.find(text, lowered, known, cut, program=program))
    yield from (Span(start, end, "surroundings") for start, end in phrases.find(text, lowered, known))
    yield from (Span(start, end, "pair") for start, end in pairs.find(text, lowered, known))
    found = likely.find(text, lowered, joined, known, cut, program=program)
    yield from (Span(start, end, "likely") for start, end in found)
    yield from _runs(text, joined)


def _moved(spans: Iterable[Span], by: int) -> Iterator[Span]:
    return (Span(span.start + by, span.end + by, span.kind) for span in spans)


def _runs(text: str, joined: bytes) -> Iterator[Span]:
    """Yield runs of letters and digits that begin as a known key does, or that look generated.

    Parts with a digit that are joined to the run by a dot or a colon belong to it.
    """
    long_words = {word for word in joined.translate(_WORDS).split() if len(word) >= _SHORTEST}
    lines = [word.decode() for word in long_words if len(word) >= _LINE_OF_KEY][:3]
    if sum(map(text.count, lines)) >= 3:
        for match in _BLOCK_LINES.finditer(text):
            yield Span(*match.span(), "key block")
    parts_of = {word.decode(): parts for word in long_words if (parts := _look_into(word))}
    for word, at in runs_at(text, parts_of, _OF_KEYS):
        for place in at:
            for start, end, kind, may_be_known in parts_of[word]:
                if may_be_known and (known := forms.beginning_at(text, place + start)):
                    yield Span(place + start, *known)
                elif kind:
                    yield from _whole(text, place + start, place + end, kind)


@lru_cache(maxsize=20_000)
def _look_into(word: bytes) -> tuple[tuple[int, int, str, bool], ...]:
    """Return the suspicious parts of a word of letters, digits, dashes and base64 characters.

    Each is ``(start, end, kind, whether it begins as a key of a known format)``.
    """
    letters = word.translate(None, b"_-/+")
    one_case = letters.isalpha() and (letters.islower() or letters.isupper())
    text = word.decode()
    if one_case and not forms.may_begin(text):
        return ()
    found: list[tuple[int, int, str, bool]] = []
    for run in _RUN.finditer(text):
        kind, may_be_known = "" if one_case else _kind(run[0]), forms.may_begin(run[0], _SHORTEST)
        if kind or may_be_known:
            found.append((*run.span(), kind, may_be_known))
    if "/" in text or "+" in text:
        found += [(*run.span(), "base64", False) for run in _BASE64.finditer(text) if is_random(run[0], least=24)]
    return tuple(found)


def _kind(run: str) -> str:
    """Return why a run of an unknown format may be a secret (its letters, or that it is a UUID), or "" if nothing suggests it."""
    if _NAME.fullmatch(run):
        return ""
    if is_random(run):
        return "random"
    return "uuid" if run.count("-") >= 4 and _UUID.search(run) else ""


def _whole(text: str, start: int, end: int, kind: str) -> Iterator[Span]:
    """Yield the secret at these indices, extended by the text that belongs to it."""
    if kind == "random":
        after = _JOINED_AFTER.match(text, end)
        yield Span(_joined_before(text, start), after.end() if after else end, "random")
    elif kind == "base64":
        padding = 2 - len(text[end : end + 2].lstrip("=")) if text[end : end + 1] == "=" else 0
        yield Span(start, end + padding, "random")
    else:
        for uuid in _UUID.finditer(text, start, end):
            yield Span(*uuid.span(), "random")


def _joined_before(text: str, start: int) -> int:
    """Return where the text that belongs to the run at ``start`` begins."""
    for _ in range(_MOST_JOINED):
        before = just_before(_BEFORE, text, start, 80) if letter_at(text, start - 1) in _JOINTS else None
        if before is None or not _DIGIT.search(before[0]):
            break
        start = before.start()
    return start


def apart(found: list[Span]) -> list[Span]:
    """Merge overlapping spans into one, from the first start to the last end."""
    separate: list[Span] = []
    for span in sorted(found):
        if separate and span.start < separate[-1].end:
            last = separate[-1]
            separate[-1] = Span(last.start, max(last.end, span.end), last.kind)
        elif span.end > span.start:
            separate.append(span)
    return separate
