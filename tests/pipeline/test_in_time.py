"""What a keystroke shows when its time is up: the whole lines so far, and nothing half written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from codestral_ls.backends.base import BackendInfo
from codestral_ls.backends.fake import FakeBackend, fixed
from codestral_ls.completion.answer import Ask
from codestral_ls.completion.completer import Completer
from support.drawing import drawn, options, with_completer
from support.waiting import until

Scenario = Callable[[Completer], Awaitable[None]]


async def test_the_first_lines_go_out_when_the_budget_is_spent_and_the_rest_is_there_later() -> None:
    text = "a = first_value\n    b = second_value\n    c = third_value"
    backend = FakeBackend(fixed(text), decode_rate=40.0)

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("def f():\n    │\n")
        early = await completer.complete(snapshot, Ask())
        assert early.items[0].text.startswith("a = first_value")
        assert "third" not in early.items[0].text
        await until(lambda: backend.running == 0)
        later = await completer.complete(snapshot, Ask())
        assert later.items[0].text == text

    await with_completer(backend, scenario, options(budget_ms=60))
    assert len(backend.requests) == 1


async def test_what_will_not_be_shown_is_waited_for_no_longer_than_the_budget() -> None:
    info = BackendInfo("fake", "tiny-fim", remote=False)
    backend = FakeBackend(fixed("one two three four five six seven eight"), decode_rate=100.0, mean_logprob=-0.5, info=info)

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("x = │\n")
        answer = await completer.complete(snapshot, Ask())
        assert (answer.items, answer.reason) == ((), "low_confidence")
        assert backend.running == 1, "it is written to its end"
        await until(lambda: backend.running == 0)
        assert (await completer.complete(snapshot, Ask(invoked=True))).items[0].text == "one two three four five six seven eight"

    await with_completer(backend, scenario, options(show="balanced", budget_ms=80))
    assert len(backend.requests) == 1


async def test_half_a_line_at_the_deadline_is_neither_shown_nor_remembered() -> None:
    backend = FakeBackend(fixed("one two three four five six seven eight"), decode_rate=50.0, mean_logprob=-0.9)

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("x = │\n")
        assert not (await completer.complete(snapshot, Ask())).items
        assert list(completer._pipeline.cache.find(snapshot.uri, snapshot.text, snapshot.offset)) == []

    await with_completer(backend, scenario, options(show="quiet", budget_ms=20, deadline_ms=60))


async def test_a_backend_that_is_silent_until_the_deadline_is_reported() -> None:
    backend = FakeBackend(fixed("x"), first_delay=30.0)
    told: list[str] = []

    async def scenario(completer: Completer) -> None:
        completer.on_status.append(lambda health: told.append(f"{health.state}: {health.message}"))
        answer = await completer.complete(drawn("x = │\n"), Ask())
        assert (answer.items, answer.reason) == ((), "deadline")

    await with_completer(backend, scenario, options(deadline_ms=50, budget_ms=20))
    assert told == ["offline: No answer came within 0.05 s."]
