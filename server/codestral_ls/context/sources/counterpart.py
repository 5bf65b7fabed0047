"""The test of this file, or the file that this one tests, matched by name: the part about the code at the cursor."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from codestral_ls.context.cursor_text import cursor_text
from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.words import jaccard, words
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.snapshot import Snapshot

LINES = 24
STEP = 8

_TEST = re.compile(r"^(?:test_(?P<a>.+)|(?P<b>.+?)(?:_test|_spec|Tests?|Spec|IT))$")


class Counterpart:
    """The source; finds files by name in the index."""

    name = "counterpart"

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def find(self, snapshot: Snapshot) -> list[Snippet]:
        """The most relevant range of the counterpart, if there is one."""
        here = self._workspace.relative(snapshot.path)
        if not here:
            return []
        paths = [path for path in self._workspace.reader.files_called(names_for(here)) if is_counterpart(here, path)]
        if not paths:
            return []
        path = max(paths, key=lambda one: (_shared(here, one), -len(one)))
        text = self._workspace.text_of(path)
        if text is None:
            return []
        around = cursor_text(snapshot)
        lines = text.split("\n")
        starts = range(0, max(1, len(lines) - LINES // 2), STEP)
        start = max(starts, key=lambda at: (jaccard(words("\n".join(lines[at : at + LINES])), around.close), -at))
        part = "\n".join(lines[start : start + LINES]).strip("\n")
        return [Snippet(path, start + 1, min(len(lines), start + LINES), part, self.name, 0.45)] if part.strip() else []


def names_for(path: str) -> list[str]:
    """The names, without suffixes, that the counterpart of ``path`` may have."""
    stem = PurePosixPath(path).name.split(".", 1)[0]
    tested = _TEST.match(stem)
    if tested is not None:
        return [tested.group("a") or tested.group("b"), stem]
    return [f"test_{stem}", f"{stem}_test", f"{stem}_spec", f"{stem}Test", f"{stem}Tests", f"{stem}Spec", stem]


def is_counterpart(one: str, other: str) -> bool:
    """True if one of the two files is named as a test of the other, in the same language."""
    return one != other and is_test(one) != is_test(other) and one.rpartition(".")[2] == other.rpartition(".")[2]


def is_test(path: str) -> bool:
    """True if a file is named as a test, or is in a folder of tests."""
    pure = PurePosixPath(path)
    stem, _, rest = pure.name.partition(".")
    return _TEST.match(stem) is not None or rest.startswith(("test.", "spec.")) or "__tests__" in pure.parts


def _shared(one: str, other: str) -> int:
    return len(set(PurePosixPath(one).parent.parts) & set(PurePosixPath(other).parent.parts))
