"""``python -m benchmarks.calibrate``: how often copied text is right, by length of the match and language.

At seeded places of real files (installed packages, Node's and Python's own, C headers where there are any) the rest of the line
is predicted by ``completion/copied.py`` from the file itself and five neighbours, as with recently seen files. Prints the
table that ``PRECISION`` there holds, writes ``benchmarks/results/copy.md``.
"""

from __future__ import annotations

import argparse
import random
import sysconfig
from collections import defaultdict
from pathlib import Path

from benchmarks.replaying.report import machine
from codestral_ls.completion.copied import LONGEST, SHORTEST, predict
from codestral_ls.documents.text import line_end

BUCKETS = (SHORTEST, 12, 16, 20, 24, 32, 40, 56, LONGEST)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--positions", type=int, default=6000, help="per language")
    parser.add_argument("--seed", type=int, default=3)
    arguments = parser.parse_args()
    lines = ["# Copied text: exactly right rests of a line", "", f"Machine: {machine()}.", ""]
    lines += ["| match of at least | " + " | ".join(_files()) + " |", "|---|" + "---|" * len(_files())]
    measured = {name: _measure(files, arguments.positions, arguments.seed) for name, files in _files().items()}
    for low, high in zip(BUCKETS, (*BUCKETS[1:], LONGEST + 1), strict=True):
        cells = []
        for counts in measured.values():
            right = sum(counts[length][0] for length in counts if low <= length < high)
            total = sum(counts[length][1] for length in counts if low <= length < high)
            cells.append(f"{100 * right / total:.0f} % of {total}" if total else "–")
        lines.append(f"| {low} characters | " + " | ".join(cells) + " |")
    shares = [f"{name}: {_asked(counts)}" for name, counts in measured.items()]
    lines += ["", f"Positions with a match: {', '.join(shares)}; {arguments.positions} positions each, seed {arguments.seed}."]
    text = "\n".join(lines) + "\n"
    (Path(__file__).parent / "results" / "copy.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


def _asked(counts: dict[int, list[int]]) -> str:
    return str(sum(total for _, total in counts.values()))


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


def _measure(files: list[Path], positions: int, seed: int) -> dict[int, list[int]]:
    """(right, all) predictions by length of the match."""
    randomness = random.Random(seed)
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    while positions > 0:
        path = randomness.choice(files)
        text = path.read_text(encoding="utf-8", errors="replace")
        neighbours = [p for p in files if p.parent == path.parent and p != path]
        others = [p.read_text(encoding="utf-8", errors="replace") for p in randomness.sample(neighbours, min(5, len(neighbours)))]
        for _ in range(20):
            positions -= 1
            offset = randomness.randrange(200, len(text))
            end = line_end(text, offset)
            truth = text[offset:end].rstrip()
            if not truth:
                continue
            found = predict(text[:offset] + text[end:], offset, others)
            if found is not None:
                counts[found.match_length][0] += found.text.rstrip() == truth
                counts[found.match_length][1] += 1
    return counts


if __name__ == "__main__":
    raise SystemExit(main())
