"""The attention implementation that is fastest for a typical request is chosen, and every trial is closed, whatever happens."""

from __future__ import annotations

import pytest

from codestral_ls.host import attention
from codestral_ls.host.attention import CANDIDATES, Attention


class Trial:
    """Takes ``one`` seconds for a batch of one token, and ``more`` for each further token."""

    def __init__(self, now: list[float], one: float, more: float = 0.0, fails: bool = False) -> None:
        self.now, self.one, self.more, self.fails, self.closed = now, one, more, fails, False

    def evaluate(self, tokens: int, position: int) -> None:
        if self.fails:
            raise RuntimeError
        assert position in (0, attention.TOKENS)
        self.now[0] += self.one + self.more * (tokens - 1)

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("best", range(len(CANDIDATES)))
def test_the_fastest_is_taken(best: int) -> None:
    now = [0.0]
    trials = {candidate: Trial(now, 1.0 if at == best else 2.0) for at, candidate in enumerate(CANDIDATES)}
    assert attention.fastest(trials.__getitem__, lambda: now[0]) == CANDIDATES[best]
    assert all(trial.closed for trial in trials.values())


def test_the_batch_that_begins_a_request_counts_too() -> None:
    now = [0.0]
    trials = {candidate: Trial(now, 1.0, more) for candidate, more in zip(CANDIDATES, (0.5, 0.0), strict=True)}
    assert attention.fastest(trials.__getitem__, lambda: now[0]) == CANDIDATES[1]


def test_reading_a_prompt_counts_as_much_as_it_is_done() -> None:
    """A request evaluates 35 prompt tokens, so an implementation that writes a tenth faster but reads at half the speed is not
    chosen.
    """

    class Reads(Trial):
        def evaluate(self, tokens: int, position: int) -> None:
            self.now[0] += self.more if tokens == attention.TOKENS else self.one * tokens

    now = [0.0]
    trials = {CANDIDATES[0]: Reads(now, 0.9, 2 * attention.TOKENS * 0.2), CANDIDATES[1]: Reads(now, 1.0, attention.TOKENS * 0.2)}
    assert attention.fastest(trials.__getitem__, lambda: now[0]) == CANDIDATES[1]
    trials[CANDIDATES[0]].more = trials[CANDIDATES[1]].more * 1.1
    assert attention.fastest(trials.__getitem__, lambda: now[0]) == CANDIDATES[0]


def test_the_first_of_equally_fast_ones_is_taken() -> None:
    now = [0.0]
    assert attention.fastest(lambda _: Trial(now, 1.0), lambda: now[0]) == CANDIDATES[0]


def test_what_cannot_be_opened_is_left_out() -> None:
    for there in CANDIDATES:
        assert attention.fastest(lambda candidate, there=there: Trial([0.0], 1.0) if candidate == there else None) == there  # type: ignore[misc]
    assert attention.fastest(lambda _: None) == CANDIDATES[-1]


def test_a_trial_that_fails_leaves_nothing_open() -> None:
    trials = {candidate: Trial([0.0], 1.0, fails=candidate == CANDIDATES[1]) for candidate in CANDIDATES}
    with pytest.raises(RuntimeError):
        attention.fastest(trials.__getitem__)
    assert all(trial.closed for trial in trials.values())


@pytest.mark.parametrize(
    ("parameters", "system", "expected"),
    [
        (135_000_000, "AVX = 1 | AVX2 = 1", Attention(0, attention.Q8_0)),
        (135_000_000, "NEON = 1", Attention(1)),
        (7_000_000_000, "AVX = 1 | AVX2 = 1", Attention(1)),
        (7_000_000_000, "AVX = 1 | AVX512 = 1", Attention(0)),
    ],
)
def test_what_is_usual_goes_by_size_and_build(parameters: int, system: str, expected: Attention) -> None:
    assert attention.usual(parameters, system) == expected


@pytest.mark.parametrize(
    ("system", "expected"),
    [("AVX = 1 | AVX2 = 1", Attention(0, attention.Q8_0)), ("AVX = 1 | AVX512 = 1", Attention(1)), ("NEON = 1", Attention(1))],
)
def test_libraries_for_each_processor_read_faster_with_flash_attention(system: str, expected: Attention) -> None:
    assert attention.usual(135_000_000, system, dispatched=True) == expected
