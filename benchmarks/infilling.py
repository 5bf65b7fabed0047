"""The table of HumanEval-Infilling from results of ``codestral-ls eval humaneval-…``: python -m benchmarks.infilling FOLDER...

Each folder holds the ``eval.json`` of one run.
"""

from __future__ import annotations

import argparse
import json
import platform
from pathlib import Path

HEAD = """# HumanEval-Infilling

Made by `codestral-ls eval humaneval-single-line` and `humaneval-random-span` (`--holes`, `--seed` as in the table) and
written by `python -m benchmarks.infilling`. A share of each set, drawn with the seed; the random spans are drawn with the
seed too and are not the published ones. "Pipeline on" is what an editor would show, with all filters (what is held back
counts as failed); "pipeline off" is the model's own greedy answer, of a single line up to its end, otherwise of up to 192
tokens. Prompts are those of the host: Codestral's order, no other files. Passed: the task's own tests in the fence. The 95 %
interval is that of a share of so many holes. SmolLM2-135M-Instruct was never trained to fill in the middle; three of its
unused tokens are called as Codestral's for it.
"""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, default=Path("benchmarks/results/infilling.md"))
    given = parser.parse_args()
    lines = [
        "| model | set | seed | pipeline | holes | passed | exact | similarity | shown | median ms |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for folder in given.folders:
        read = json.loads((folder / "eval.json").read_text(encoding="utf-8"))
        name = Path(read["path"]).name
        for arm, kinds in read["summary"].items():
            numbers = kinds["all"]
            share, count = numbers["passed"] or 0.0, numbers["holes"]
            half = 1.96 * (share * (1 - share) / count) ** 0.5
            cells = [read["model"], name.removeprefix("humaneval-"), read["seed"], "on" if arm == "pipeline" else "off", count]
            cells += [
                f"{100 * share:.1f} ± {100 * half:.1f} %",
                *(f"{100 * numbers[key]:.1f} %" for key in ("exact", "similarity", "shown")),
            ]
            lines.append(f"| {' | '.join(map(str, cells))} | {numbers['p50_ms']:.0f} |")
    text = f"{HEAD}\nMeasured on {platform.machine()} with two cores that other programs shared, so times are of little worth.\n\n"
    given.output.write_text(text + "\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
