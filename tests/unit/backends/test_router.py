"""Primary and fallbacks: which one answers, which messages the user gets and how often, hedging, and the offline state."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

import pytest

from codestral_ls.backends.base import FimRequest, Health, Piece, Priority
from codestral_ls.backends.breaker import Breaker
from codestral_ls.backends.fake import FakeBackend, Fault
from codestral_ls.backends.limits import LimitReached
from codestral_ls.backends.router import RoutedBackend, Router
from codestral_ls.errors import (
    BackendBusy,
    BackendConnectionLost,
    BackendError,
    BackendTimeout,
    BackendUnavailable,
)

DOWN = BackendUnavailable("The API cannot be reached.")
REQUEST = FimRequest("a = ", "\n", timeout=5.0)
Faults = Iterable[Fault | BackendError | None]


class Scene:
    """A router with two fake backends, a clock that the test sets, and every message to the user."""

    def __init__(self, first: Faults = (), second: Faults = (), *, hedge_after: float = 0.0, first_delay: float = 0.0) -> None:
        self.now = 0.0
        self.told: list[str] = []
        self.first = FakeBackend("first", faults=first, first_delay=first_delay)
        self.second = FakeBackend("second", faults=second)
        candidates = [
            RoutedBackend("The API", self.first, Breaker(lambda: self.now)),
            RoutedBackend("The local model", self.second, Breaker(lambda: self.now)),
        ]
        self.never = asyncio.Event()
        self.router = Router(candidates, hedge_after=hedge_after, tell=self.told.append, clock=lambda: self.now, sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        """Only the test moves its clock: a sleep of 0 returns at once, every other sleep never ends."""
        if seconds > 0:
            await self.never.wait()

    async def until_running(self) -> None:
        while not self.first.running:  # noqa: ASYNC110 - the fake has no event, and a turn of the loop is enough
            await asyncio.sleep(0)

    async def type(self, request: FimRequest = REQUEST) -> str:
        async with aclosing(self.router.stream(request)) as pieces:
            return "".join([piece.text async for piece in pieces])


async def test_the_primary_answers_while_it_can() -> None:
    scene = Scene()
    assert [await scene.type() for _ in range(3)] == ["first"] * 3
    assert (scene.second.requests, scene.told) == ([], [])
    assert await scene.router.health() == Health("ready")
    await scene.router.aclose()
    assert scene.first.closed
    assert scene.second.closed


async def test_a_switch_is_reported_once_and_so_is_the_return() -> None:
    scene = Scene([DOWN, DOWN])
    assert [await scene.type() for _ in range(5)] == ["second"] * 5
    assert len(scene.first.requests) == 1  # gets no more requests, and no keystroke waits for it
    assert scene.told == ["The API cannot be reached. The local model answers meanwhile."]
    health = await scene.router.health()
    assert (health.state, health.message) == ("ready", scene.told[0])
    scene.now += 1.0
    assert await scene.type() == "second"  # the trial fails, but the fallback still answers this keystroke
    assert len(scene.told) == 1
    scene.now += 2.0
    assert [await scene.type() for _ in range(3)] == ["first"] * 3
    assert scene.told[1:] == ["The API answers again."]
    await scene.router.aclose()


async def test_offline_is_a_state_and_not_a_flood() -> None:
    scene = Scene([DOWN] * 9, [BackendUnavailable("No model.")] * 9)
    for _ in range(20):
        with pytest.raises(BackendUnavailable, match="The API cannot be reached"):
            await scene.type()
    assert len(scene.first.requests) == len(scene.second.requests) == 1
    assert scene.told == [str(DOWN)]
    health = await scene.router.health()
    assert (health.state, health.message) == ("offline", str(DOWN))
    await scene.router.aclose()


async def test_a_single_late_answer_is_nobodys_business() -> None:
    scene = Scene([BackendTimeout("late"), None])
    assert [await scene.type(), await scene.type()] == ["second", "first"]
    assert scene.told == []
    await scene.router.aclose()


async def test_our_own_pace_is_not_a_failure() -> None:
    scene = Scene([LimitReached("pace", 0.2)] * 5)
    assert [await scene.type() for _ in range(6)] == ["second"] * 5 + ["first"]
    assert scene.told == []
    await scene.router.aclose()


async def test_a_lost_connection_is_tried_again_at_once() -> None:
    scene = Scene([BackendConnectionLost("lost")])
    assert await scene.type() == "first"
    assert len(scene.first.requests) == 2
    await scene.router.aclose()


async def test_text_that_was_passed_on_is_never_written_twice() -> None:
    scene = Scene([Fault(BackendConnectionLost("lost"), after_tokens=1)])
    seen = ""
    with pytest.raises(BackendConnectionLost):  # noqa: PT012 - what came before the error is the point
        async with aclosing(scene.router.stream(REQUEST)) as pieces:
            async for piece in pieces:
                seen += piece.text
    assert seen == "firs"
    assert scene.second.requests == []
    await scene.router.aclose()


async def test_failing_in_mid_stream_again_and_again_opens_the_breaker() -> None:
    scene = Scene([Fault(BackendConnectionLost("lost"), after_tokens=1)] * 2)
    for _ in range(2):
        with pytest.raises(BackendConnectionLost):
            await scene.type()
    assert await scene.type() == "second"
    await scene.router.aclose()


@pytest.mark.parametrize(("first_delay", "text"), [(60.0, "second"), (0.0, "first")])
async def test_a_hedge_starts_the_second_when_the_first_is_late(first_delay: float, text: str) -> None:
    scene = Scene(first_delay=first_delay, hedge_after=0.01)
    assert await scene.type() == text
    assert len(scene.second.requests) == (text == "second")
    assert (scene.first.running, scene.first.cancelled) == (0, int(text == "second"))
    assert scene.told == []
    await scene.router.aclose()


async def test_leaving_ends_the_generation_and_is_not_a_failure() -> None:
    scene = Scene(first_delay=60.0)
    task = asyncio.create_task(scene.type())
    await scene.until_running()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert scene.first.running == 0
    scene.first._first_delay = 0.0
    assert await scene.type() == "first"
    await scene.router.aclose()


async def test_a_try_that_was_left_is_tried_by_the_next() -> None:
    scene = Scene([DOWN], first_delay=60.0)
    assert await scene.type() == "second"
    scene.now += 1.0
    task = asyncio.create_task(scene.type())
    await scene.until_running()
    task.cancel()
    await asyncio.wait([task])
    scene.first._first_delay = 0.0
    assert await scene.type() == "first"
    await scene.router.aclose()


async def test_a_prewarm_goes_to_whoever_answers_now_and_proves_nothing() -> None:
    scene = Scene([DOWN])
    await scene.type()
    await scene.type(FimRequest("a", "b", max_tokens=0))
    assert [request.max_tokens for request in scene.second.requests] == [64, 0]
    assert scene.router.info().name == "fake"
    assert len(scene.told) == 1
    await scene.router.aclose()


async def test_the_server_is_watched_only_while_somebody_types() -> None:
    scene = Scene([DOWN])
    scene.first.health_now = Health("offline", "still down")
    await scene.type()
    watch = scene.router._candidates[0].watch
    assert watch is not None
    scene.now += 1000.0
    scene.never.set()
    await asyncio.wait_for(watch, 5.0)
    await scene.router.aclose()


async def test_a_batch_waits_as_long_as_it_is_asked_to() -> None:
    scene = Scene([BackendBusy("busy", 3.0)])
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    scene.router._sleep = sleep
    assert await scene.type(FimRequest("a", "b", priority=Priority.BATCH)) == "first"
    assert waited == [3.0]
    await scene.router.aclose()


async def test_a_backend_that_stops_in_the_middle_is_ended_at_the_deadline() -> None:
    class Stuck(FakeBackend):
        async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
            yield Piece("a")
            await asyncio.Event().wait()

    router = Router([RoutedBackend("It", Stuck())], tell=lambda _sentence: None)
    with pytest.raises(BackendTimeout):
        async for _ in router.stream(FimRequest("a", "b", timeout=0.01)):
            pass
    await router.aclose()
