"""Text copied from the user's files and the model's text: which of them is shown, and what happens without a model."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

import pytest

from codestral_ls.backends.base import BackendInfo
from codestral_ls.backends.fake import FakeBackend, fixed
from codestral_ls.completion.answer import Ask
from codestral_ls.completion.completer import Completer
from codestral_ls.completion.place import place_at
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.withheld import JUDGED_FOR
from codestral_ls.errors import BackendUnavailable
from support.drawing import drawn, options, typed, with_completer
from support.waiting import until


async def test_copied_text_is_the_instant_answer_and_the_model_replaces_it() -> None:
    backend = FakeBackend(fixed("store_model_choice)"), prefill_rate=0, decode_rate=0, first_delay=0.05)
    line = "    parser.add_argument('--verbose', help='say what is being done right now', action='store_true')"
    above = f"def f(parser):\n{line}\n    parser.epilog = None\n"

    async def scenario(completer: Completer) -> None:
        cursor = "    parser.add_argument('--verbose', help='say what is being done right now', action="
        snapshot = drawn(above + cursor + "│\n    return parser\n")
        answer = await completer.complete(snapshot, Ask())
        assert (answer.source, answer.items[0].text) == ("copied", "'store_true')")
        await until(lambda: len(backend.requests) == 1 and backend.running == 0)
        again = await completer.complete(snapshot, Ask())
        assert again.items[0].text == "store_model_choice)"

    await with_completer(backend, scenario, options(copy=True, show="balanced"))


async def test_copied_text_completes_without_any_model() -> None:
    backend = FakeBackend(fixed(""), faults=[BackendUnavailable("offline")] * 5)
    line = "    parser.add_argument('--verbose', help='say what is being done right now', action='store_true')"

    async def scenario(completer: Completer) -> None:
        answer = await completer.complete(drawn(f"{line}\n    other = 1\n{line[:-13]}│\n"), Ask())
        assert answer.items[0].text == line[-13:]

    await with_completer(backend, scenario, options(copy=True))


LINE = "    parser.add_argument('--verbose', help='say what is being done', action='store_true')"
CUT = LINE.index("'store")


async def copied_or_written(model: str, mean_logprob: float, matching: int) -> str:
    """What is shown in the end if a copy and the model differ; ``matching`` characters before the cursor also occur in another
    line.
    """
    backend = FakeBackend(fixed("store_model_choice)"), mean_logprob=mean_logprob, info=BackendInfo("fake", model, remote=False))
    said: list[str] = []

    async def scenario(completer: Completer) -> None:
        other = "~" + LINE[CUT - matching :]
        snapshot = drawn(f"def f(parser):\n{other}\n    parser.epilog = None\n{LINE[:CUT]}│\n    return parser\n")
        await completer.complete(snapshot, Ask())
        await until(lambda: len(backend.requests) == 1 and backend.running == 0)
        said.append((await completer.complete(snapshot, Ask())).items[0].text)

    await with_completer(backend, scenario, options(copy=True, show="balanced"))
    return said[0]


@pytest.mark.parametrize(
    ("model", "mean_logprob", "matching", "shown_text"),
    [
        pytest.param("tiny-fim", -0.6, 30, LINE[CUT:], id="a likelier copy goes before the small model"),
        pytest.param("tiny-fim", -0.6, 60, LINE[CUT:], id="an instant one stays"),
        pytest.param("tiny-fim", -0.05, 30, "store_model_choice)", id="a likelier answer goes before the copy"),
        pytest.param("codestral", -0.6, 30, "store_model_choice)", id="a large model goes before any copy"),
        pytest.param("codestral", -0.6, 60, "store_model_choice)", id="and before an instant one"),
    ],
)
async def test_where_copy_and_model_differ(model: str, mean_logprob: float, matching: int, shown_text: str) -> None:
    assert await copied_or_written(model, mean_logprob, matching) == shown_text


def between(matching: int) -> Snapshot:
    """A cursor before which the last ``matching`` characters are also in a line above."""
    other = "~" + LINE[CUT - matching :]
    return drawn(f"def f(parser):\n{other}\n    parser.epilog = None\n{LINE[:CUT]}│\n    return parser\n")


async def test_without_a_model_copies_are_shown_as_eagerly_as_can_be_and_stay_while_they_are_typed() -> None:
    backend = FakeBackend(fixed(""), faults=[BackendUnavailable("offline")] * 5)

    async def scenario(completer: Completer) -> None:
        snapshot = between(matching=33)
        assert not (await completer.complete(snapshot, Ask())).items, "the model is asked first, and cannot be reached"
        for text in ("", "", "'s", "tore"):
            snapshot = typed(snapshot, text)
            answer = await completer.complete(snapshot, Ask())
            assert [item.text for item in answer.items] == [rest_of_line(snapshot)]

    await with_completer(backend, scenario, options(copy=True, show="quiet"))


async def test_a_copy_that_goes_before_the_small_model_does_so_while_it_is_typed_until_it_is_rejected() -> None:
    info = BackendInfo("fake", "tiny-fim", remote=False)
    backend = FakeBackend(fixed("'store_model_choice')"), mean_logprob=-0.6, info=info)

    async def scenario(completer: Completer) -> None:
        start = snapshot = between(matching=30)
        for text in ("", "'", "store_"):
            snapshot = typed(snapshot, text)
            answer = await completer.complete(snapshot, Ask())
            assert [item.text for item in answer.items] == [rest_of_line(snapshot)], "the model's follows, too"
        back = Snapshot.of(start.text[: start.offset - 1] + start.text[start.offset :], start.offset - 1, "python", start.uri)
        await completer.complete(back, Ask())
        place = place_at(start.uri, start.text, start.offset)
        known = completer._pipeline.cache.find(start.uri, start.text, start.offset)
        assert all(hit.known.place != place for hit in known), "both were rejected"

    await with_completer(backend, scenario, options(copy=True, show="balanced"))
    assert len(backend.requests) == 2


def rest_of_line(snapshot: Snapshot) -> str:
    """The part of the copied line that is not typed yet."""
    return LINE[len(snapshot.line_prefix) :]


async def test_a_likelier_copy_is_shown_when_the_budget_is_spent_and_the_model_is_in_the_middle_of_a_line() -> None:
    info = BackendInfo("fake", "tiny-fim", remote=False)
    backend = FakeBackend(fixed("'store_model_choice') or nothing_else"), decode_rate=20.0, mean_logprob=-0.6, info=info)

    async def scenario(completer: Completer) -> None:
        snapshot = between(matching=30)
        answer = await completer.complete(snapshot, Ask())
        assert (answer.source, [item.text for item in answer.items]) == ("copied", [rest_of_line(snapshot)])
        assert backend.running == 1, "the model goes on"

    await with_completer(backend, scenario, options(copy=True, show="balanced", budget_ms=90))


async def test_a_copy_that_the_model_is_likelier_to_know_better_does_not_end_the_waiting() -> None:
    info = BackendInfo("fake", "tiny-fim", remote=False)
    backend = FakeBackend(fixed("'store_model_choice')"), decode_rate=100.0, mean_logprob=-0.05, info=info)

    async def scenario(completer: Completer) -> None:
        answer = await completer.complete(between(matching=30), Ask())
        assert [item.text for item in answer.items] == ["'store_model_choice')"]

    await with_completer(backend, scenario, options(copy=True, show="balanced", budget_ms=20))


async def test_a_refused_copy_is_not_offered_one_character_earlier() -> None:
    line = "    parser.add_argument('--verbose', help='say what is being done right now', action='store_true')"
    backend = FakeBackend(fixed(""), faults=[BackendUnavailable("offline")] * 9)

    async def scenario(completer: Completer) -> None:
        def at(end: int) -> Snapshot:
            return drawn(f"{line}\n    other = 1\n{line[:end]}│\n")

        assert (await completer.complete(at(-13), Ask())).items[0].text == line[-13:]
        assert not (await completer.complete(at(-14), Ask())).items
        assert not (await completer.complete(at(-20), Ask())).items
        completer.document_closed(at(-13).uri)
        assert (await completer.complete(at(-13), Ask())).items[0].text == line[-13:]

    await with_completer(backend, scenario, options(copy=True))


async def test_a_closed_file_is_copied_from_until_it_becomes_private(tmp_path: Path) -> None:
    first = "    parser.add_argument('--verbose', help='say what is being done right now', action='store_true')"
    second = "    parser.set_defaults(name='one that nobody has chosen before', directory='somewhere')"
    backend = FakeBackend(fixed(""), faults=[BackendUnavailable("offline")] * 9)
    other = tmp_path / "other.py"
    clock = [0.0]

    async def asked_at(completer: Completer, line: str) -> list[str]:
        return [item.text for item in (await completer.complete(drawn(f"{line[:-12]}│\n"), Ask())).items]

    async with aclosing(Completer(backend, options(copy=True), lambda: clock[0])) as completer:
        seen = Snapshot.of(f"def f(parser):\n{first}\n{second}\n", 0, "python", other.as_uri(), other)
        completer.document_opened(seen)
        completer.document_closed(seen.uri)
        assert await asked_at(completer, first) == [first[-12:]]
        (tmp_path / ".codestralignore").write_text("other.py\n")
        clock[0] += JUDGED_FOR + 1
        assert await asked_at(completer, second) == []


async def test_what_follows_elsewhere_goes_to_the_model_as_a_guess() -> None:
    backend = FakeBackend(fixed("store_model_choice)"), prefill_rate=0, decode_rate=0)
    elsewhere = f"def f(parser):\r\n{LINE}\r\n    parser.epilog = None\r\n"

    async def scenario(completer: Completer) -> None:
        await completer.complete(drawn(f"{elsewhere}{LINE[:CUT]}│\n"), Ask(invoked=True))
        await completer.complete(drawn("nothing = like_it│\n"), Ask(invoked=True))

    await with_completer(backend, scenario, options(copy=True))
    guesses = [request.guess for request in backend.requests]
    assert guesses[0].startswith(f"{LINE[CUT:]}\n    parser.epilog = None\n")
    assert guesses[-1] == ""


async def test_without_copies_there_is_no_guess() -> None:
    backend = FakeBackend(fixed("store_model_choice)"), prefill_rate=0, decode_rate=0)

    async def scenario(completer: Completer) -> None:
        await completer.complete(drawn(f"{LINE}\n{LINE[:CUT]}│\n"), Ask(invoked=True))

    await with_completer(backend, scenario, options(copy=False))
    assert [request.guess for request in backend.requests] == [""]
