"""Seeded places in a project: a line is hidden, and the context should contain its names that other files define."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.context.cursor_text import VISIBLE_AFTER, VISIBLE_BEFORE
from codestral_ls.context.words import words
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.outline import definitions_of, references_of
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.syntax import SyntaxTree

_BOUND = re.compile(
    r"(?:\b(?:for|as|def|class|function|const|let|var|type|interface|enum)\s+(\w+))|(?:^\s*(\w+)\s*(?::[^=]+)?=[^=])"
)


@dataclass(frozen=True, slots=True)
class HiddenLine:
    """A hidden line. ``snapshot`` is the file without the line, with the cursor in its place.

    ``names`` are the names in the line that other files define; ``absent`` are those of them that the window does not show.
    """

    snapshot: Snapshot
    names: frozenset[str]
    absent: frozenset[str]


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A file of the project with its definitions and the names it uses."""

    path: Path
    text: str
    defined: frozenset[str]
    uses: tuple[tuple[str, int], ...]


def read_project(root: Path) -> list[ProjectFile]:
    """Every file of the project that has a grammar, in the order of paths."""
    paths = (path for path in sorted(root.rglob("*")) if path.suffix in (".py", ".ts", ".tsx"))
    return [file for path in paths if path.stat().st_size <= 400_000 and (file := read_file(path)) is not None]


def read_file(path: Path) -> ProjectFile | None:
    """One file; None if it has no syntax tree."""
    text = path.read_text(encoding="utf-8", errors="replace")
    tree = SyntaxTree.parse(language_id_for_path(path), text)
    if tree is None:
        return None
    defined = frozenset(one.name for one in definitions_of(tree))
    return ProjectFile(path, text, defined, tuple((one.name, one.start) for one in references_of(tree)))


def holes(files: list[ProjectFile], count: int, seed: int) -> Iterator[HiddenLine]:
    """``count`` hidden lines, distributed over the files by their length."""
    chance = random.Random(seed)
    users: dict[str, int] = {}
    for file in files:
        for name in file.defined:
            users[name] = users.get(name, 0) + 1
    places = [(file, line) for file in files for line in range(file.text.count("\n"))]
    chance.shuffle(places)
    for file, line in places:
        if count <= 0:
            return
        hole = _hole(file, line, users)
        if hole is not None:
            count -= 1
            yield hole


def _hole(file: ProjectFile, line: int, users: dict[str, int]) -> HiddenLine | None:
    lines = file.text.split("\n")
    start = sum(len(one) + 1 for one in lines[:line])
    hidden = lines[line]
    end = start + len(hidden)
    bound = {name for pair in _BOUND.findall(hidden) for name in pair if name}
    names = {
        name
        for name, at in file.uses
        if start <= at < end and len(name) > 2 and users.get(name, 0) > (name in file.defined) and name not in bound
    } - file.defined
    if not names:
        return None
    indent = len(hidden) - len(hidden.lstrip())
    text = file.text[: start + indent] + file.text[end:]
    offset = start + indent
    visible = words(text[max(0, offset - VISIBLE_BEFORE) : offset + VISIBLE_AFTER])
    snapshot = Snapshot.of(text, offset, language_id_for_path(file.path), file.path.as_uri(), file.path)
    return HiddenLine(snapshot, frozenset(names), frozenset(names) - visible)
