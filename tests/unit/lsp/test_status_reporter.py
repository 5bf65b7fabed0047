"""The messages to the editor for a sequence of states: only changes are reported, and each sentence only once."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest
from lsprotocol import types

from codestral_ls.backends.base import Health
from codestral_ls.lsp.status import StatusReporter


class Wire:
    """A stand-in of the server that keeps what is sent; ``created`` has the requested progress bars."""

    def __init__(self) -> None:
        self.protocol = self
        self.sent: list[tuple[str, Any]] = []
        self.messages: list[str] = []
        self.created: list[Future[None]] = []

    def notify(self, method: str, params: Any) -> None:
        self.sent.append((method, params))

    def window_show_message(self, params: types.ShowMessageParams) -> None:
        self.messages.append(params.message)

    def window_work_done_progress_create(self, _params: types.WorkDoneProgressCreateParams) -> Future[None]:
        self.created.append(Future())
        return self.created[-1]

    def of(self, method: str) -> list[Any]:
        return [params for name, params in self.sent if name == method]


LOADING, HALF = Health("loading", "The model is loading."), Health("loading", "The model is loading.", 0.5)
READY, OFFLINE = Health("ready"), Health("offline", "Start the server.")

SEQUENCES = [
    ("once", [READY], ["Normal"]),
    ("nothing new", [READY, READY, READY], ["Normal"]),
    ("loading", [LOADING, HALF, HALF, READY], ["Normal", "Normal", "Normal"]),
    ("down and up", [READY, OFFLINE, READY], ["Normal", "Warning", "Normal"]),
    ("key", [Health("needs_key", "Set it.")], ["Error"]),
    ("paused", [Health("paused", "Budget.")], ["Inactive"]),
]


@pytest.mark.parametrize(("healths", "kinds"), [row[1:] for row in SEQUENCES], ids=[row[0] for row in SEQUENCES])
def test_only_news_are_sent(healths: list[Health], kinds: list[str]) -> None:
    wire = Wire()
    reporter = StatusReporter(wire)  # type: ignore[arg-type]
    for health in healths:
        reporter.update(health)
    assert [status["kind"] for status in wire.of("didChangeStatus")] == kinds
    assert [s["busy"] for s in wire.of("didChangeStatus")] == [s["state"] == "loading" for s in wire.of("codestral-ls/status")]
    assert wire.messages == []


def test_a_sentence_is_reported_once_and_only_where_nothing_can_be_completed() -> None:
    wire = Wire()
    reporter = StatusReporter(wire)  # type: ignore[arg-type]
    for health in [LOADING, OFFLINE, READY, OFFLINE, READY, Health("error", "Another."), READY, LOADING]:
        reporter.update(health)
        reporter.tell()
    assert wire.messages == ["codestral-ls: Start the server.", "codestral-ls: Another."]


def test_one_outage_is_reported_once_whatever_the_next_attempt_ends_with() -> None:
    wire = Wire()
    reporter = StatusReporter(wire)  # type: ignore[arg-type]
    for health in [Health("error", "No answer in time."), OFFLINE, Health("needs_key", "Set it."), Health("error", "Bad.")]:
        reporter.update(health)
        reporter.tell()
    assert wire.messages == ["codestral-ls: No answer in time.", "codestral-ls: Set it.", "codestral-ls: Bad."]


def progress_kinds(wire: Wire) -> list[str]:
    return [params.value.kind for params in wire.of(types.PROGRESS)]


def test_a_bar_begins_when_the_editor_made_it_and_ends_when_loading_does() -> None:
    wire = Wire()
    reporter = StatusReporter(wire, shows_progress=True)  # type: ignore[arg-type]
    reporter.update(LOADING)
    assert progress_kinds(wire) == []
    wire.created[0].set_result(None)
    reporter.update(HALF)
    reporter.update(READY)
    assert progress_kinds(wire) == ["begin", "report", "end"]
    reporter.update(LOADING)
    assert len(wire.created) == 2  # the next loading gets its own progress bar


@pytest.mark.parametrize("refused", [True, False])
def test_a_bar_that_was_refused_or_came_too_late_is_never_begun(refused: bool) -> None:
    wire = Wire()
    reporter = StatusReporter(wire, shows_progress=True)  # type: ignore[arg-type]
    reporter.update(LOADING)
    if refused:
        wire.created[0].set_exception(RuntimeError("no"))
        reporter.update(READY)
    else:
        reporter.update(READY)
        wire.created[0].set_result(None)
    assert progress_kinds(wire) == []


def test_an_index_that_cannot_be_updated_is_reported_where_there_is_nothing_worse() -> None:
    wire = Wire()
    reporter = StatusReporter(wire)  # type: ignore[arg-type]
    reporter.update(READY)
    reporter.about_index("The disk is full.")
    reporter.update(OFFLINE)
    reporter.update(READY)
    reporter.about_index("")
    told = [status["message"] for status in wire.of("codestral-ls/status")]
    assert told == ["", "The disk is full.", OFFLINE.message, "The disk is full.", ""]
    assert [status["message"] for status in wire.of("didChangeStatus")] == told
