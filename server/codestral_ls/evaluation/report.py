"""The summary of the rows: per arm and kind of hole, as plain numbers, as text and as a plot."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codestral_ls.evaluation.answer_log import EvaluatedHole

MEASURES = ("exact", "similarity", "identifiers", "valid", "shown")
LABELS = {"with": "with context", "without": "without context", "pipeline": "pipeline on", "alone": "pipeline off"}


def summary(rows: Sequence[EvaluatedHole]) -> dict[str, Any]:
    """``{arm: {kind or "all": {measure: value}}}``; shares and means are 0..1, latency in milliseconds. ``valid`` and
    ``passed`` are None where no hole has a grammar or a test that runs here.
    """
    kinds = ["all", *sorted({row.kind for row in rows})]
    return {
        arm: {kind: _numbers([row for row in rows if row.arm == arm and kind in ("all", row.kind)]) for kind in kinds}
        for arm in dict.fromkeys(row.arm for row in rows)
    }


def text(told: dict[str, Any]) -> str:
    """A table for the terminal."""
    tested = any(numbers["passed"] is not None for kinds in told.values() for numbers in kinds.values())
    measures = (*MEASURES, "passed") if tested else MEASURES
    lines = [f"{'':28}" + "".join(f"{name:>13}" for name in (*measures, "p50 ms", "p95 ms", "holes"))]
    for arm, kinds in told.items():
        for kind, numbers in kinds.items():
            shares = "".join(f"{'':13}" if numbers[name] is None else f"{100 * numbers[name]:>12.1f}%" for name in measures)
            rest = f"{numbers['p50_ms']:>13.0f}{numbers['p95_ms']:>13.0f}{numbers['holes']:>13}"
            lines.append(f"{kind + ' ' + LABELS.get(arm, arm):28.28}{shares}{rest}")
    untested = {arm: kinds["all"]["holes"] - kinds["all"]["tested"] for arm, kinds in told.items()} if tested else {}
    for arm, count in untested.items():
        if count:
            lines.append(f"not tested, {LABELS.get(arm, arm)}: {count} (no tests, or nothing here builds the language)")
    for arm in told:
        stopped = told[arm]["all"]["stopped_by"]
        if stopped:
            shares = ", ".join(f"{name} {100 * share:.1f}%" for name, share in stopped.items())
            lines.append(f"not shown, or changed by a filter, {LABELS.get(arm, arm)}: {shares}")
    return "\n".join(lines)


def why_equal(characters: int, in_project: bool, project_tokens: int) -> str:
    """Why the two arms cannot differ, as one sentence; empty if they can. ``characters`` is the room for other files."""
    if not in_project:
        return "Both arms are the same: a dataset's holes belong to no project."
    if project_tokens < 0:
        return "Both arms are the same: context.project_tokens is below 0, so no text of other files is sent."
    if characters > 0:
        return ""
    return "Both arms are the same: the model's context, or its speed in context.project_prefill_ms, has no room for other files."


def plot(told: dict[str, Any], file: Path) -> None:
    """Bars with and without context. Raises: ImportError if matplotlib is not installed, OSError."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 3.5))
    for number, arm in enumerate(told):
        values = [100 * (told[arm]["all"][name] or 0.0) for name in MEASURES]
        axes.bar([at + 0.38 * (number - 0.5) for at in range(len(MEASURES))], values, 0.38, label=LABELS.get(arm, arm))
    axes.set_xticks(range(len(MEASURES)), MEASURES)
    axes.set_ylabel("%")
    axes.legend()
    figure.tight_layout()
    figure.savefig(file, dpi=110)
    pyplot.close(figure)


def _numbers(rows: Sequence[EvaluatedHole]) -> dict[str, Any]:
    ms = sorted(row.ms for row in rows) or [0.0]
    valid = [row.valid for row in rows if row.valid is not None]
    passed = [row.passed for row in rows if row.passed is not None]
    reasons = Counter(reason for row in rows for reason in row.reason.split(",") if reason)
    return {
        "holes": len(rows),
        "exact": _mean([row.exact for row in rows]),
        "similarity": _mean([row.similarity for row in rows]),
        "identifiers": _mean([row.identifiers for row in rows]),
        "valid": _mean(valid) if valid else None,
        "shown": _mean([row.shown for row in rows]),
        "passed": _mean(passed) if passed else None,
        "tested": len(passed),
        "p50_ms": statistics.median(ms),
        "p95_ms": ms[min(len(ms) - 1, int(0.95 * len(ms)))],
        "stopped_by": {name: round(count / len(rows), 4) for name, count in reasons.most_common()},
    }


def _mean(values: Sequence[float]) -> float:
    return round(statistics.fmean(values), 4) if values else 0.0
