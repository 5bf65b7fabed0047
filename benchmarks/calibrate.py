"""``python -m benchmarks.calibrate``: how often copied text is right, by length of the match and language.

At seeded places of real files (installed packages, Node's and Python's own, C headers if there are any), ``completion/copied.py``
predicts the rest of the line from the file and its neighbours, chosen as a server does. Prints the table for ``PRECISION`` in
that module and writes ``benchmarks/results/copy.md``.
"""

from __future__ import annotations

import argparse
import random
import sysconfig
from collections import defaultdict
from pathlib import Path

from benchmarks.replaying.report import machine
from codestral_ls.commands.spinner import Bar
from codestral_ls.completion.copied import LONGEST, SHORTEST, Agreement, predict
from codestral_ls.context.nearness import MOST_FILES, held
from codestral_ls.context.neighbour_files import neighbour_files
from codestral_ls.documents.text import line_end

WORDS: dict[Agreement, str] = {
    "all": "All other places agree",
    "most": "Most agree",
    "alone": "There is one place",
    "few": "Half or more go on otherwise",
}
BUCKETS = (SHORTEST, 12, 16, 24, 40, LONGEST)

Counts = dict[tuple[Agreement, int], list[int]]
"""(number of right copies, number of all) by agreement and the least length of the bucket."""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--positions", type=int, default=24_000, help="per language")
    parser.add_argument("--seed", type=int, default=3)
    arguments = parser.parse_args()
    files = _files()
    measured = {name: _measure(paths, name, arguments.positions, arguments.seed) for name, paths in files.items()}
    lines = ["# Copied text: exactly right rests of a line", "", f"Machine: {machine()}.", ""]
    for agreement, words in WORDS.items():
        lines += [f"## {words}", "", f"| match of at least | {' | '.join(files)} |", "|---|" + "---|" * len(files)]
        for bucket in BUCKETS:
            cells = (_cell(*counts[agreement, bucket]) for counts in measured.values())
            lines.append(f"| {bucket} characters | {' | '.join(cells)} |")
        lines.append("")
    found = ", ".join(f"{name}: {sum(total for _, total in counts.values())}" for name, counts in measured.items())
    lines += [f"Positions with a match: {found}; {arguments.positions} positions each, seed {arguments.seed}."]
    text = "\n".join(lines) + "\n"
    (Path(__file__).parent / "results" / "copy.md").write_text(text, encoding="utf-8")
    print(text)
    for name, counts in measured.items():
        print(f'"{name.lower()}": {{')
        for agreement in WORDS:
            print(f'    "{agreement}": {_table(counts, agreement)},')
        print("},")
    return 0


def _cell(right: int, total: int) -> str:
    return f"{100 * right / total:.0f} % of {total}" if total else "–"


def _table(counts: Counts, agreement: Agreement) -> tuple[tuple[int, float], ...]:
    """The shares in the form of `PRECISION`, longest match first.

    They never fall as matches grow: buckets that would are merged.
    """
    pools: list[list[float]] = []  # least length, right copies, all copies
    for bucket in BUCKETS:
        right, total = counts[agreement, bucket]
        pools.append([bucket, right + 1, total + 2])  # so that a share of a few copies is not certain
        while len(pools) > 1 and pools[-2][1] * pools[-1][2] > pools[-1][1] * pools[-2][2]:
            _, right, total = pools.pop()  # type: ignore[assignment]
            pools[-1][1] += right
            pools[-1][2] += total
    return tuple((int(bucket), round(right / total, 2)) for bucket, right, total in reversed(pools))


def _files() -> dict[str, list[Path]]:
    site = Path(sysconfig.get_paths()["purelib"])
    stdlib = Path(sysconfig.get_paths()["stdlib"])
    node = Path("/usr/lib/node_modules"), Path("/usr/local/lib/node_modules")
    found = {
        "Python": [*stdlib.glob("*.py"), *(p for name in ("aiohttp", "rich", "pygls") for p in (site / name).rglob("*.py"))],
        "JavaScript": [path for folder in node if folder.exists() for path in folder.rglob("*.js")],
        "C": list(Path("/usr/include").rglob("*.h")),
    }
    sized = {name: sorted(p for p in paths if 4_000 < p.stat().st_size < 150_000) for name, paths in found.items()}
    return {name: paths for name, paths in sized.items() if len(paths) > 20}


def _beside(path: Path) -> list[str]:
    """The texts of the other files in its folder, as many as a server holds in memory."""
    names = neighbour_files(path.parent, path.name, MOST_FILES)
    return [text for _, text in held((name, (path.parent / name).read_text("utf-8", errors="replace")) for name in names)]


def _measure(files: list[Path], name: str, positions: int, seed: int) -> Counts:
    randomness = random.Random(seed)
    counts: Counts = defaultdict(lambda: [0, 0])
    with Bar(name) as bar:
        for done in range(0, positions, 20):
            path = randomness.choice(files)
            text = path.read_text(encoding="utf-8", errors="replace")
            others = _beside(path)
            for _ in range(20):
                offset = randomness.randrange(200, len(text))
                end = line_end(text, offset)
                truth = text[offset:end].rstrip()
                found = predict(text[:offset] + text[end:], offset, others) if truth else None
                if found is not None:
                    bucket = max(bucket for bucket in BUCKETS if found.match_length >= bucket)
                    counts[found.agreement, bucket][0] += found.text.rstrip() == truth
                    counts[found.agreement, bucket][1] += 1
            bar.update(done + 20, positions)
    return counts


if __name__ == "__main__":
    raise SystemExit(main())
