"""Replacing ranges of a text, and showing that as a diff. Pure; offsets are ``str`` indices."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from codestral_ls.documents.text import lines_with_endings, newline_of

_AROUND = 3
"""Unchanged lines shown around a change."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Put ``text`` in place of ``[start, end)``; an insertion has ``start == end``."""

    start: int
    end: int
    text: str


def in_order(edits: Sequence[Edit]) -> list[Edit]:
    """The edits by place. Raises: ValueError if two overlap or insert at one place."""
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    for left, right in itertools.pairwise(ordered):
        if right.start < left.end or right.start == left.start:
            raise ValueError("two edits of one place")
    return ordered


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """``text`` with all edits made; their offsets are those of ``text``."""
    parts, place = [], 0
    for edit in in_order(edits):
        parts += [text[place : edit.start], edit.text]
        place = edit.end
    parts.append(text[place:])
    return "".join(parts)


def new_ranges(edits: Sequence[Edit]) -> list[tuple[int, int]]:
    """Where the edits' texts are in the resulting text."""
    ranges, shift = [], 0
    for edit in in_order(edits):
        start = edit.start + shift
        ranges.append((start, start + len(edit.text)))
        shift += len(edit.text) - (edit.end - edit.start)
    return ranges


def without(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    """``text`` without the given ordered ranges."""
    parts, place = [], 0
    for start, end in ranges:
        parts.append(text[place:start])
        place = end
    parts.append(text[place:])
    return "".join(parts)


def unified_diff(name: str, text: str, edits: Sequence[Edit]) -> str:
    """The edits as a unified diff with git's a/ and b/ names; costs O(text), not a comparison of two texts."""
    old = lines_with_endings(text)
    starts = [0, *itertools.accumulate(map(len, old))]
    changes: list[tuple[int, int, list[str]]] = []
    line = 0
    for edit in in_order(edits):
        while line < len(old) - 1 and starts[line + 1] <= edit.start:
            line += 1
        last = line
        while last < len(old) - 1 and starts[last + 1] < edit.end:
            last += 1
        whole = edit.start == edit.end == starts[line] and edit.text[-1:] in ("\n", "\r")
        first, end = (line, line) if whole else (line, last + 1)
        before, after = text[starts[first] : edit.start], text[edit.end : starts[end]] if end > first else ""
        new = [part for part in lines_with_endings(before + edit.text + after) if part]
        if changes and first < changes[-1][1]:
            return _plain_diff(name, text, edits)
        changes.append((first, end, new))
    return _rendered(name, old, changes, newline_of(text))


def as_new_file(diff: str) -> str:
    """The diff turned into one that creates the file."""
    return "--- /dev/null\n" + diff.partition("\n")[2]


def _named(name: str) -> str:
    """The name as git and GNU patch read it: quoted if it holds a character that would end it, with a tab if it holds a blank."""
    if not name.isprintable() or '"' in name or "\\" in name:
        plain = ((char if char.isprintable() else char.encode()) for char in name.replace("\\", "\\\\").replace('"', '\\"'))
        return '"' + "".join(one if isinstance(one, str) else "".join(f"\\{byte:03o}" for byte in one) for one in plain) + '"'
    return f"{name}\t" if " " in name else name


def _plain_diff(name: str, text: str, edits: Sequence[Edit]) -> str:
    """Two edits of one line are rare enough for a real comparison."""
    import difflib

    old, new = ([line for line in lines_with_endings(one) if line] for one in (text, apply_edits(text, edits)))
    compared = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return _rendered(name, old, [(i, j, new[k:m]) for tag, i, j, k, m in compared if tag != "equal"], newline_of(text))


def _rendered(name: str, old: list[str], changes: list[tuple[int, int, list[str]]], newline: str) -> str:
    groups: list[list[tuple[int, int, list[str]]]] = []
    for change in changes:
        if groups and change[0] - groups[-1][-1][1] <= 2 * _AROUND:
            groups[-1].append(change)
        else:
            groups.append([change])
    out, shift = [f"--- {_named(f'a/{name}')}\n", f"+++ {_named(f'b/{name}')}\n"], 0
    for group in groups:
        first, end = max(0, group[0][0] - _AROUND), min(len(old), group[-1][1] + _AROUND)
        body: list[str] = []
        place, growth = first, 0
        for start, stop, new in group:
            body += [" " + line for line in old[place:start]]
            gone = [line for line in old[start:stop] if line]  # the empty text after the last line end is not a line
            body += ["-" + line for line in gone] + ["+" + line for line in new]
            place, growth = stop, growth + len(new) - len(gone)
        body += [" " + line for line in old[place:end] if line]
        count = sum(1 for line in body if line[0] in " -")
        old_begin, new_begin = first + (count > 0), first + shift + (count + growth > 0)
        out.append(f"@@ -{old_begin},{count} +{new_begin},{count + growth} @@\n")
        out += [line if line.endswith(("\n", "\r")) else f"{line}{newline}\\ No newline at end of file\n" for line in body]
        shift += growth
    return "".join(out)
