"""Find passwords behind a word that announces one (``password``, ``login``), where even a plain word or a date can be one.

`likely` looks everywhere, so only what few other words look like can be a password there. Here the candidates are the next words
after the announcement, on its line or on the lines below, whatever they look like; the same kind of model judges them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from codestral_ls.backends.masking.clues import QUOTES, group
from codestral_ls.backends.masking.known_words import known_words
from codestral_ls.backends.masking.looks import look
from codestral_ls.backends.masking.occurrences import begins, letter_at, line_begin, occurring, vocabulary
from codestral_ls.backends.masking.sentence_words import is_prose
from codestral_ls.backends.masking.values import CHAIN, is_password

CUES = (
    *("passw", "passphrase", "passcode", "pwd", "kennwort", "wachtwoord", "senha", "parol", "clave", "heslo", "salasana"),
    *("login", "logon", "signin", "connect", "admin", "username", "contrase", "losenord", "secret", "credential"),
    *("keymaterial", "motdepasse"),
)
_ATOM = re.compile(r"[^\s\"'`<>(){}\[\],;|=:/\\]{5,40}")
_REACH, _MOST_ATOMS, _LINES = 260, 6, 3
"""Characters, words and lines behind the announcement in which a password is looked for."""
_EDGES = "*_.,?-"
_DATE = re.compile(r"\d{1,4}([-.]?)\d{1,2}\1\d{2,4}|\d{6,8}")
_JOINED_NUMBER = re.compile(r"[^\W\d_]{2,}(?:[-_.][^\W\d_]{2,})*[-_.@]\d{1,4}[!#$*?@%&]?|\d{1,4}[-_.]?[^\W\d_]{3,}[!#$*?@%&]?")
_JOINED = re.compile(r"[^\W\d_]{2,}(?:[-_.&][^\W\d_]{2,})+\d{0,4}[!#$*?]?")
_SIGNED = re.compile(r"(?=.*[^\W_])(?=.*[!@#$%^&*+~?])\S+")
_MANY_PARTS = 3


def find_cues(lowered: str, known: frozenset[bytes]) -> Iterator[int]:
    """Yield where the words end that announce a password, at most one a line; ``known`` are the words of the text."""
    lines: set[int] = set()
    for cue in occurring(CUES, vocabulary(known)):
        for place in begins(lowered, cue):
            line = line_begin(lowered, place)
            if line not in lines:
                lines.add(line)
                end = place + len(cue)
                while letter_at(lowered, end).isalnum() or letter_at(lowered, end) in ("_", "-"):
                    end += 1
                yield end


def candidates(
    text: str, lowered: str, known: frozenset[bytes], *, program: bool
) -> Iterator[tuple[int, int, str, tuple[str, ...]]]:
    """Yield the start, the end, the look and the clues of their own of the words behind an announcement.

    In a ``program``, words outside quotes are names.
    """
    for after in find_cues(lowered, known):
        end = after
        for _ in range(_LINES):
            end = text.find("\n", end + 1)
            if end < 0:
                break
        atoms = _ATOM.finditer(text, after, min(len(text) if end < 0 else end, after + _REACH))
        for number, atom in enumerate(islice(atoms, _MOST_ATOMS)):
            word = atom[0].lstrip(_EDGES)
            start = atom.end() - len(word)
            word = word.rstrip(_EDGES)
            found = cued_look(word)
            if found and not (program and letter_at(text, start - 1) not in QUOTES):
                below = text.count("\n", after, start)
                yield start, start + len(word), found, (f"{number} between", f"{below} below", f"{below} below {found}")


def cued_look(word: str) -> str:
    """Return the look of a word behind an announcement, or "" if it cannot be a password."""
    if len(word) < 5 or not word.isprintable() or not is_password(word) or is_prose(word) or CHAIN.fullmatch(word):
        return ""
    if _DATE.fullmatch(word):
        return "cued date"
    if _JOINED_NUMBER.fullmatch(word):
        return "cued joined number"
    if _JOINED.fullmatch(word):
        parts = re.split(r"[-_.&]", word)
        return "cued sentence" if len(parts) >= _MANY_PARTS else "cued two"
    if usual := look(word):
        return f"cued {group(usual)}"
    if word.isalpha():
        kind = "known" if word.lower() in known_words() else "unknown"
        case = "small" if word.islower() else "title" if word.istitle() else "caps" if word.isupper() else "mixed"
        return f"cued {kind} {case}"
    if word.isdigit():
        return "cued digits"
    return "cued signs" if _SIGNED.fullmatch(word) else "cued other"
