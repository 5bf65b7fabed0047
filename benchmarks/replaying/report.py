"""The replay's figures as a table, a JSON document and a picture."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.replaying.record import RecordedKey, exact, mean, quantile, share, similarity

SOURCES = ("typed_along", "cache", "prefetch", "adopted", "copied", "hot", "cold", "model")
KNOWN = ("typed_along", "cache", "prefetch")


def machine() -> str:
    """A line about the machine, without names or paths."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    load = f"load {os.getloadavg()[0]:.1f}"
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {load}"


def summary(records: Sequence[RecordedKey], generations: Sequence[tuple[int, int, int]]) -> dict[str, Any]:
    """All figures of one arm. ``generations`` are (prompt, evaluated, generated) tokens."""
    pauses = [record for record in records if record.is_pause and record.truth != "\0"]
    shown = [record for record in pauses if record.shown]
    evaluated = [spent / prompt for prompt, spent, _ in generations if prompt]
    per_source = {
        source: _source([record for record in records if record.source == source and record.reply_ms is not None])
        for source in SOURCES
        if any(record.source == source for record in records)
    }
    known = [r.reply_ms for r in records if r.source in KNOWN and r.reply_ms is not None]
    own = [
        record.stages["total"] - record.stages.get("listen", 0.0) - record.stages.get("debounce", 0.0)
        for record in records
        if "total" in record.stages and record.reply_ms is not None
    ]
    return {
        "keystrokes": len(records),
        "pauses": len(pauses),
        "pauses_served_100ms": share(pauses, lambda record: record.served),
        "pauses_with_text_100ms": share(pauses, lambda record: record.served and bool(record.shown)),
        "shown_exact": share(shown, lambda record: exact(record.shown or "", record.truth)),
        "shown_similarity": mean([similarity(record.shown or "", record.truth) for record in shown]),
        "right_of_all_pauses": share(pauses, lambda record: exact(record.shown or "", record.truth) and bool(record.shown)),
        "known_p99_ms": quantile([ms for ms in known if ms is not None], 0.99),
        "own_time_p95_ms": quantile(own, 0.95),
        "evaluated_share_of_prompt": mean(evaluated),
        "generated_tokens": sum(generated for _, _, generated in generations),
        "characters_taken": sum(record.taken for record in records),
        "sources": per_source,
    }


def _source(records: Sequence[RecordedKey]) -> dict[str, Any]:
    times = [record.reply_ms for record in records if record.reply_ms is not None]
    shown = [record for record in records if record.shown and record.truth != "\0"]
    return {
        "count": len(records),
        "p50_ms": quantile(times, 0.5),
        "p95_ms": quantile(times, 0.95),
        "p99_ms": quantile(times, 0.99),
        "exact": share(shown, lambda record: exact(record.shown or "", record.truth)),
        "similarity": mean([similarity(record.shown or "", record.truth) for record in shown]),
    }


def markdown(title: str, arms: Mapping[str, dict[str, Any]], notes: Sequence[str]) -> str:
    """The tables of a run."""
    rows = [
        ("keystrokes asked", "keystrokes", "d"), ("pauses of 100 ms and more", "pauses", "d"),
        ("pauses answered for the very text within 100 ms", "pauses_served_100ms", "%"),
        ("… with a completion on screen", "pauses_with_text_100ms", "%"),
        ("… and it was exactly the rest of the line", "right_of_all_pauses", "%"),
        ("exact match of what was shown at pauses", "shown_exact", "%"),
        ("edit similarity of what was shown", "shown_similarity", "%"),
        ("known answers, key to reply, p99 (ms)", "known_p99_ms", "f"),
        ("our own time beside the model's, p95 (ms)", "own_time_p95_ms", "f"),
        ("prompt tokens evaluated, share of the prompt", "evaluated_share_of_prompt", "%"),
        ("tokens generated", "generated_tokens", "d"), ("characters taken from completions", "characters_taken", "d"),
    ]  # fmt: skip
    lines = [f"## {title}", "", *notes, "", "| | " + " | ".join(arms) + " |", "|---|" + "---|" * len(arms)]
    lines += [f"| {label} | " + " | ".join(_cell(arm[key], kind) for arm in arms.values()) + " |" for label, key, kind in rows]
    for name, arm in arms.items():
        lines += ["", f"{name}, by the answer's source:", "", "| source | count | p50 ms | p95 ms | p99 ms | exact | similarity |"]
        lines.append("|---|---|---|---|---|---|---|")
        for source, figures in arm["sources"].items():
            cells = [_cell(figures[key], "f") for key in ("p50_ms", "p95_ms", "p99_ms")]
            shares = [_cell(figures[key], "%") for key in ("exact", "similarity")]
            lines.append(f"| {source} | {figures['count']} | " + " | ".join([*cells, *shares]) + " |")
    return "\n".join(lines) + "\n"


def _cell(value: float, kind: str) -> str:
    if value != value:
        return "–"
    return f"{value * 100:.1f} %" if kind == "%" else f"{value:.1f}" if kind == "f" else f"{value}"


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write the figures to a file, for later comparisons."""
    path.write_text(json.dumps(document, indent=1, default=str) + "\n", encoding="utf-8")


def plot(path: Path, arms: Mapping[str, Sequence[RecordedKey]], title: str) -> None:
    """The distribution of the time from key to reply: a curve for each arm, and the pipeline's sources below."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (upper, lower) = plt.subplots(2, 1, figsize=(8, 7), constrained_layout=True)
    for name, records in arms.items():
        pauses = [record for record in records if record.is_pause]
        times = sorted(record.reply_ms for record in pauses if record.reply_ms is not None)
        upper.plot(times, [100 * (index + 1) / len(pauses) for index in range(len(times))], label=name, linewidth=2)
    upper.axvline(100, color="grey", linestyle=":", label="the promise: 100 ms")
    upper.set(xlim=(0, 600), ylim=(0, 101), xlabel="ms from key to reply", ylabel="% of pauses answered", title=title)
    upper.legend(loc="lower right")
    first = next(iter(arms.values()))
    names = [source for source in SOURCES if any(r.source == source and r.reply_ms is not None for r in first)]
    data = [[r.reply_ms for r in first if r.source == source and r.reply_ms is not None] for source in names]
    lower.boxplot(data, orientation="horizontal", whis=(5, 95), showfliers=False)
    lower.set_yticks(range(1, len(names) + 1), [f"{name} ({len(times)})" for name, times in zip(names, data, strict=True)])
    lower.set_xscale("log")
    lower.axvline(100, color="grey", linestyle=":")
    lower.set(xlabel="ms from key to reply, by the answer's source (box: quartiles, whiskers: 5 to 95 %)")
    figure.savefig(path, dpi=110)
    plt.close(figure)
