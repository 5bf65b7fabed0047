"""When a copy replaces the small model's answer; it never replaces a large model's."""

from __future__ import annotations

import pytest

from codestral_ls.backends.base import BackendInfo
from codestral_ls.completion.confidence import COPY_THRESHOLDS, LARGE_COPY_THRESHOLDS
from codestral_ls.completion.small_model import copy_outranks, copy_threshold

SMALL, LARGE = (BackendInfo("local", name, remote=False) for name in ("tiny-fim", "codestral-22b"))


@pytest.mark.parametrize(
    ("copied", "written", "first"),
    [
        (0.9, 0.5, True),
        (0.9, 0.1, True),
        (0.3, 0.05, True),
        (0.3, 0.8, False),
        (0.1, 0.1, False),
        (0.05, 0.05, False),
        (1.0, 1.0, True),
        (0.0, 0.0, False),
        (None, 0.1, False),
        (0.9, None, False),
    ],
)
def test_a_copy_goes_first_where_it_is_right_more_often(copied: float | None, written: float | None, first: bool) -> None:
    assert copy_outranks(SMALL, copied, written) is first
    assert not copy_outranks(LARGE, copied, written)


@pytest.mark.parametrize("written", [0.05, 0.3, 0.9])
def test_likelier_copies_and_unlikelier_answers_favour_the_copy(written: float) -> None:
    going_first = [copy_outranks(SMALL, copied / 100, written) for copied in range(101)]
    assert going_first == sorted(going_first)
    assert going_first[-1]
    assert not going_first[0]


def test_before_a_large_model_is_asked_a_copy_must_be_likelier() -> None:
    for show in ("eager", "balanced", "quiet"):
        assert copy_threshold(SMALL, show) == COPY_THRESHOLDS[show]
        assert copy_threshold(LARGE, show) == LARGE_COPY_THRESHOLDS[show] > COPY_THRESHOLDS[show]
