"""An answer whose line opens a bracket: the rest of the statement is fetched, or the bracket is closed where it fits."""

from __future__ import annotations

import pytest
from drawing import complete, drawn, options, settled, shown, typed, with_completer

from codestral_ls.backends.fake import FakeBackend, Fault, continue_like
from codestral_ls.completion.answer import Ask
from codestral_ls.completion.completer import Completer
from codestral_ls.errors import BackendUnavailable

BEFORE = "def area(width, height):\n    return width * height\n\n\nchosen = "
CALL = "area(\n    width=3,\n    height=4,\n)"
BEHIND = "\nprint(chosen)\n"


def test_a_statement_is_written_to_its_end() -> None:
    backend = FakeBackend(continue_like(BEFORE + CALL + BEHIND))
    assert shown(drawn(BEFORE + "│" + BEHIND), complete(BEFORE + "│" + BEHIND, backend)) == BEFORE + CALL + BEHIND
    assert [request.stop for request in backend.requests] == [("\n",), ()]
    assert backend.requests[1].prefix.endswith("chosen = area(\n")


def test_a_statement_that_is_whole_costs_one_request() -> None:
    backend = FakeBackend(continue_like(BEFORE + "area(3, 4)" + BEHIND))
    complete(BEFORE + "│" + BEHIND, backend)
    assert len(backend.requests) == 1


@pytest.mark.parametrize(
    ("rest", "faults", "expected"),
    [
        pytest.param("area(\n    width=3,\n" + "    # and\n" * 30, [], "area()", id="it is too long"),
        pytest.param(CALL, [None, Fault(BackendUnavailable("gone"))], "area()", id="the backend fails meanwhile"),
        pytest.param("area(3,\n" + "    # and\n" * 30, [], "area(3,\n)", id="the line shows where it goes on"),
    ],
)
def test_without_its_end_the_line_stands_alone(rest: str, faults: list[Fault | None], expected: str) -> None:
    backend = FakeBackend(continue_like(BEFORE + rest + BEHIND), faults=faults)
    assert shown(drawn(BEFORE + "│" + BEHIND), complete(BEFORE + "│" + BEHIND, backend)) == BEFORE + expected + BEHIND
    assert len(backend.requests) == 2


def test_typing_along_a_copy_asks_the_model_with_more_text() -> None:
    line = "    parser.add_argument('--verbose', help='say what is being done right now', action='store_true')"
    above = f"def f(parser):\n{line}\n    parser.epilog = None\n"
    cursor = "    parser.add_argument('--verbose', help='say what is being done right now', action="
    answers = ["", "ore_model')"]
    backend = FakeBackend(lambda _request: answers[0])

    async def scenario(completer: Completer) -> None:
        snapshot = drawn(above + cursor + "│\n    return parser\n")
        assert (await completer.complete(snapshot, Ask())).source == "copied"
        await settled(lambda: len(backend.requests) == 1 and backend.running == 0)
        answers.pop(0)
        further = typed(snapshot, "'st")
        assert (await completer.complete(further, Ask())).items[0].text == "ore_true')"
        await settled(lambda: len(backend.requests) == 2 and backend.running == 0)
        assert (await completer.complete(further, Ask())).items[0].text == "ore_model')"

    with_completer(backend, scenario, options(copy=True, show="balanced"))
