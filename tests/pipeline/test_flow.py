"""From keystroke to keystroke: typing along, adoption, cancellation, rejection, alternatives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from codestral_ls.backends.fake import FakeBackend, fixed, in_order
from codestral_ls.completion.answer import Ask
from codestral_ls.completion.cache import Known
from codestral_ls.completion.completer import Completer
from codestral_ls.completion.place import place_at
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.errors import BackendBusy, BackendLoading, BackendUnavailable
from support.drawing import complete, drawn, instant, options, shown, typed, with_completer
from support.waiting import until

Scenario = Callable[[Completer], Awaitable[None]]


async def test_typing_along_asks_the_model_once() -> None:
    backend = instant("compute(a, b)")

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("x = │\n")
        sources = []
        for text in ("", "c", "omp", "ute("):
            snapshot = typed(snapshot, text)
            answer = await completer.complete(snapshot, Ask())
            sources.append(answer.source)
            assert shown(snapshot, answer) == "x = compute(a, b)\n"
        assert sources == ["cold", "typed_along", "typed_along", "typed_along"]

    await with_completer(backend, scenario)
    assert len(backend.requests) == 1


async def test_leaving_the_answer_asks_again() -> None:
    backend = FakeBackend(in_order(["compute()", "other()"]))

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("x = │\n")
        await completer.complete(snapshot, Ask())
        answer = await completer.complete(typed(snapshot, "z"), Ask())
        assert answer.items[0].text == "other()"

    await with_completer(backend, scenario)


async def test_a_running_generation_that_predicts_what_was_typed_is_adopted() -> None:
    backend = FakeBackend(fixed("compute(first, second)"), decode_rate=60.0)

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("x = │\n")
        first = asyncio.create_task(completer.complete(snapshot, Ask()))
        await until(lambda: backend.running == 1)
        first.cancel()
        answer = await completer.complete(typed(snapshot, "com"), Ask())
        assert (answer.source, answer.items[0].text) == ("adopted", "pute(first, second)")
        assert first.cancelled()

    await with_completer(backend, scenario)
    assert (len(backend.requests), backend.cancelled) == (1, 0)


async def test_a_running_generation_that_went_another_way_is_ended() -> None:
    backend = FakeBackend(in_order(["compute(first, second, third, fourth)", "other"]), decode_rate=60.0)

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("x = │\n")
        first = asyncio.create_task(completer.complete(snapshot, Ask()))
        await until(lambda: backend.running == 1)
        first.cancel()
        answer = await completer.complete(typed(snapshot, "oth"), Ask())
        assert answer.items[0].text == "other"

    await with_completer(backend, scenario)
    assert backend.cancelled == 1


async def test_what_was_written_of_an_ended_answer_is_neither_shown_nor_remembered() -> None:
    text = "compute(first, second, third, fourth)"
    backend = FakeBackend(in_order([text, "other", text]), decode_rate=60.0)

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("x = │\n")
        first = asyncio.create_task(completer.complete(snapshot, Ask()))
        running = completer._pipeline.inflight._interactive
        await until(lambda: any(generation.text for generation in running.values()))
        await completer.complete(typed(snapshot, "oth"), Ask())
        assert ((await first).items, (await first).reason) == ((), "superseded")
        assert (await completer.complete(snapshot, Ask())).items[0].text == text

    await with_completer(backend, scenario)


async def test_the_whole_lines_of_an_ended_answer_are_remembered() -> None:
    text = "a = first_value\n    b = second_value\n    c = third_value"
    backend = FakeBackend(in_order([text, "other", "never"]), decode_rate=60.0)

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("def f():\n    │\n")
        first = asyncio.create_task(completer.complete(snapshot, Ask()))
        running = completer._pipeline.inflight._interactive
        await until(lambda: any("b = s" in generation.text for generation in running.values()))
        await completer.complete(typed(snapshot, "oth"), Ask())
        await first
        assert (await completer.complete(snapshot, Ask())).items[0].text == "a = first_value"

    await with_completer(backend, scenario, options(budget_ms=5_000))
    assert len(backend.requests) == 2


@pytest.mark.parametrize("how", ["rejected", "closed"])
async def test_what_is_still_written_of_a_rejected_answer_is_not_remembered(how: str) -> None:
    backend = FakeBackend(fixed("a = first_value\n    b = second_value\n    c = third_value"), decode_rate=40.0)

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("def f():\n    │\n")
        early = await completer.complete(snapshot, Ask())
        assert early.items
        assert backend.running
        if how == "rejected":
            await completer.complete(drawn("def f():\n   │\n"), Ask())
        else:
            completer.document_closed(snapshot.uri)
        await until(lambda: backend.cancelled == 1)
        await asyncio.sleep(0)
        place = place_at(snapshot.uri, snapshot.text, snapshot.offset)
        assert completer._pipeline.cache.at(place) is None

    await with_completer(backend, scenario, options(budget_ms=60))


async def test_backspace_past_the_start_forgets_the_answer() -> None:
    backend = FakeBackend(in_order(["compute()", "", "other()"]))

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("value = 1\nx = y│\n")
        assert (await completer.complete(snapshot, Ask())).items
        await completer.complete(drawn("value = 1\nx = │\n"), Ask())
        answer = await completer.complete(snapshot, Ask())
        assert answer.items[0].text == "other()"

    await with_completer(backend, scenario)
    assert len(backend.requests) == 3


async def test_an_answer_that_may_not_be_shown_is_not_asked_for_again() -> None:
    backend = instant("   ")

    async def scenario(completer: Completer) -> None:
        for _ in range(3):
            assert not (await completer.complete(drawn("x = │\n"), Ask())).items

    await with_completer(backend, scenario)
    assert len(backend.requests) == 1


async def test_failures_are_empty_answers_and_reported() -> None:
    backend = FakeBackend(fixed("fine"), faults=[BackendUnavailable("not yet"), BackendBusy("full", 1.0)])
    told: list[str] = []

    async def scenario(completer: Completer) -> None:
        completer.on_status.append(lambda health: told.append(health.message))
        assert (await completer.complete(drawn("x = │\n"), Ask())).reason == "BackendUnavailable"
        assert (await completer.complete(drawn("x = │\n"), Ask())).reason == "BackendBusy"
        assert (await completer.complete(drawn("x = │\n"), Ask())).items[0].text == "fine"

    await with_completer(backend, scenario)
    assert told == ["not yet"]


async def test_a_model_that_loads_again_is_not_an_error() -> None:
    backend = FakeBackend(fixed("fine"), faults=[BackendLoading("soon")])
    told: list[tuple[str, str]] = []

    async def scenario(completer: Completer) -> None:
        completer.on_status.append(lambda health: told.append((health.state, health.message)))
        assert (await completer.complete(drawn("x = │\n"), Ask())).reason == "BackendLoading"

    await with_completer(backend, scenario)
    assert told == [("loading", "soon")]


async def test_alternatives_are_distinct_and_the_greedy_one_is_first() -> None:
    backend = FakeBackend(lambda request: "greedy" if request.temperature == 0 else f"sampled_{request.seed}")

    async def scenario(completer: Completer) -> None:
        answer = await completer.complete(drawn("x = │\n"), Ask(invoked=True, count=3))
        assert [item.text for item in answer.items] == ["greedy", "sampled_1", "sampled_2"]

    await with_completer(backend, scenario)


async def test_quiet_shows_less_than_eager() -> None:
    async def count(show: str) -> int:
        shown_items: list[int] = []

        async def scenario(completer: Completer) -> None:
            shown_items.append(len((await completer.complete(drawn("x = │\n"), Ask())).items))

        await with_completer(FakeBackend(fixed("guess"), mean_logprob=-0.6), scenario, options(show=show))
        return shown_items[0]

    assert (await count("eager"), await count("quiet")) == (1, 0)


async def test_a_hopeless_answer_is_not_written_to_its_end_unless_asked_for() -> None:
    async def generated(ask: Ask) -> int:
        backend = FakeBackend(fixed("a b c d e f g h i j k l m n o p"), mean_logprob=-4.0)

        async def scenario(completer: Completer) -> None:
            await completer.complete(drawn("x = │\n"), ask)

        await with_completer(backend, scenario, options(show="balanced"))
        return backend.cancelled

    assert (await generated(Ask()), await generated(Ask(invoked=True))) == (1, 0)


@pytest.mark.parametrize(("name", "asked"), [("code.py", 1), (".env", 0), ("id_rsa", 0), ("named.py", 0), ("by_git.py", 1)])
async def test_private_files_enter_no_prompt(tmp_path: Path, name: str, asked: int) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".codestralignore").write_text("named.py\n")
    (tmp_path / ".gitignore").write_text("by_git.py\n")
    backend = instant("text")

    async def scenario(completer: Completer) -> None:
        snapshot = Snapshot.of("x = ", path=tmp_path / name, uri=(tmp_path / name).as_uri())
        completer.document_changed(snapshot)
        answer = await completer.complete(snapshot, Ask())
        assert len(answer.items) == asked
        if not asked:
            completer.cursor_moved(snapshot)
            completer.document_opened(snapshot)
            await asyncio.sleep(0)

    await with_completer(backend, scenario)
    assert len(backend.requests) == asked


async def test_closing_ends_everything() -> None:
    backend = FakeBackend(fixed("long answer " * 20), decode_rate=20.0)

    async def scenario(completer: Completer) -> None:
        task = asyncio.create_task(completer.complete(drawn("x = │\n"), Ask()))
        await until(lambda: backend.running == 1)
        task.cancel()

    await with_completer(backend, scenario)
    assert (backend.running, backend.closed) == (0, True)


async def test_half_a_surrogate_pair_in_the_text_is_not_sent() -> None:
    backend = instant("1")

    async def scenario(completer: Completer) -> None:
        await completer.complete(drawn("a = '\ud83d'\nx = │\nb = '\udc00'\n"), Ask())

    await with_completer(backend, scenario)
    (request,) = backend.requests
    assert request.prefix.endswith("a = '?'\nx = ")
    assert request.suffix == "\nb = '?'\n"


async def test_an_answer_of_which_nothing_can_be_shown_further_on_is_filtered_once() -> None:
    async def scenario(completer: Completer) -> None:
        snapshot = drawn("def f():\n    │\n    value = 1\n")
        cache, place = completer._pipeline.cache, place_at(snapshot.uri, snapshot.text, snapshot.offset)
        cache.keep(Known(place, "value = 1\n"))  # the line after it
        await completer.complete(typed(snapshot, "val"), Ask())
        assert cache.at(place) is None

    await with_completer(FakeBackend(fixed("")), scenario)


async def test_a_small_window_shows_lines_from_elsewhere_in_the_file() -> None:
    filler = "".join(f"value_{n} = {n}\r\n" for n in range(900))
    text = f"def first():\r\n    return unusual_name_of(things)\r\n{filler}print(unusual_name│\r\n"
    large = FakeBackend(lambda _: "_of(others))")
    small = FakeBackend(lambda _: "_of(others))", info=replace(large.info(), context_tokens=1024))
    for backend in (small, large):
        await complete(text, backend)
    assert small.requests[0].prefix.startswith("def first():\n    return unusual_name_of(things)\n")
    assert "first" not in large.requests[0].prefix
    for backend in (small, large):
        assert backend.requests[0].prefix.endswith("\nprint(unusual_name")


async def test_another_backend_gets_prompts_of_its_own_size() -> None:
    text = "".join(f"value_{n} = {n}\n" for n in range(900)) + "print(value│\n"
    large = FakeBackend(lambda _: "_3)")
    small = FakeBackend(lambda _: "_3)", info=replace(large.info(), context_tokens=1024))

    async def swap(completer: Completer) -> None:
        await completer.complete(drawn(text), Ask(invoked=True))
        await completer.set_backend(small)
        await completer.complete(drawn(text), Ask(invoked=True))

    await with_completer(large, swap)
    assert len(large.requests[0].prefix) > 2500 > len(small.requests[0].prefix)
