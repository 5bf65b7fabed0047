"""The pause before the model is asked, and the chance that a suggestion is accepted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.completion.confidence import chance, sure_length
from codestral_ls.completion.debounce import BURST, LONGEST, Rhythm, delay


def test_no_wait_where_a_pause_is_evident() -> None:
    assert delay(Rhythm(), remote=True, pause_evident=True) == 0.0


@pytest.mark.parametrize("gap", [0.03, 0.1, 0.8])
def test_a_local_model_is_asked_at_once(gap: float) -> None:
    assert delay(Rhythm(gap), remote=False, pause_evident=False) == 0.0


@pytest.mark.parametrize(("gap", "wait"), [(0.003, BURST), (0.019, BURST), (0.03, 0.0), (30.0, 0.0)])
def test_a_local_model_waits_among_keys_that_nobody_types(gap: float, wait: float) -> None:
    rhythm = Rhythm()
    for number in range(3):
        rhythm.key(number * gap)
    assert delay(rhythm, remote=False, pause_evident=False) == wait
    assert delay(rhythm, remote=False, pause_evident=True) == wait


def test_a_remote_server_is_asked_when_the_next_key_is_late() -> None:
    assert delay(Rhythm(0.1), remote=True, pause_evident=False) == pytest.approx(0.06)
    assert delay(Rhythm(0.7), remote=True, pause_evident=False) == LONGEST


def test_rhythm_follows_the_typist_and_ignores_thinking() -> None:
    rhythm = Rhythm()
    now = 0.0
    for _ in range(40):
        now += 0.1
        rhythm.key(now)
    rhythm.key(now + 30.0)
    assert rhythm.gap == pytest.approx(0.1, abs=0.01)


@given(st.floats(0, 5), st.booleans(), st.booleans())
def test_delay_is_bounded(gap: float, remote: bool, evident: bool) -> None:
    assert 0.0 <= delay(Rhythm(gap), remote, evident) <= LONGEST


def test_chance_grows_with_probability() -> None:
    values = [chance(mean) for mean in (-3.0, -1.0, -0.3, -0.01)]
    assert values == sorted(values)  # type: ignore[type-var]
    assert chance(None) is None


def test_unsure_lines_are_left_out_but_never_the_first() -> None:
    text = "sure()\nalso()\nguess()\n"
    marks = [(7, -0.05), (14, -0.05), (22, -1.4)]
    assert text[: sure_length(text, marks, 0.2)] == "sure()\nalso()"
    assert sure_length("guess()", [(7, -4.0)], 0.5) == 7
    assert sure_length(text, [(7, None)], 0.5) == len(text)
