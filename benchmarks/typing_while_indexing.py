"""``python -m benchmarks.typing_while_indexing``: are known answers still quick while a million lines are being indexed?

The typing of the replay benchmark into the real server with the paced fake, twice in one run: without a workspace, and in a
workspace whose index is being built. Writes ``benchmarks/results/typing_while_indexing.md``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.index import make_project
from benchmarks.replaying import editor, report
from benchmarks.replaying.passages import Passage, passages
from benchmarks.replaying.record import RecordedKey, quantile

RESULTS = Path(__file__).parent / "results"
KNOWN = ("typed_along", "cache", "prefetch")


@dataclass(frozen=True, slots=True)
class TypedArm:
    """The keystrokes of one arm, and how many files entered the index meanwhile."""

    records: list[RecordedKey]
    indexed: int = 0

    @property
    def known(self) -> list[float]:
        """Milliseconds from key to reply for known answers."""
        return [r.reply_ms for r in self.records if r.source in KNOWN and r.reply_ms is not None]


async def typed(folder: Path, typing: list[Passage], seed: int, workspace: Path | None) -> TypedArm:
    """Type all passages, each into a new server, because a paced fake writes one text; the index continues where it was."""
    records: list[RecordedKey] = []
    first = _indexed(folder)
    for index, passage in enumerate(typing):
        truth = folder / f"truth-{index}.txt"
        truth.write_text(passage.before + passage.text + passage.after, encoding="utf-8")
        settings = {
            "CODESTRAL_LS_BACKEND_PRIMARY": "fake",
            "CODESTRAL_LS_FAKE_TRUTH": str(truth),
            "CODESTRAL_LS_FAKE_PREFILL_RATE": "2500",
            "CODESTRAL_LS_FAKE_DECODE_RATE": "60",
        }
        server = await editor.ReplayServer.start(folder, settings, workspace)
        await server.until_ready(30)
        file = (workspace or folder) / f"{index}-{Path(passage.name).name}"
        kept = await editor.type_passage(server, passage, seed + index, 1.0, file.as_uri())
        await server.stop()
        editor.read_log(server.log, kept)
        records += kept
    return TypedArm(records, _indexed(folder) - first)


def _indexed(folder: Path) -> int:
    """The number of files in the index now."""
    count = 0
    for path in folder.rglob("index/*.sqlite3"):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            count += connection.execute("select count(*) from files").fetchone()[0]
    return count


def main() -> int:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=1_000_000, help="lines of the project")
    parser.add_argument("--passages", type=int, default=2)
    parser.add_argument("--typed", type=int, default=6, help="lines typed in each")
    parser.add_argument("--seed", type=int, default=20)
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    typing = passages(arguments.passages, arguments.typed, arguments.seed)
    with tempfile.TemporaryDirectory(prefix="cls-") as one, tempfile.TemporaryDirectory(prefix="cls-") as two:
        root = Path(two).resolve() / "project"
        root.mkdir()
        files, lines = make_project(root, arguments.lines)
        alone = asyncio.run(typed(Path(one), typing, arguments.seed, None))
        beside = asyncio.run(typed(Path(two), typing, arguments.seed, root))
    rows = "".join(
        f"| {name} | {len(arm.known)} | {quantile(arm.known, 0.5):.1f} | {quantile(arm.known, 0.95):.1f} | "
        f"{quantile(arm.known, 0.99):.1f} |\n"
        for name, arm in (("no workspace", alone), ("while the index is built", beside))
    )
    text = f"""# Typing while the index is built

Machine: {report.machine()}; load before {load:.1f}. `python -m benchmarks.typing_while_indexing` with {lines:,} lines in
{files:,} files; the index gained {beside.indexed:,} files while {len(beside.records)} keys were typed. Known answers,
milliseconds from key to reply:

| | answers | p50 | p95 | p99 |
|---|---|---|---|---|
{rows}"""
    (RESULTS / "typing_while_indexing.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
