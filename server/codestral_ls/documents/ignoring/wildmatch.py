"""One pattern of an ignore file as a regular expression over bytes, matched in polynomial time.

The rules are those of git's wildmatch with WM_PATHNAME: ``*``, ``?`` and brackets stop at a slash, ``**`` between slashes
is any number of folders, everything counts bytes. Every star takes the leftmost place where the next part fits and never
reconsiders (an atomic group): the text between two stars has a fixed length, so a later place never helps.
"""

from __future__ import annotations

import re
from re import Pattern

_SLASH, _STAR, _FOLDERS = b"/", b"*", b"**"
_BEGUN = re.compile(rb"([^*?\[\\]*[^*?\[\\/])\**(\*\*(?:/.+)?)\Z", re.DOTALL)
"""Letters right before ``**``: git compares what is before the first wildcard by itself, and ``a**/b`` is then `a`, and ``**/b``
for the rest, which is `ab` as well as ``a/x/b``."""
_ALL = range(256)
_CLASSES = {
    "alnum": rb"[0-9A-Za-z]",
    "alpha": rb"[A-Za-z]",
    "blank": rb"[ \t]",
    "cntrl": rb"[\x00-\x1f\x7f]",
    "digit": rb"[0-9]",
    "graph": rb"[\x21-\x7e]",
    "lower": rb"[a-z]",
    "print": rb"[\x20-\x7e]",
    "punct": rb"[!-/:-@\[-`{-~]",
    "space": rb"[\t-\r ]",
    "upper": rb"[A-Z]",
    "xdigit": rb"[0-9A-Fa-f]",
}


def compiled(pattern: bytes, ignore_case: bool) -> Pattern[bytes] | None:
    """The expression that a whole path relative to the pattern's folder must match; None for a pattern that fits nothing.

    ``pattern`` comes without the ``!`` before it and the slash at its end; a slash at its beginning is removed here.
    """
    in_folders = b"/" in pattern
    pattern = pattern.removeprefix(b"/")
    try:
        if in_folders and (begun := _BEGUN.match(pattern)):
            rest = b"/?" + _text(_tokens(begun[2], ignore_case)) if begun[2] != _FOLDERS else b".*"
            text = _run(_tokens(begun[1], ignore_case)) + rest
        else:
            text = _text(_tokens(pattern, ignore_case))
    except ValueError:
        return None
    return re.compile(text + rb"\Z", re.DOTALL)


def _text(tokens: list[bytes]) -> bytes:
    """Whole folders and names; ``**`` between them is any number of folders."""
    runs: list[list[bytes]] = [[]]  # the parts between one `**` and the next
    for token in tokens:
        if token == _FOLDERS:
            runs.append([])
        else:
            runs[-1].append(token)
    if len(runs) == 1:
        return _run(runs[0])
    # Each run keeps the slashes that were at its ends: `a/` `/b/` `/c`.
    text = _run(runs[0])
    for run in runs[1:-1]:
        inner = run[1:-1]
        if inner:
            text += b"(?>(?:[^/]+/)*?" + _run(inner) + b"/)"
    last = runs[-1][1:]
    return text + (b"(?:[^/]+/)*" + _run(last) if runs[-1] else b".+")  # `a/**` is everything inside, not the folder itself


def _tokens(pattern: bytes, ignore_case: bool) -> list[bytes]:
    """Expressions of one byte each, slashes, stars, and ``**`` if it means any number of folders.

    Raises: ValueError for a pattern that fits nothing (a backslash at the end, an open bracket, an unknown class).
    """
    tokens: list[bytes] = []
    at = 0
    while at < len(pattern):
        byte = pattern[at : at + 1]
        at += 1
        if byte == b"*":
            begins = not tokens or tokens[-1] == _SLASH
            stars = 1
            while pattern[at : at + 1] == b"*":
                stars, at = stars + 1, at + 1
            ends = at == len(pattern) or pattern.startswith((b"/", b"\\/"), at)
            tokens.append(_FOLDERS if stars > 1 and begins and ends else _STAR)
        elif byte == b"?":
            tokens.append(b"[^/]")
        elif byte == b"[":
            members, at = _bracket(pattern, at, ignore_case)
            tokens.append(_any_of(members))
        else:
            if byte == b"\\":
                byte = pattern[at : at + 1]
                at += 1
                if not byte:
                    raise ValueError("a backslash at the end")
            is_letter = ignore_case and byte.isalpha()
            tokens.append(_any_of({*byte.lower(), *byte.upper()}) if is_letter else byte if byte == _SLASH else re.escape(byte))
    return tokens


def _run(tokens: list[bytes]) -> bytes:
    """Whole segments: the text before the first star, each part between stars at its leftmost place, the last at the end."""
    segments: list[list[bytes]] = [[b""]]  # each as its parts between stars
    for token in tokens:
        if token == _SLASH:
            segments.append([b""])
        elif token == _STAR:
            segments[-1].append(b"")
        else:
            segments[-1][-1] += token
    return b"/".join(_segment(parts) for parts in segments)


def _segment(parts: list[bytes]) -> bytes:
    if len(parts) == 1:
        return parts[0]
    text = parts[0] + b"".join(b"(?>[^/]*?" + part + b")" for part in parts[1:-1] if part)
    return text + (b"[^/]*" + parts[-1] + b"(?![^/])" if parts[-1] else b"[^/]*+")


def _bracket(pattern: bytes, at: int, ignore_case: bool) -> tuple[set[int], int]:
    """The bytes that a bracket expression fits, and where it ends; ``at`` is just after its ``[``. Raises: ValueError.

    If case is ignored git lowers the byte of the path and leaves single members as they are, so ``[A]`` fits nothing.
    """
    members: set[int] = set()
    negated = pattern[at : at + 1] in (b"!", b"^")
    at += negated
    before = -1  # the beginning of a dash's range
    first = at
    while at == first or pattern[at : at + 1] != b"]":
        byte = pattern[at : at + 1]
        after = pattern[at + 1 : at + 2]
        if pattern.startswith(b"[:", at):
            end = pattern.index(b"]", at + 2)
            name = pattern[at + 2 : end]
            if name.endswith(b":"):
                members |= _class(name[:-1].decode("latin-1"), ignore_case)
                before, at = -1, end + 1
                continue
        if byte == b"-" and before >= 0 and after not in (b"", b"]"):
            at, high = _literal(pattern, at + 1)
            found = range(before, high + 1)
            members |= {*found, *(bytes([one]).lower()[0] for one in found if ignore_case)}
            before = -1
        else:
            at, before = _literal(pattern, at)
            members.add(before)
    if ignore_case:
        members = {one for one in _ALL if bytes([one]).lower()[0] in members}
    if negated:
        members = set(_ALL) - members
    return members - {ord("/")}, at + 1


def _literal(pattern: bytes, at: int) -> tuple[int, int]:
    """Where to continue, and the byte at ``at`` or after the backslash there. Raises: ValueError at the pattern's end."""
    if pattern[at : at + 1] == b"\\":
        at += 1
    if at >= len(pattern):
        raise ValueError("an open bracket")
    return at + 1, pattern[at]


def _class(name: str, ignore_case: bool) -> set[int]:
    if name not in _CLASSES:
        raise ValueError("an unknown class")
    members = {byte for byte in _ALL if re.match(_CLASSES[name], bytes([byte]))}
    return members | _class("lower", False) if ignore_case and name == "upper" else members


def _any_of(members: set[int]) -> bytes:
    if not members:
        return b"(?!)"
    return b"[" + b"".join(b"\\x%02x" % byte for byte in sorted(members)) + b"]"
