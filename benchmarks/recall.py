"""Identifier recall: how many names in a hidden line that other files define are in the prompt? No model is used.

python -m benchmarks.recall [--positions N] [--fit]

Writes benchmarks/results/recall.md and recall.png. ``--fit`` prints weights for context/worth.py from other projects.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.recalling.hidden_lines import HiddenLine, ProjectFile, holes, read_project
from benchmarks.recalling.projects import FITTED, MEASURED, project
from benchmarks.recalling.rivals import EditorState, RivalWindows, editor_for, open_files, ring
from codestral_ls.config.sections import Options
from codestral_ls.context.cursor_text import VISIBLE_AFTER, VISIBLE_BEFORE
from codestral_ls.context.index.build_index import open_writer, refresh
from codestral_ls.context.index.read import IndexReader
from codestral_ls.context.project import ProjectContext
from codestral_ls.context.recent import Recent
from codestral_ls.context.snippet_format import render
from codestral_ls.context.words import words
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.snapshot import Snapshot

TOKENS = 1024
CHARACTERS = int(TOKENS * 3.2)
SEED = 20260
RESULTS = Path("benchmarks/results")
METHODS = ("no context", "open files", "similar windows", "ring of chunks", "ours")


@dataclass(slots=True)
class RecallScore:
    """Per method: names found and names wanted, over all positions and over those that need another file."""

    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(METHODS, 0))
    needed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(METHODS, 0))
    names: int = 0
    absent: int = 0
    positions: int = 0
    needing: int = 0

    def add(self, hole: HiddenLine, contexts: dict[str, str]) -> None:
        """Count one position."""
        self.positions += 1
        self.needing += bool(hole.absent)
        self.names += len(hole.names)
        self.absent += len(hole.absent)
        for method, context in contexts.items():
            brought = words(context)
            self.found[method] += len(hole.names - hole.absent) + len(hole.absent & brought)
            self.needed[method] += len(hole.absent & brought)


def related_files(hole: HiddenLine, reader: IndexReader, by_path: dict[str, ProjectFile]) -> list[ProjectFile]:
    """Files that this one imports or that import it, according to our own index: an advantage for the rivals."""
    path = hole.snapshot.path
    assert path is not None
    here = path.relative_to(reader.root).as_posix()
    modules = [module for module, _ in reader.imported_names(here)]
    meant = [found for several in reader.files_meant(modules, here).values() for found in several[:1]]
    return [by_path[one] for one in [*meant, *reader.importers_of(here)] if one in by_path]


class OurContext:
    """The project context as a server has it, with the same open files as the rivals."""

    def __init__(self, root: Path) -> None:
        self._project = ProjectContext(Options(), [root], keep_index=False)

    async def find(self, hole: HiddenLine, editor: EditorState) -> str:
        """The rendered snippets, without the line with the file's own path."""
        recent = self._project.recent = Recent()
        for workspace, _ in self._project._workspaces.values():
            workspace.recent = recent
        for file in reversed(editor.files):
            recent.see(snapshot_of(file, 0))
        for file, line in editor.places:
            if file.path != hole.snapshot.path:
                recent.rest(snapshot_of(file, line))
        recent.see(hole.snapshot)
        chosen = await self._project.collect(hole.snapshot, CHARACTERS, 60.0)
        return render("codestral", chosen, "", "")[0].removesuffix("+++++ \n")

    async def aclose(self) -> None:
        """Close the index."""
        await self._project.aclose()


def snapshot_of(file: ProjectFile, line: int) -> Snapshot:
    """A file in the editor with the cursor at the beginning of a line (counted from 0)."""
    offset = sum(len(one) + 1 for one in file.text.split("\n")[:line])
    return Snapshot.of(file.text, min(offset, len(file.text)), language_id_for_path(file.path), file.path.as_uri(), file.path)


async def measure(name: str, count: int) -> RecallScore:
    """One project's score."""
    root = project(name)
    writer, connection = open_writer(root)
    refresh(root, writer)
    connection.close()
    files = read_project(root)
    by_path = {file.path.relative_to(root).as_posix(): file for file in files}
    reader, similar, ours = IndexReader(root), RivalWindows(files), OurContext(root)
    chance = random.Random(SEED)
    score = RecallScore()
    for hole in holes(files, count, SEED):
        editor = editor_for(hole, files, related_files(hole, reader, by_path), chance)
        contexts = {
            "no context": "",
            "open files": open_files(editor, CHARACTERS),
            "similar windows": similar.find(hole, CHARACTERS),
            "ring of chunks": ring(editor, hole, CHARACTERS),
            "ours": await ours.find(hole, editor),
        }
        for method, context in contexts.items():
            assert len(context) <= CHARACTERS * 1.03, (method, len(context))
        score.add(hole, contexts)
    await ours.aclose()
    return score


def report(scores: dict[str, RecallScore], seconds: float) -> str:
    """The page of results."""
    rows = [f"| {name} | {one.positions} | {one.needing} | " + _cells(one) + " |" for name, one in scores.items()]
    total = RecallScore()
    for one in scores.values():
        total.positions += one.positions
        total.needing += one.needing
        total.names += one.names
        total.absent += one.absent
        for method in METHODS:
            total.found[method] += one.found[method]
            total.needed[method] += one.needed[method]
    rows.append(f"| **all** | {total.positions} | {total.needing} | " + _cells(total) + " |")
    best = max((total.needed[method], method) for method in METHODS[:-1])
    ahead = 100 * (total.needed["ours"] - best[0]) / max(1, total.absent)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"""# Identifier recall

`python -m benchmarks.recall --positions {total.positions // len(scores)}`: {total.positions} seeded positions (seed {SEED})
in {len(scores)} real projects, no model involved. A line is hidden; counted are the names in it that
another file of the project defines, that this file does not define, and that the line does not bind itself.
The prompt holds {VISIBLE_BEFORE} characters before the line, {VISIBLE_AFTER} behind it, and
{TOKENS} tokens ({CHARACTERS} characters) of context. First number: share of all these names that the prompt
shows. Second: share of those that the window itself does not show, so that another file is needed.

The rivals get the same editor (five open files, three of them related by our own index; two recent places in each), and
similar windows may look into the whole project, where editors look into open files.

| project | positions | that need another file | {" | ".join(METHODS)} |
|---|---|---|{"---|" * len(METHODS)}
{chr(10).join(rows)}

On positions that need another file ours is **{ahead:.1f} points** above the best other ({best[1]}).
Weights were fitted on other projects ({", ".join(FITTED)}). Took {seconds:.0f} s; load of the machine (2 cores) at the end: {load}.

![Recall](recall.png)
"""


def _cells(score: RecallScore) -> str:
    return " | ".join(
        f"{100 * score.found[method] / max(1, score.names):.1f} / {100 * score.needed[method] / max(1, score.absent):.1f}"
        for method in METHODS
    )


def plot(scores: dict[str, RecallScore]) -> None:
    """Bars per project: the share of found names among those that need another file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 4))
    for number, method in enumerate(METHODS):
        values = [100 * one.needed[method] / max(1, one.absent) for one in scores.values()]
        axes.bar([at + 0.16 * (number - 2) for at in range(len(scores))], values, 0.16, label=method)
    axes.set_xticks(range(len(scores)), list(scores))
    axes.set_ylabel("names shown, % of those that need another file")
    axes.legend(ncols=3, fontsize=8)
    figure.tight_layout()
    figure.savefig(RESULTS / "recall.png", dpi=110)


def main() -> int:
    """Measure, or fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--positions", type=int, default=400, help="positions in each project")
    parser.add_argument("--projects", nargs="*", default=list(MEASURED))
    parser.add_argument("--fit", action="store_true", help="print weights for context/worth.py")
    parser.add_argument("--dry", action="store_true", help="write no files")
    arguments = parser.parse_args()
    if arguments.fit:
        from benchmarks.recalling.fit import fit

        print(fit(FITTED, 300))
        return 0
    began = time.monotonic()
    scores = {}
    for name in arguments.projects:
        scores[name] = asyncio.run(measure(name, arguments.positions))
        print(name, _cells(scores[name]), flush=True)
    text = report(scores, time.monotonic() - began)
    print(text)
    if not arguments.dry:
        (RESULTS / "recall.md").write_text(text, encoding="utf-8")
        plot(scores)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
