"""Which slot a prompt gets: a table of situations."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.host.slots import WORTH_COPYING, SlotChoice, SlotView, choose, common

LONG = list(range(100))


def view(number: Any, tokens: Any, busy: bool = False, used: float = 0.0, priority: int = 0, prompt: Any = None) -> Any:
    return SlotView(number, tokens, busy, used, priority, len(tokens) if prompt is None else prompt)


def other(seed: int, length: int = 100) -> Any:
    return [1000 * (seed + 1) + n for n in range(length)]


@pytest.mark.parametrize(
    ("slots", "prompt", "place"),
    [
        pytest.param([view(0, [], busy=True)], LONG, None, id="all busy"),
        pytest.param([view(0, []), view(1, [])], LONG, SlotChoice(0, 0), id="all empty"),
        pytest.param([view(0, other(1)), view(1, LONG)], [*LONG, 7], SlotChoice(1, 100), id="the place that was typed in"),
        pytest.param([view(0, LONG), view(1, LONG[:40])], [*LONG[:60], 7], SlotChoice(0, 60), id="going back a little"),
        pytest.param([view(0, LONG), view(1, [])], [*LONG[:30], 7], SlotChoice(1, 0), id="too little shared to copy or to give up"),
        pytest.param([view(0, LONG), view(1, [])], [*LONG[:40], 7], SlotChoice(1, 40, 0), id="a copy keeps the other place hot"),
        pytest.param([view(0, LONG, prompt=20), view(1, [])], LONG[:21], SlotChoice(0, 21), id="what was generated is no loss"),
        pytest.param([view(0, LONG, busy=True), view(1, [])], [*LONG, 7], SlotChoice(1, 100, 0), id="copied from a busy slot"),
        pytest.param(
            [view(0, other(1), used=2.0), view(1, other(2), used=1.0), view(2, other(3), used=3.0)],
            LONG,
            SlotChoice(1, 0),
            id="the least recently used goes",
        ),
        pytest.param(
            [view(0, other(1), used=1.0), view(1, other(2), used=9.0, priority=2)],
            LONG,
            SlotChoice(1, 0),
            id="batch work's slot goes before a typed one",
        ),
        pytest.param([view(0, other(1), used=1.0), view(1, [], used=5.0)], LONG, SlotChoice(1, 0), id="an empty one goes first"),
        pytest.param([view(0, [*LONG[:35], *other(1)], used=1.0)], LONG, SlotChoice(0, 35), id="the only slot"),
        pytest.param(
            [view(0, LONG, used=1.0), view(1, LONG, used=2.0)], [*LONG, 7], SlotChoice(1, 100), id="of equals the recent one"
        ),
        pytest.param([view(0, LONG, used=9.0), view(1, other(1))], [*LONG[:50], 7], SlotChoice(0, 50), id="half of it kept"),
        pytest.param([view(0, LONG, used=9.0), view(1, other(1))], [*LONG[:49], 7], SlotChoice(1, 49, 0), id="less than half kept"),
        pytest.param([view(0, LONG), view(1, [])], [*LONG[:32], 7], SlotChoice(1, 32, 0), id="just worth copying"),
        pytest.param([view(0, LONG), view(1, [])], [*LONG[:31], 7], SlotChoice(1, 0), id="just not worth copying"),
        pytest.param([view(0, []), view(1, LONG)], [*LONG[:40], 7], SlotChoice(0, 40, 1), id="copied from a later slot"),
        pytest.param(
            [view(0, LONG, busy=True), view(1, [*LONG[:40], *other(1)])],
            [*LONG[:40], 7],
            SlotChoice(1, 40),
            id="as much is there already",
        ),
        pytest.param(
            [view(0, LONG, busy=True), view(1, [*LONG[:40], *other(1)])],
            LONG[:41],
            SlotChoice(1, 41, 0),
            id="one more is worth a copy",
        ),
        pytest.param(
            [view(0, other(1), priority=1, used=1.0), view(1, other(2), priority=2, used=9.0)],
            LONG,
            SlotChoice(1, 0),
            id="the lesser of two",
        ),
        pytest.param([view(0, [7], used=1.0), view(1, [], used=2.0)], LONG, SlotChoice(1, 0), id="one token is not empty"),
    ],
)
def test_choose(slots: Any, prompt: Any, place: Any) -> None:
    assert choose(slots, prompt) == place


class Counted(list[int]):
    """Tokens that count how often a single one of them is read."""

    reads = 0

    def __getitem__(self, at: Any) -> Any:
        self.reads += not isinstance(at, slice)
        return super().__getitem__(at)


@pytest.mark.parametrize("place", range(200))
def test_the_first_difference_is_found_wherever_it_is(place: int) -> None:
    tokens = list(range(200))
    changed = [*tokens[:place], -1, *tokens[place + 1 :]]
    assert common(tokens, changed) == common(changed, tokens) == place


def test_sixty_four_are_compared_at_a_time() -> None:
    first, second = Counted(range(2_000)), Counted([*range(1_990), 0])
    assert common(first, second) == 1_990
    assert first.reads <= 64


tokens = st.lists(st.integers(0, 2), max_size=200)


@given(tokens, tokens)
def test_common_is_the_longest_common_beginning(first: Any, second: Any) -> None:
    length = common(first, second)
    assert first[:length] == second[:length]
    assert length == min(len(first), len(second)) or first[length] != second[length]


@given(st.lists(st.tuples(tokens, st.booleans(), st.integers(0, 2)), min_size=1, max_size=5), tokens)
def test_what_is_reused_is_really_there(slots: Any, prompt: Any) -> None:
    views = [view(n, ids, busy, float(n), priority) for n, (ids, busy, priority) in enumerate(slots)]
    place = choose(views, prompt)
    if place is None:
        assert all(v.busy for v in views)
        return
    assert not views[place.slot].busy
    source = views[place.slot if place.copy_from is None else place.copy_from]
    assert source.tokens[: place.reuse] == prompt[: place.reuse]
    assert place.copy_from is None or place.reuse >= WORTH_COPYING
