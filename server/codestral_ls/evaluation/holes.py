"""Seeded holes in the committed files of a git repository: the rest of a line, a line, or a block.

Only files that are tracked and unchanged, because text being written now may be wrong. Private files stay out.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from codestral_ls.context.index.indexed_files import is_source, read_source
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.outline import definitions_of
from codestral_ls.documents.privacy import file_rules
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.documents.text import line_end, line_start
from codestral_ls.errors import DocumentError
from codestral_ls.evaluation.program import Program, ProgramTest
from codestral_ls.system.git import RepositoryError, work_tree

Kind = Literal["rest_of_line", "line", "block"]
KINDS: tuple[Kind, ...] = ("rest_of_line", "line", "block")
MOST_BLOCK_LINES = 12
SHORTEST_LINE = 12


@dataclass(frozen=True, slots=True)
class Hole:
    """A place where ``truth`` was removed between ``prefix`` and ``suffix``. ``id`` is the same in every run with one seed.

    ``check`` is code that, run after the filled text, fails if the text is wrong; "" if there is none. ``tests`` are those of a
    whole program.
    """

    id: str
    kind: str
    language: str
    path: Path | None
    prefix: str
    suffix: str
    truth: str
    check: str = ""
    tests: tuple[ProgramTest, ...] = ()

    def filled(self, text: str) -> Program | None:
        """The program to test with ``text`` in the hole; None if nothing can be tested."""
        if not self.check and not self.tests:
            return None
        return Program(self.language, self.prefix + text + self.suffix + self.check, self.tests)


def committed_files(root: Path) -> list[Path]:
    """Tracked, unchanged source files that may be read, by path. Raises: DocumentError if there is no git repository."""
    tree, root = work_tree(root), root.resolve()
    if tree is None:
        raise DocumentError(f"Only committed code is measured, and {root} is no git repository with a commit.")
    try:
        changed = tree.changed()
        tracked = [path for path in tree.tracked() if root in path.parents and path not in changed]
    except RepositoryError as error:
        raise DocumentError(f"Only committed code is measured. {error}") from error
    rules = file_rules()
    return [path for path in tracked if is_source(path.name) and not rules.why_private(path)]


def holes_in(root: Path, count: int, seed: int) -> list[Hole]:
    """``count`` holes, the three kinds in turn, spread over the files. Fewer if the project is small."""
    chance = random.Random(seed)  # noqa: S311 - a sample needs no secrets
    root = root.resolve()
    files = committed_files(root)
    chance.shuffle(files)
    found: list[Hole] = []
    for file in _around(files, 4 * count):
        if len(found) >= count:
            break
        name = file.relative_to(root).as_posix()
        source = read_source(root, name)
        if source is not None:
            kind = KINDS[len(found) % len(KINDS)]
            hole = _hole(file, name, source[0], kind, chance)
            if hole is not None and all(hole.id != known.id for known in found):
                found.append(hole)
    return found


def _around(files: list[Path], most: int) -> Iterator[Path]:
    for turn in range(most if files else 0):
        yield files[turn % len(files)]


def _hole(file: Path, name: str, text: str, kind: Kind, chance: random.Random) -> Hole | None:
    language = language_id_for_path(file)
    tree = SyntaxTree.parse(language, text, within_ms=2_000)
    if tree is None:
        return None
    if kind == "block":
        spans = [
            (one.body_start, one.end)
            for one in definitions_of(tree)
            if one.kind in ("function", "method") and 0 < text.count("\n", one.body_start, one.end) < MOST_BLOCK_LINES
        ]
        if not spans:
            return None
        start, end = chance.choice(spans)
        if text[start:end].startswith("{"):
            start += 1
            end -= text[start:end].endswith("}")
    else:
        at = chance.randrange(max(1, len(text)))
        start, end = line_start(text, at), line_end(text, at)
        code = text[start:end]
        indent = len(code) - len(code.lstrip())
        if len(code.strip()) < SHORTEST_LINE or tree.region_at(start + indent + 1) == "comment":
            return None
        start += indent
        if kind == "rest_of_line":
            start += chance.randrange(4, len(code.strip()) - 4)
    truth = text[start:end]
    if not truth.strip():
        return None
    return Hole(f"{name}:{start}:{end}", kind, language, file, text[:start], text[end:], truth)
