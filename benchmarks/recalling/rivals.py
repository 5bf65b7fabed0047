"""Other ways to collect context, each in its simplest form and with more information than it usually has.

All see the same editor: five other files are open, three of which this file imports or is imported by (according to our index);
the rest are neighbours. The user has been at two places in each.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.recalling.hidden_lines import HiddenLine, ProjectFile
from codestral_ls.context.words import jaccard, words

WINDOW_LINES = 50
RING_LINES = 64
RING_CHUNKS = 16


@dataclass(frozen=True, slots=True)
class EditorState:
    """The files that are open, latest first, and the lines the user has been at: (file, line)."""

    files: tuple[ProjectFile, ...]
    places: tuple[tuple[ProjectFile, int], ...]


def editor_for(
    hole: HiddenLine, files: Sequence[ProjectFile], related: Sequence[ProjectFile], chance: random.Random
) -> EditorState:
    """A plausible editor for this hidden line."""
    here = hole.snapshot.path
    near = [file for file in files if here is not None and file.path.parent == here.parent and file.path != here]
    chosen = chance.sample(list(related), min(3, len(related)))
    others = [file for file in (near or files) if file not in chosen and file.path != here]
    chosen += chance.sample(others, min(5 - len(chosen), len(others)))
    places = [(file, chance.randrange(max(1, file.text.count("\n")))) for file in chosen for _ in range(2)]
    places += [(file, chance.randrange(max(1, file.text.count("\n")))) for file in files if file.path == here for _ in range(2)]
    chance.shuffle(places)
    return EditorState(tuple(chosen), tuple(places))


def open_files(editor: EditorState, characters: int) -> str:
    """The heads of the open files, an equal share of each."""
    share = characters // max(1, len(editor.files))
    return "\n".join(file.text[:share] for file in editor.files)[:characters]


class RivalWindows:
    """Windows of 50 lines from the whole project, those whose names are most similar (Jaccard) to the 50 lines at the cursor
    first.
    """

    def __init__(self, files: Sequence[ProjectFile]) -> None:
        self._windows = [
            (file, text, words(text))
            for file in files
            for lines in [file.text.split("\n")]
            for start in range(0, len(lines), WINDOW_LINES // 2)
            for text in ["\n".join(lines[start : start + WINDOW_LINES])]
        ]

    def find(self, hole: HiddenLine, characters: int) -> str:
        """As many of the best windows as fit."""
        snapshot = hole.snapshot
        before = snapshot.text[: snapshot.offset].split("\n")[-WINDOW_LINES:]
        query = words("\n".join(before))
        rated = sorted(
            ((jaccard(query, names), text) for file, text, names in self._windows if file.path != snapshot.path),
            key=lambda pair: -pair[0],
        )
        return "\n".join(text for _, text in rated[:8])[:characters]


def ring(editor: EditorState, hole: HiddenLine, characters: int) -> str:
    """llama.vim's ring: chunks of 64 lines around recent places, none too similar to another or to the text at the cursor."""
    snapshot = hole.snapshot
    around = snapshot.text[: snapshot.offset].split("\n")[-RING_LINES // 2 :] + snapshot.text[snapshot.offset :].split("\n")[:32]
    here = words("\n".join(around))
    chunks: list[tuple[str, frozenset[str]]] = []
    for file, line in editor.places:
        text = snapshot.text if file.path == snapshot.path else file.text  # never contains the hidden line
        lines = text.split("\n")
        chunk = "\n".join(lines[max(0, line - RING_LINES // 2) : line + RING_LINES // 2])
        names = words(chunk)
        if jaccard(names, here) <= 0.5 and all(jaccard(names, known) <= 0.9 for _, known in chunks):
            chunks.append((chunk, names))
    return "\n".join(chunk for chunk, _ in chunks[-RING_CHUNKS:][::-1])[:characters]
