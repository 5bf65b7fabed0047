"""Flash attention is used where single steps are faster with it, and both trials are closed whatever happens."""

from __future__ import annotations

import pytest

from codestral_ls.host import attention


class Trial:
    def __init__(self, now: list[float], seconds: float, fails: bool = False) -> None:
        self.now, self.seconds, self.fails, self.closed = now, seconds, fails, False

    def evaluate(self, tokens: int, position: int) -> None:
        if self.fails:
            raise RuntimeError
        assert position in (0, attention.TOKENS)
        self.now[0] += self.seconds * tokens

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(("without", "with_it", "faster"), [(2.0, 1.0, True), (1.0, 2.0, False), (1.0, 1.0, True)])
def test_the_faster_one_is_taken(without: float, with_it: float, faster: bool) -> None:
    now = [0.0]
    trials = {False: Trial(now, without), True: Trial(now, with_it)}
    assert attention.faster_with_it(trials.__getitem__, lambda: now[0]) is faster
    assert trials[False].closed
    assert trials[True].closed


def test_where_one_cannot_be_had_the_other_is_taken() -> None:
    now = [0.0]
    assert attention.faster_with_it(lambda flash: Trial(now, 1.0) if flash else None)
    assert not attention.faster_with_it(lambda flash: None if flash else Trial(now, 1.0))


def test_a_trial_that_fails_leaves_nothing_open() -> None:
    now = [0.0]
    trials = {False: Trial(now, 1.0), True: Trial(now, 1.0, fails=True)}
    with pytest.raises(RuntimeError):
        attention.faster_with_it(trials.__getitem__)
    assert trials[False].closed
    assert trials[True].closed
