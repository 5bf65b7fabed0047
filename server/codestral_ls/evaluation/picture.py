"""A comparison for people: a table in plain words and a picture with error bars."""

from __future__ import annotations

from pathlib import Path

from codestral_ls.evaluation.comparing import ComparedMeasure, Comparison, Interval


def table(comparison: Comparison) -> str:
    """For the terminal: one line for each measure, with 95 % intervals."""
    first, second = comparison.names
    rows: list[tuple[str, ...]] = [("", f"A: {first}", f"B: {second}", "B less A")]
    rows += [(line.name, *(_words(line, part) for part in (line.first, line.second, line.difference))) for line in comparison.lines]
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    lines = ["   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, f"{comparison.holes} holes; in brackets 95 % intervals (paired bootstrap)", "", comparison.advice])


def draw(comparison: Comparison, project: str, file: Path) -> None:
    """Bars with error bars: quality on the left, time on the right. Raises: ImportError without matplotlib, OSError."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    shares = [line for line in comparison.lines if line.share]
    times = [line for line in comparison.lines if not line.share]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9.5, 4.2), width_ratios=[max(2, len(shares)), 1.2])
    for axes, lines, scale in ((left, shares, 100.0), (right, times, 1.0)):
        for side, name in enumerate(comparison.names):
            parts = [line.second if side else line.first for line in lines]
            values = [scale * part.value for part in parts]
            errors = [
                [max(0.0, scale * (part.value - part.low)) for part in parts],
                [max(0.0, scale * (part.high - part.value)) for part in parts],
            ]
            places = [at + 0.38 * (side - 0.5) for at in range(len(lines))]
            axes.bar(places, values, 0.38, yerr=errors, capsize=3, label=name)
        axes.set_xticks(range(len(lines)), [line.name.replace(", ", ",\n") for line in lines])
        axes.set_ylim(bottom=0)
    left.set_ylabel("% of holes")
    left.set_ylim(0, 105)
    right.set_ylabel("milliseconds")
    figure.suptitle(
        f"{comparison.names[0]} and {comparison.names[1]} on {project}\n{comparison.holes} holes, 95 % intervals", fontsize=10
    )
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=2, frameon=False)
    figure.tight_layout(rect=(0, 0.06, 1, 1))
    figure.savefig(file, dpi=120)
    pyplot.close(figure)


def _words(line: ComparedMeasure, part: Interval) -> str:
    if line.share:
        return f"{100 * part.value:.1f} % [{100 * part.low:.1f}, {100 * part.high:.1f}]"
    return f"{part.value:.0f} [{part.low:.0f}, {part.high:.0f}]"
