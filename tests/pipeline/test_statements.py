"""An answer whose line opens a bracket: the rest of the statement is fetched, or the bracket is closed where that fits."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from codestral_ls.backends.base import FimRequest, FinishReason, Piece
from codestral_ls.backends.fake import FakeBackend, Fault, continue_like, tokenize
from codestral_ls.completion.answer import Ask
from codestral_ls.completion.completer import Completer
from codestral_ls.errors import BackendUnavailable
from support.drawing import complete, drawn, options, shown, typed, with_completer
from support.waiting import until

UNHURRIED = 20_000
"""Milliseconds: with the usual budget the answer would be cut on a busy machine."""
BEFORE = "def area(width, height):\n    return width * height\n\n\nchosen = "
CALL = "area(\n    width=3,\n    height=4,\n)"
BEHIND = "\nprint(chosen)\n"
HERE = BEFORE + "│" + BEHIND


async def test_a_statement_is_written_to_its_end() -> None:
    backend = FakeBackend(continue_like(BEFORE + CALL + BEHIND))
    assert shown(drawn(HERE), await complete(HERE, backend, budget_ms=UNHURRIED)) == BEFORE + CALL + BEHIND
    assert [request.stop for request in backend.requests] == [("\n",), ()]
    assert backend.requests[1].prefix.endswith("chosen = area(\n")


async def test_a_statement_that_is_whole_costs_one_request() -> None:
    backend = FakeBackend(continue_like(BEFORE + "area(3, 4)" + BEHIND))
    await complete(HERE, backend, budget_ms=UNHURRIED)
    assert len(backend.requests) == 1


@pytest.mark.parametrize(
    ("rest", "faults", "expected"),
    [
        pytest.param("area(\n    width=3,\n" + "    # and\n" * 30, [], "area()", id="it is too long"),
        pytest.param(CALL, [None, Fault(BackendUnavailable("gone"))], "area()", id="the backend fails meanwhile"),
        pytest.param("area(3,\n" + "    # and\n" * 30, [], "area(3,\n)", id="the line shows where it goes on"),
    ],
)
async def test_without_its_end_the_line_is_alone(rest: str, faults: list[Fault | None], expected: str) -> None:
    backend = FakeBackend(continue_like(BEFORE + rest + BEHIND), faults=faults)
    assert shown(drawn(HERE), await complete(HERE, backend, budget_ms=UNHURRIED)) == BEFORE + expected + BEHIND
    assert len(backend.requests) == 2


class Scripted(FakeBackend):
    """Answers each request with the next list of pieces."""

    def __init__(self, *answers: list[Piece]) -> None:
        super().__init__()
        self._answers = iter(answers)

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        self.requests.append(request)
        for piece in next(self._answers):
            yield piece


def pieces(text: str, mean_logprob: float | None = -0.1, finish_reason: FinishReason = "stop") -> list[Piece]:
    return [*(Piece(part, None, None, mean_logprob) for part in tokenize(text)), Piece("", finish_reason, None, mean_logprob)]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        pytest.param(pieces("area(wid", finish_reason="length"), "area(wid)", id="the token limit ends it within a word"),
        pytest.param(pieces("area(</s>"), "area()", id="the model ends it"),
        pytest.param(pieces("area(one, two, three, four", -9.0), "", id="it will not be shown"),
    ],
)
async def test_only_a_line_that_its_end_broke_off_goes_on(first: list[Piece], expected: str) -> None:
    backend = Scripted(first, pieces("th=3)"))
    answer = await complete(BEFORE + "│" + BEHIND, backend, show="balanced")
    assert shown(drawn(BEFORE + "│" + BEHIND), answer) == BEFORE + expected + BEHIND
    assert len(backend.requests) == 1


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(-0.1, pieces("    width=3,\n    # and", -9.0), ["area()"], id="unsure lines leave a sure line alone"),
        pytest.param(-9.0, [Piece("", "stop")], [], id="nothing more makes no line surer"),
        pytest.param(-1.5, pieces("    3\n)", None), [], id="unknown lines make no line surer"),
    ],
)
async def test_the_first_line_is_as_sure_as_it_was(first: float, second: list[Piece], expected: list[str]) -> None:
    answer = await complete(BEFORE + "│" + BEHIND, Scripted(pieces("area(", first), second), show="balanced")
    assert [item.text for item in answer.items] == expected


async def test_the_users_limits_hold_for_the_rest_of_a_statement() -> None:
    backend = FakeBackend(continue_like(BEFORE + CALL + BEHIND))
    assert (await complete(BEFORE + "│" + BEHIND, backend, max_tokens=16, max_lines=3)).items[0].text == "area()"
    assert [request.max_tokens for request in backend.requests] == [16, 16]


async def test_typing_along_a_copy_asks_the_model_with_more_text() -> None:
    line = "    parser.add_argument('--verbose', help='say what is being done right now', action='store_true')"
    above = f"def f(parser):\n{line}\n    parser.epilog = None\n"
    cursor = "    parser.add_argument('--verbose', help='say what is being done right now', action="
    answers = ["", "ore_model')"]
    backend = FakeBackend(lambda _request: answers[0])

    async def scenario(completer: Completer) -> None:
        snapshot = drawn(above + cursor + "│\n    return parser\n")
        assert (await completer.complete(snapshot, Ask())).source == "copied"
        await until(lambda: len(backend.requests) == 1 and backend.running == 0)
        answers.pop(0)
        further = typed(snapshot, "'st")
        assert (await completer.complete(further, Ask())).items[0].text == "ore_true')"
        await until(lambda: len(backend.requests) == 2 and backend.running == 0)
        assert (await completer.complete(further, Ask())).items[0].text == "ore_model')"

    await with_completer(backend, scenario, options(copy=True, show="balanced"))
