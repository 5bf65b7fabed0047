"""Waiting for a running generation: until it is finished, or its first line is known and the budget is spent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codestral_ls.completion.inflight import Generation
from codestral_ls.timing import Clock

NEAR = 0.01
"""Seconds before the end of the budget at which a known first line is sent: filters and transport take time."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The raw text after what was typed. ``finished`` is False for first lines that are sent early."""

    text: str
    finished: bool


async def listen(
    generation: Generation,
    typed: str,
    early: float,
    deadline: float,
    clock: Clock,
    is_decided: Callable[[], bool] = lambda: False,
) -> Heard | None:
    """Wait for ``generation``; ``early`` and ``deadline`` are times on ``clock``.

    Returns whole lines once ``early`` has passed and there are some; the whole text when it is finished; an empty text at
    ``deadline``, or if ``is_decided`` returns True after ``early`` (the rest is not worth waiting for); and None if the text
    differs from what was ``typed``.
    """
    typed = typed.replace("\r\n", "\n")
    while True:
        fit = generation.fit(typed)
        if fit == "diverged":
            return None
        rest = generation.text[len(typed) :] if fit == "follows" else ""
        if generation.finished:
            return Heard(rest, True)
        now = clock()
        if now >= early - NEAR:
            lines = whole_lines(rest)
            if lines:
                return Heard(lines, False)
            if is_decided():
                return Heard("", False)
        if now >= deadline:
            return Heard("", False)
        until = early - NEAR if now < early - NEAR else deadline
        await generation.changed(max(0.001, until - now))


def whole_lines(text: str) -> str:
    """The leading complete lines up to the last that is not blank, without its line end; ``""`` if there is none yet.

    >>> whole_lines("a = 1\\nb =")
    'a = 1'
    """
    end = text.rfind("\n")
    lines = text[:end] if end >= 0 else ""
    return lines if lines.strip() else ""
