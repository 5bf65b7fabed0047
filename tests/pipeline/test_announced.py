"""Requests that the editor announces are generated early, unless the request would get nothing or costs money."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from codestral_ls.backends.base import BackendInfo
from codestral_ls.backends.fake import FakeBackend, fixed
from codestral_ls.completion.answer import Ask
from codestral_ls.completion.completer import Completer
from codestral_ls.config import Options, PrivacyOptions
from codestral_ls.documents.snapshot import Snapshot
from support.drawing import drawn, instant, options, shown, typed, with_completer
from support.waiting import until

HERE = drawn("x = │\n")


def in_file(path: Path) -> Snapshot:
    """The place, in a file on the disk."""
    return replace(HERE, uri=path.as_uri(), path=path)


async def test_an_announced_request_finds_its_answer_written() -> None:
    backend = instant("compute(a, b)")

    async def scenario(completer: Completer) -> None:
        completer.announce(HERE, Ask())
        await until(lambda: len(backend.requests) == 1 and backend.running == 0)
        answer = await completer.complete(HERE, Ask(waited=True))
        assert shown(HERE, answer) == "x = compute(a, b)\n"

    await with_completer(backend, scenario)
    assert len(backend.requests) == 1


async def test_a_request_that_comes_early_waits_for_the_announced_answer() -> None:
    backend = FakeBackend(fixed("compute(first, second)"), decode_rate=200.0)

    async def scenario(completer: Completer) -> None:
        completer.announce(HERE, Ask())
        answer = await completer.complete(HERE, Ask(waited=True))
        assert shown(HERE, answer) == "x = compute(first, second)\n"

    await with_completer(backend, scenario)
    assert len(backend.requests) == 1


async def test_a_copy_is_weighed_against_the_model_as_without_an_announcement() -> None:
    code = "value = load_everything(path, mode)\nprint(value)\n" * 3 + "value = load_ev│\n"

    async def answer(announced: bool) -> tuple[str, str]:
        found: list[tuple[str, str]] = []

        async def scenario(completer: Completer) -> None:
            snapshot = drawn(code)
            if announced:
                completer.announce(snapshot, Ask())
            got = await completer.complete(snapshot, Ask(waited=True))
            found.append((got.source, shown(snapshot, got)))

        await with_completer(instant("il()"), scenario, options(copy=True))
        return found[0]

    assert await answer(True) == await answer(False)
    assert (await answer(True))[0] == "copied"


OFF = [
    ("manual trigger", options(trigger="manual"), drawn("x = │\n")),
    ("switched off", options(enabled=False), drawn("x = │\n")),
    ("a language", options(disabled_languages=("python",)), drawn("x = │\n")),
    ("a comment", options(disabled_in=("comments",)), drawn("x = 1  # a note │\n")),
    ("a file", options(disabled_globs=("*.py",)), in_file(Path("/work/code.py"))),
    ("a commit message", options(), drawn("Add │\n", "git-commit")),
    ("a file of credentials", options(), in_file(Path("/work/.env"))),
    ("an ignored file", replace(options(), privacy=PrivacyOptions(ignore=("*.own",))), in_file(Path("/work/a.own"))),
    ("the user's own wait", options(debounce_ms=100), drawn("x = │\n")),
]


@pytest.mark.parametrize(("why", "chosen", "snapshot"), OFF, ids=[row[0] for row in OFF])
async def test_nothing_is_begun_where_nothing_would_be_answered(why: str, chosen: Options, snapshot: Snapshot) -> None:
    backend = instant("compute()")

    async def scenario(completer: Completer) -> None:
        completer.announce(snapshot, Ask())
        await asyncio.gather(*completer._announced._tasks)
        assert not completer._pipeline.inflight.busy
        completer.announce(snapshot, Ask())
        completer.document_closed(snapshot.uri)

    await with_completer(backend, scenario, chosen)
    assert backend.requests == [], why


@pytest.mark.parametrize("case", ["remote", "battery"])
async def test_no_request_is_made_ahead_that_costs_money_or_a_battery(case: str) -> None:
    backend = FakeBackend(fixed("compute()"), prefill_rate=0, decode_rate=0, info=BackendInfo("api", "m", remote=case == "remote"))

    async def scenario(completer: Completer) -> None:
        completer._pipeline.on_battery = lambda: case == "battery"
        completer.announce(HERE, Ask())
        assert completer._announced._tasks == set()
        assert backend.requests == []
        assert (await completer.complete(HERE, Ask(waited=True))).items
        assert len(backend.requests) == 1

    await with_completer(backend, scenario)


async def test_a_change_gives_the_announcement_up_and_the_next_request_is_its_own() -> None:
    backend = FakeBackend(fixed("compute()"), first_delay=0.05)

    async def scenario(completer: Completer) -> None:
        completer.announce(HERE, Ask())
        [task] = completer._announced._tasks
        after = typed(HERE, "y + ")
        completer.document_changed(after)
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        assert shown(after, await completer.complete(after, Ask(waited=True))) == "x = y + compute()\n"

    await with_completer(backend, scenario)


@pytest.mark.parametrize("ask", [Ask(invoked=True), Ask(tab_size=2, insert_spaces=True), Ask(selected_text="z", selected_start=4)])
async def test_another_question_is_not_given_the_announced_answer(ask: Ask) -> None:
    async def scenario(completer: Completer) -> None:
        completer.announce(HERE, Ask())
        assert completer._announced.take(HERE, ask) is None
        assert completer._announced.take(typed(HERE, "q"), Ask()) is None
        assert completer._announced.take(HERE, Ask(waited=True)) is not None
        assert completer._announced.take(HERE, Ask(waited=True)) is None

    await with_completer(instant("compute()"), scenario)


async def test_a_cancelled_request_stops_listening_only() -> None:
    backend = FakeBackend(fixed("compute(first, second)"), decode_rate=60.0)

    async def scenario(completer: Completer) -> None:
        completer.announce(HERE, Ask())
        await until(lambda: backend.running == 1)
        request = asyncio.create_task(completer.complete(HERE, Ask(waited=True)))
        await until(lambda: completer._announced._expected is None)
        request.cancel()
        answer = await completer.complete(typed(HERE, "com"), Ask())
        assert (answer.source, answer.items[0].text) == ("adopted", "pute(first, second)")
        assert request.cancelled()

    await with_completer(backend, scenario)
    assert (len(backend.requests), backend.cancelled) == (1, 0)
