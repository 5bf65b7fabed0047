"""Two models on the same holes: which is better, how certain that is, and what it costs in time. Pure.

Intervals are 95 % percentile intervals of a bootstrap over holes; a difference is taken hole by hole before it is resampled
(paired bootstrap; Efron and Tibshirani 1993, chapters 13 and 16), because the same hole is easy or hard for both.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from codestral_ls.evaluation.answer_log import EvaluatedHole

RESAMPLES = 2000
SEED = 1
EXACT, PASSES = "exactly as written", "passes its tests"
ADVISED_FASTER = 0.8
"""A model that needs less than this share of the other's time is called faster."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Contender:
    """One model's answers, by hole."""

    name: str
    rows: dict[str, EvaluatedHole]


@dataclass(frozen=True, slots=True)
class ComparedMeasure:
    """One measure of both: ``share`` is a share of 1, otherwise milliseconds. ``difference`` is the second minus the first."""

    name: str
    first: Interval
    second: Interval
    difference: Interval
    share: bool = True


@dataclass(frozen=True, slots=True)
class Comparison:
    """Names, the number of holes that both answered, the lines, and a sentence of advice."""

    names: tuple[str, str]
    holes: int
    lines: tuple[ComparedMeasure, ...]
    advice: str


def compare(first: Contender, second: Contender) -> Comparison:
    """The comparison over the holes for which both have an answer."""
    shared = [hole for hole in first.rows if hole in second.rows]
    pairs = [(first.rows[hole], second.rows[hole]) for hole in shared]
    lines = [
        _line(EXACT, pairs, lambda row: float(row.exact)),
        _line("similarity", pairs, lambda row: row.similarity),
        _line("shown", pairs, lambda row: float(row.shown)),
        _line("milliseconds, median", pairs, lambda row: row.ms, share=False),
    ]
    tested = [(one, other) for one, other in pairs if one.passed is not None and other.passed is not None]
    if tested:
        few = f" ({len(tested)} holes)" if len(tested) < len(pairs) else ""
        lines.insert(0, _line(f"{PASSES}{few}", tested, lambda row: float(bool(row.passed))))
    names = (first.name, second.name)
    return Comparison(names, len(shared), tuple(lines), _advice(names, lines) if pairs else "Nothing was measured.")


def _line(
    name: str,
    pairs: Sequence[tuple[EvaluatedHole, EvaluatedHole]],
    measure: Callable[[EvaluatedHole], float],
    *,
    share: bool = True,
) -> ComparedMeasure:
    values = [(measure(one), measure(other)) for one, other in pairs]
    middle = statistics.fmean if share else statistics.median
    chance = random.Random(SEED)  # noqa: S311 - a resampling needs no secrets
    drawn: list[tuple[float, float]] = []
    for _ in range(RESAMPLES if values else 0):
        sample = chance.choices(values, k=len(values))
        drawn.append((middle([one for one, _ in sample]), middle([other for _, other in sample])))
    one, other = ([value[side] for value in values] for side in (0, 1))
    first = _interval(middle(one) if one else 0.0, [draw[0] for draw in drawn])
    second = _interval(middle(other) if other else 0.0, [draw[1] for draw in drawn])
    return ComparedMeasure(name, first, second, _interval(second.value - first.value, [draw[1] - draw[0] for draw in drawn]), share)


def _interval(value: float, drawn: list[float]) -> Interval:
    if not drawn:
        return Interval(value, value, value)
    ordered = sorted(drawn)
    return Interval(value, ordered[int(0.025 * len(ordered))], ordered[min(len(ordered) - 1, int(0.975 * len(ordered)))])


def _advice(names: tuple[str, str], lines: Sequence[ComparedMeasure]) -> str:
    """One sentence: a winner by the first measure of quality whose interval excludes zero, else by time, else none."""
    qualities = [line for line in lines if line.share and line.name != "shown"]
    sure = next((line for line in qualities if line.difference.low > 0 or line.difference.high < 0), None)
    time = lines[-1]
    slow, quick = max(time.first.value, time.second.value), min(time.first.value, time.second.value)
    faster = names[int(time.second.value < time.first.value)]
    much_faster = 0 < quick < ADVISED_FASTER * slow
    if sure is None:
        if much_faster:
            return f"Take {faster}: these holes show no difference in quality, and it needs {quick:.0f} ms instead of {slow:.0f}."
        return "Keep what you have: quality and time differ by no more than chance; more holes (--holes) show smaller differences."
    winner = int(sure.difference.value > 0)
    better, worse = names[winner], names[1 - winner]
    points = abs(100 * sure.difference.value)
    what = "writes exactly what was there" if sure.name == EXACT else "passes the tests" if sure.name.startswith(PASSES) else ""
    more = (
        f"{what} {points:.0f} points more often than {worse}"
        if what
        else f"comes {points:.0f} points nearer to your code than {worse}"
    )
    if much_faster and faster != better:
        return f"Take {better}: it {more}, if {slow:.0f} ms instead of {quick:.0f} are quick enough for you."
    return f"Take {better}: it {more}, in {time.second.value if winner else time.first.value:.0f} ms."
