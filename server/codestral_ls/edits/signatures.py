"""A function's parameters and a call's arguments in one line of code, and how a call follows a changed parameter list. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_DEFINITION = re.compile(
    r"^\s*(?:(?:export|default|pub(?:\([^)]*\))?|async|static|public|private|protected)\s+)*"
    r"(?:def|fn|func|function)\s+(?:\([^)]*\)\s*)?(?P<name>[A-Za-z_]\w*)(?P<open>\()"
)
_OPEN, _CLOSE = "([{", ")]}"
_OWN = frozenset({"self", "cls"})
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Signature:
    """Function ``name``. ``parameters`` are written as in the definition, without a method's own object.

    ``is_method`` if it has such an object or a receiver; ``is_async`` if it is defined with ``async``.
    """

    name: str
    parameters: tuple[str, ...]
    is_method: bool
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """One parameter was renamed from ``old`` to ``new``, removed (``old``) or added (``new``), at place ``index``.

    ``by_place`` is False for a parameter that can only be given by its name.
    """

    kind: Literal["renamed", "removed", "added"]
    index: int
    old: str
    new: str
    by_place: bool


def split_at_commas(text: str, start: int) -> tuple[list[tuple[int, int]], int] | None:
    """The parts ``[start, end)`` between the bracket that opens before ``start`` and its partner, and the partner's place.

    None if it is not in the text.
    """
    parts: list[tuple[int, int]] = []
    depth, begin, at, quote = 0, start, start, ""
    while at < len(text):
        character = text[at]
        if quote:
            at += character == "\\"
            quote = "" if character == quote else quote
        elif character in "\"'`":
            quote = character
        elif character in _OPEN:
            depth += 1
        elif character in _CLOSE and depth:
            depth -= 1
        elif character in _CLOSE:
            if text[begin:at].strip():
                parts.append((begin, at))
            return parts, at
        elif character == "," and not depth:
            parts.append((begin, at))
            begin = at + 1
        at += 1
    return None


def signature_of(line: str) -> Signature | None:
    """The function that a line defines; None if it defines none, or if the parameters continue on the next line."""
    found = _DEFINITION.match(line)
    split = split_at_commas(line, found.end()) if found is not None else None
    if found is None or split is None:
        return None
    parameters = [line[start:end].strip() for start, end in split[0]]
    own = bool(parameters) and (parameters[0].lstrip("&").removeprefix("mut ").partition(":")[0].strip() in _OWN)
    receiver = line[: found.start("name")].rstrip().endswith(")")
    is_async = re.search(r"\basync\b", line[: found.start("name")]) is not None
    return Signature(found["name"], tuple(parameters[own:]), own or receiver, is_async)


def change_between(old: Signature, new: Signature) -> ParameterChange | None:
    """The only parameter in which two signatures of a function differ; None if they differ in more, or not for a caller."""
    if old.name != new.name or old.is_method != new.is_method:
        return None
    before, after = _entries(old), _entries(new)
    old_names, new_names = [one.name for one in before], [one.name for one in after]
    if len(before) == len(after):
        differing = [place for place, name in enumerate(old_names) if name != new_names[place]]
        if len(differing) != 1 or new_names[differing[0]] in old_names:
            return None
        place = differing[0]
        return _change("renamed", before[place], place, old_names[place], new_names[place])
    longer, shorter = (old_names, new_names) if len(before) > len(after) else (new_names, old_names)
    place = next((at for at in range(len(shorter)) if longer[at] != shorter[at]), len(shorter))
    if longer[:place] + longer[place + 1 :] != shorter:
        return None
    if longer is old_names:
        return _change("removed", before[place], place, old_names[place], "")
    return _change("added", after[place], place, "", new_names[place]) if after[place].is_needed else None


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    by_place: bool
    is_needed: bool


def _entries(side: Signature) -> list[_Entry]:
    """The parameters that a caller can pass; Python's ``*`` and ``/`` only say how."""
    found: list[_Entry] = []
    by_place = True
    for parameter in side.parameters:
        if parameter not in ("/", "*"):
            found.append(_Entry(_name(parameter), by_place, not re.search(r"=|^\w+\?", parameter)))
        by_place = by_place and not parameter.startswith("*")
    return found


def _change(kind: Literal["renamed", "removed", "added"], entry: _Entry, place: int, old: str, new: str) -> ParameterChange | None:
    if not all(_WORD.fullmatch(name) for name in (old, new) if name):
        return None  # a pattern, or * and **
    return ParameterChange(kind, place, old, new, entry.by_place)


def _name(parameter: str) -> str:
    """A parameter's name, or the whole text if it has none."""
    found = _WORD.match(parameter.removeprefix("mut "))
    return found.group() if found is not None else parameter


def followed(line: str, opening: int, change: ParameterChange, *, named: bool) -> str | None:
    """A line, whose call's arguments begin after the bracket at ``opening``, after the change; None if the call stays the same.

    ``named``: the language has named arguments, written ``name=value``.
    """
    split = split_at_commas(line, opening + 1)
    if split is None:
        return None
    parts, closing = split
    texts = [line[start:end].strip() for start, end in parts]
    by_name = [_by_name(text) if named else "" for text in texts]
    positional = next((at for at, name in enumerate(by_name) if name or texts[at].startswith(("*", "..."))), len(texts))
    if change.old and change.old in by_name:
        at = by_name.index(change.old)
        start, end = parts[at]
        if change.kind == "removed":
            return _without(line, parts, at)
        kept = line[start:end]
        return line[:start] + kept.replace(change.old, change.new, 1) + line[end:]
    if change.kind == "removed" and change.by_place and change.index < positional:
        return _without(line, parts, change.index)
    if change.kind == "added" and change.new not in by_name:
        if change.by_place and change.index <= positional:
            texts.insert(change.index, change.new)
        elif named:
            texts.append(f"{change.new}={change.new}")
        else:
            return None
        return line[: opening + 1] + ", ".join(texts) + line[closing:]
    return None


def _by_name(text: str) -> str:
    found = re.match(r"([A-Za-z_]\w*)\s*=(?!=)", text)
    return found[1] if found is not None else ""


def _without(line: str, parts: Sequence[tuple[int, int]], at: int) -> str:
    """The line without an argument and one of the commas next to it."""
    if at + 1 < len(parts):
        start, following = parts[at][0], line[parts[at + 1][0] :]
        blank = len(line[start:]) - len(line[start:].lstrip())
        return line[: start + blank] + following.lstrip()
    return line[: parts[at - 1][1] if at else parts[at][0]] + line[parts[at][1] :]
