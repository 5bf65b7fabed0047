"""Work done before a request: the prompt of a resting cursor is evaluated, and the answer after an acceptance is generated."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from codestral_ls.backends.base import Priority
from codestral_ls.backends.fake import FakeBackend, continue_like, fixed
from codestral_ls.completion.answer import Ask
from codestral_ls.completion.completer import Completer
from support.drawing import drawn, instant, options, typed, with_completer
from support.waiting import until

Scenario = Callable[[Completer], Awaitable[None]]


async def test_what_follows_acceptance_is_prefetched() -> None:
    truth = "def f():\n    first = one()\n    second = two()\n    return first\n"
    backend = FakeBackend(continue_like(truth))

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("def f():\n    first = │\n")
        answer = await completer.complete(snapshot, Ask())
        accepted = typed(snapshot, answer.items[0].text)
        await until(lambda: len(backend.requests) == 2 and backend.running == 0)
        assert backend.requests[1].priority == Priority.PREFETCH
        again = await completer.complete(typed(accepted, "\n    "), Ask())
        assert again.source in ("prefetch", "typed_along")
        assert again.items[0].text.startswith("second = two()")

    await with_completer(backend, scenario, options(prefetch=True, max_lines=1))


async def test_prewarm_evaluates_the_prompt_and_writes_nothing() -> None:
    backend = instant("text")

    async def scenario(completer: Completer) -> None:
        completer.document_opened(drawn("x = │\n"))
        await until(lambda: len(backend.requests) == 1)

    await with_completer(backend, scenario)
    assert backend.requests[0].max_tokens == 0


async def test_a_running_prewarm_is_not_an_answer() -> None:
    backend = FakeBackend(fixed("text"), first_delay=0.1)

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("x = │\n")
        completer.document_opened(snapshot)
        await until(lambda: backend.running == 1)
        answer = await completer.complete(snapshot, Ask())
        assert answer.items[0].text == "text"

    await with_completer(backend, scenario)


async def test_a_resting_cursor_prewarms_where_it_rests() -> None:
    backend = instant("text")

    async def scenario(completer: Completer) -> None:
        completer.document_changed(drawn("x = 1│\n"))
        completer.document_changed(drawn("x = 12│\n"))
        await until(lambda: len(backend.requests) == 1)
        assert backend.requests[0].prefix == "x = 12"

    await with_completer(backend, scenario)
