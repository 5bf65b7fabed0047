"""The clues to whether a word is a password: its look, the letters next to it, and the words of its line and of the line above.

Pure. `training.likely_secrets` learns what each clue is worth, and `likely` adds that up. A clue is a sentence in short: `last`
(nothing follows on the line), `before: login` (a word of the line before it).
"""

from __future__ import annotations

import re

from codestral_ls.backends.masking.known_words import known_words

QUOTES = frozenset("\"'`")
_BEFORE, _AFTER = 160, 120
"""Characters of the line, before and after the word, that are looked at."""
_WORD = re.compile(r"[A-Z]*[a-z]+|[A-Z]+")
"""A word of ASCII letters; a capital after a small letter begins another one."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|@[\w-]+\.[a-z]|\b[\w-]+\.(?:\w+\.)*(?:com|org|net|local|lan|internal|io)\b")
_ENDS, _BEGINS = " \t.\"'`;,)]}", " \t-*#\"'`([{"
_FEW_FIELDS, _MANY_FIELDS = 5, 8
_WORDS = frozenset(("two", "Two", "unknown", "TwoTitles", "commonword", "term"))


def group(look: str) -> str:
    """Return a coarser class of looks: ``numbered`` (a word with a number), ``words``, ``strange``, or ``cued`` (see `cued`)."""
    if look.startswith("cued"):
        return "cued"
    return "numbered" if look[:4].lower() == "word" else "words" if look in _WORDS else "strange"


def side(letter: str) -> str:
    """Return what is next to a word: ``edge`` (of the line), ``a`` for any letter or digit, or the character itself."""
    if letter in ("", "\n"):
        return "edge"
    return "a" if letter.isalnum() else letter


def near(look: str, left: str, right: str, where: str) -> list[str]:
    """Return the clues of a word with this look between these sides in a ``program`` or a ``text``."""
    kind = group(look)
    sides = f"{left}▒{right}"
    return [look, f"{where} {look}", sides, f"{where} {sides}", f"{kind} {sides}", f"▒{right}", f"{left}▒"]


def around(text: str, start: int, end: int, look: str, where: str) -> list[str]:
    """Return all other clues of the word at ``start`` to ``end``."""
    first, last = max(0, start - _BEFORE), min(len(text), end + _AFTER)
    line_start = text.rfind("\n", first, start) + 1 or first
    line_end = text.find("\n", end, last)
    line_end = last if line_end < 0 else line_end
    before, after = text[line_start:start], text[end:line_end]
    kind = group(look)
    fields = len(before.split()) + len(after.split())
    length = f"{min(fields, _FEW_FIELDS)} fields" if fields < _MANY_FIELDS else "many fields"
    found = [length, f"{where} {length}", f"{kind} {length}", f"{kind} {where} {length}"]
    if not after.strip(_ENDS):
        found += ["last", f"last {kind}", f"last {where}"]
    if not before.strip(_BEGINS):
        found += ["first", f"first {kind}", f"first {where}"]
    if before.rstrip()[-1:] in (":", "="):
        found += ["assigned", f"assigned {kind}", f"assigned {where}"]
    if _is_in_path(before):
        found += ["path", f"path {kind}"]
    words = _words(before)
    for place in (1, 2):
        word = words[-place] if len(words) >= place else ""
        found.append(f"{place} before: {word if not word or word in known_words() else '?'}")
    for word in set(words):
        found += [f"before: {word}", f"{kind} before: {word}"]
    found += [f"after: {word}" for word in set(_words(after))]
    above = text[max(0, line_start - _BEFORE) : max(0, line_start - 1)]
    found += [f"above: {word}" for word in set(_words(above[above.rfind("\n") + 1 :]))]
    if any("." in part and _ADDRESS.search(part) for part in (before, after)):
        found.append("address")
    return found


def _is_in_path(before: str) -> bool:
    """Whether what ends here is the beginning of a path: it has two slashes or begins as an absolute or relative one does."""
    if before[-1:] != "/":
        return False
    begun = before.rsplit(maxsplit=1)[-1].lstrip(_BEGINS)
    return begun.count("/") > 1 or begun.startswith(("/", "./", "../", "~"))


def _words(text: str) -> list[str]:
    if text.isascii():
        return [word.lower() for word in _WORD.findall(text)]
    return _WORD.findall(_CAMEL.sub(" ", text).lower())  # some other letters become ASCII in lower case
