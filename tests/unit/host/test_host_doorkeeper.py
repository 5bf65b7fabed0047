"""Who may keep a connection to the host: those that soon send a request, a few that wait for that, and nobody else's."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from codestral_ls.host import doorkeeper
from codestral_ls.host.doorkeeper import HEADER_SECONDS, MOST_WAITING, Doorkeeper
from support.waiting import time_passes


class Connection(asyncio.Transport):
    """One that only knows whether it was cut off."""

    def __init__(self) -> None:
        super().__init__()
        self.cut = False

    def is_closing(self) -> bool:
        return self.cut

    def abort(self) -> None:
        self.cut = True

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        pass


@pytest.fixture(autouse=True)
def _own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorkeeper, "is_own_peer", lambda _: True)


def arrived(keeper: Doorkeeper, count: int = 1) -> list[Connection]:
    connections = [Connection() for _ in range(count)]
    for one in connections:
        keeper().connection_made(one)
    return connections


def cut(connections: list[Connection]) -> list[bool]:
    return [one.cut for one in connections]


async def test_a_connection_without_a_request_is_cut_off_in_time() -> None:
    keeper = Doorkeeper(asyncio.Protocol)
    [silent, asking] = arrived(keeper, 2)
    keeper.heard(asking)
    await time_passes(HEADER_SECONDS - 1)
    assert cut([silent, asking]) == [False, False]
    await time_passes(2)
    assert cut([silent, asking]) == [True, False]
    await time_passes(100 * HEADER_SECONDS)
    assert not asking.cut, "how long an answer takes is not this module's business"


async def test_of_those_that_wait_the_oldest_makes_room() -> None:
    keeper = Doorkeeper(asyncio.Protocol)
    [asking] = arrived(keeper)
    keeper.heard(asking)
    waiting = arrived(keeper, MOST_WAITING)
    assert not any(cut(waiting))
    new = arrived(keeper, 2)
    assert cut(waiting) == [True, True] + [False] * (MOST_WAITING - 2)
    assert cut([asking, *new]) == [False, False, False]


async def test_when_all_places_are_taken_a_new_connection_replaces_one_that_waits_or_is_cut_off() -> None:
    keeper = Doorkeeper(asyncio.Protocol, most=3)
    asking = arrived(keeper, 2)
    for one in asking:
        keeper.heard(one)
    [waiting] = arrived(keeper)
    [new] = arrived(keeper)
    assert cut([*asking, waiting, new]) == [False, False, True, False]
    keeper.heard(new)
    [late] = arrived(keeper)
    assert cut([*asking, new, late]) == [False, False, False, True]
    asking[0].abort()
    [next_one] = arrived(keeper)
    assert not next_one.cut


async def test_a_strangers_connection_reaches_no_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorkeeper, "is_own_peer", lambda _: False)
    made: list[Any] = []
    keeper = Doorkeeper(lambda: made.append(1) or asyncio.Protocol())  # type: ignore[func-returns-value]
    assert cut(arrived(keeper)) == [True]
    assert made == []
