"""``python -m benchmarks.anywhere``: completions at 10,000 random cursors in real files, whatever the model writes.

Counts forbidden results (see `any_text.problems`) and writes ``benchmarks/results/anywhere.md``. The exit code is 1 if there is
any.
"""

from __future__ import annotations

import argparse
import sysconfig
from collections import Counter
from pathlib import Path

from benchmarks.any_text import cases, problems
from benchmarks.replaying.report import machine

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--positions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="print each failure")
    arguments = parser.parse_args()
    files = _files()
    found: Counter[str] = Counter()
    shown = 0
    for case in cases(files, arguments.positions, arguments.seed):
        shown += case.completed != case.snapshot.text
        for problem in problems(case):
            found[problem] += 1
            if arguments.verbose:
                print(problem, case.path.name, case.snapshot.offset, repr(case.text[:200]))
    rows = ["no longer parsable", "more errors than before", "characters that are no text",
            "characters added or moved for nothing", "characters added or moved without a tree"]  # fmt: skip
    kinds = len({path.suffix for path in files})
    text = (
        f"# Any text at any place\n\nMachine: {machine()}. {arguments.positions} positions (seed {arguments.seed}) in "
        f"{len(files)} files of {kinds} kinds; something was shown at {shown}.\n\n| what must not happen | times |\n"
        "|---|---|\n" + "".join(f"| {row} | {found[row]} |\n" for row in rows)
    )
    (ROOT / "benchmarks" / "results" / "anywhere.md").write_text(text, encoding="utf-8")
    print(text)
    return 1 if found else 0


def _files() -> list[Path]:
    """Real files of at most 40 kB: the project's own, its dependencies', and a sample file of each language."""
    site = Path(sysconfig.get_paths()["purelib"])
    patterns = [
        ROOT.glob("tests/unit/documents/samples/*"),
        ROOT.glob("server/codestral_ls/**/*.py"),
        ROOT.glob("clients/**/*.lua"),
        ROOT.glob("clients/vscode/src/**/*.ts"),
        *((site / package).rglob("*.py") for package in ("aiohttp", "pygls", "rich", "huggingface_hub")),
    ]
    found = sorted({path for group in patterns for path in group if path.is_file() and "node_modules" not in path.parts})
    return [path for path in found if 300 < path.stat().st_size < 40_000]


if __name__ == "__main__":
    raise SystemExit(main())
