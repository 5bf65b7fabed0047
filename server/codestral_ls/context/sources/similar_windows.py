"""Code like the code at the cursor, in this file outside the window, in open files and in the folder's other files."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from codestral_ls.context.cursor_text import cursor_text
from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.words import jaccard, words
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.snapshot import Snapshot

STEP = 10
"""Lines of a strip; a window is two of them."""
MOST = 8
MOST_FILES = 8
KEPT_FILES = 64
MOST_CHARACTERS = 80_000
LEAST = 0.12
"""Below this similarity two pieces of code have only the language in common."""


@dataclass(frozen=True, slots=True)
class _Window:
    start_line: int
    text: str
    names: frozenset[str]


class SimilarWindows:
    """The source; remembers the windows of the files it has cut."""

    name = "similar_windows"

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._cut: OrderedDict[tuple[str, int], list[_Window]] = OrderedDict()

    def find(self, snapshot: Snapshot) -> list[Snippet]:
        """The most similar windows, best first, at most two of a file."""
        around = cursor_text(snapshot)
        here = self._workspace.relative(snapshot.path)
        rated: list[tuple[float, str, _Window]] = []
        for path, text in self._texts(snapshot, here):
            best = sorted(
                ((jaccard(window.names, around.close), window) for window in self._windows(path, text)),
                key=lambda pair: -pair[0],
            )[:2]
            for score, window in best:
                if score >= LEAST and not (path == here and window.text.strip()[:200] in around.visible_text):
                    rated.append((score, path, window))
        rated.sort(key=lambda one: -one[0])
        return [
            Snippet(path, window.start_line, window.start_line + window.text.count("\n"), window.text, self.name, score)
            for score, path, window in rated[:MOST]
        ]

    def _texts(self, snapshot: Snapshot, here: str) -> list[tuple[str, str]]:
        workspace = self._workspace
        texts: dict[str, str] = {here: snapshot.text} if here else {}
        for seen in reversed(list(workspace.recent.documents.values())):
            path = workspace.relative(seen.path)
            if seen.uri != snapshot.uri and path and workspace.may_read(workspace.root / path):
                texts.setdefault(path, seen.text)
        suffix = here.rpartition(".")[2]
        for path in workspace.reader.siblings_of(here) if here else ():
            if len(texts) >= MOST_FILES:
                break
            if path not in texts and path.endswith(f".{suffix}") and (text := workspace.text_of(path)) is not None:
                texts[path] = text
        return [(path, text) for path, text in texts.items() if len(text) <= MOST_CHARACTERS]

    def _windows(self, path: str, text: str) -> list[_Window]:
        key = path, hash(text)
        known = self._cut.get(key)
        if known is None:
            lines = text.split("\n")
            strips = ["\n".join(lines[start : start + STEP]) for start in range(0, len(lines), STEP)]
            names = [words(strip) for strip in strips]
            known = [  # two strips make a window, so each line is searched for names only once
                _Window(i * STEP + 1, "\n".join(strips[i : i + 2]), frozenset().union(*names[i : i + 2]))
                for i in range(max(1, len(strips) - 1))
            ]
            self._cut[key] = known
        self._cut.move_to_end(key)
        while len(self._cut) > KEPT_FILES:
            self._cut.popitem(last=False)
        return known
