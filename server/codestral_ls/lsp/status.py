"""Reports the state of completion to the editor: a status line, progress while a model loads, at most one message.

``didChangeStatus`` is the notification that clients of the Copilot language server know; ``codestral-ls/status`` says
the same with all details. The health comes from the completer.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from codestral_ls.backends.base import Health, State
from codestral_ls.errors import Refusal

log = logging.getLogger(__name__)

KINDS: dict[State, str] = {
    "ready": "Normal",
    "loading": "Normal",
    "offline": "Warning",
    "needs_key": "Error",
    "paused": "Inactive",
    "error": "Error",
}
"""The kind in ``didChangeStatus`` for every state."""

CANNOT_COMPLETE: frozenset[State] = frozenset({"offline", "needs_key", "paused", "error"})
UNREACHABLE: frozenset[State] = frozenset({"offline", "error"})
TITLE = "codestral-ls"
LOADING = Health("loading", "Codestral is starting.")


class StatusReporter:
    """Sends changes only.

    ``shows_progress`` is the client's ability to show work-done progress; ``shows_problems``: it accepts
    ``codestral-ls/problem`` and shows buttons with it. ``settled`` is set while nothing loads.
    """

    def __init__(self, server: LanguageServer, shows_progress: bool = False) -> None:
        self._server = server
        self.shows_progress = shows_progress
        self.shows_problems = False
        self.health = LOADING
        self.settled = asyncio.Event()
        self.backend = ""
        self._index_problem = ""
        self._sent: dict[str, Any] = {}
        self._told: set[str] = set()
        self._kinds_told: set[tuple[State, Refusal]] = set()
        self._outage_told = False
        self._token: str | None = None
        self._began = False

    def update(self, health: Health) -> None:
        """Take the new health and report what changed."""
        self.health = health
        (self.settled.clear if health.state == "loading" else self.settled.set)()
        self._outage_told = self._outage_told and health.state != "ready"
        status = self.describe()
        if status == self._sent:
            return
        if (status["state"], status["message"]) != (self._sent.get("state"), self._sent.get("message")):
            log.info("%s%s", health.state, f": {status['message']}" if status["message"] else "")
        self._sent = status
        self._server.protocol.notify(
            "didChangeStatus",
            {"busy": health.state == "loading", "kind": KINDS[health.state], "message": status["message"]},
        )
        self._server.protocol.notify("codestral-ls/status", status)
        self._show_progress(health)

    def about_index(self, problem: str) -> None:
        """Report why the project's index cannot be updated ("" if it can), unless there is something worse to report."""
        self._index_problem = problem
        self.update(self.health)

    def tell(self) -> None:
        """Tell the user, once, that nothing can be completed: why, and what to do.

        A server that cannot be reached is reported once until it answers again, however the next attempt ends. A
        server that refuses is reported once for each kind of refusal: its words may change every time.
        """
        state, refusal = self.health.state, self.health.refusal
        if state not in CANNOT_COMPLETE:
            return
        if refusal:
            if (state, refusal) not in self._kinds_told:
                self._kinds_told.add((state, refusal))
                self._tell_of_problem()
        elif not (state in UNREACHABLE and self._outage_told):
            self._outage_told = state in UNREACHABLE
            self._tell_of_problem()

    def backend_changed(self, backend: str) -> None:
        """Another backend, or the same with other options, is used from now on: its refusals are reported again."""
        self.backend = backend
        self._kinds_told.clear()

    def _tell_of_problem(self) -> None:
        """Show the health's message, or send it to a client that shows it itself with buttons."""
        message = self.health.message
        if not self.shows_problems:
            self.tell_once(message, types.MessageType.Warning)
        elif message and message not in self._told:
            self._told.add(message)
            problem = {"state": self.health.state, "refusal": self.health.refusal, "message": f"{TITLE}: {message}"}
            self._server.protocol.notify("codestral-ls/problem", problem)

    def describe(self) -> dict[str, Any]:
        """The status as ``codestral-ls/status`` carries it; ``progress`` in percent, None when nothing loads."""
        progress = self.health.progress
        return {
            "state": self.health.state,
            "message": self.health.message or self._index_problem,
            "progress": round(progress * 100) if progress is not None else None,
            "backend": self.backend,
            "refusal": self.health.refusal,
        }

    def tell_each_once(self, problems: Sequence[str]) -> None:
        """Log those of ``problems`` that have not been shown yet, and show them in one message."""
        new = [problem for problem in problems if problem not in self._told]
        for problem in new:
            log.warning("%s", problem)
        self.tell_once("\n".join(new), types.MessageType.Warning)
        self._told.update(new)

    def tell_once(self, message: str, kind: types.MessageType) -> None:
        """Show ``message`` to the user, unless it was shown before."""
        if message and message not in self._told:
            self._told.add(message)
            self._server.window_show_message(types.ShowMessageParams(kind, f"{TITLE}: {message}"))

    def _show_progress(self, health: Health) -> None:
        """Begin, update or end the progress bar, for clients that have one."""
        if not self.shows_progress:
            return
        if health.state == "loading" and self._token is None:
            token = self._token = str(uuid.uuid4())
            params = types.WorkDoneProgressCreateParams(token)
            created = self._server.window_work_done_progress_create(params)
            created.add_done_callback(lambda answer: self._begin(token, answer))
        elif health.state == "loading" and self._began and health.progress is not None:
            percentage = round(health.progress * 100)
            self._progress(types.WorkDoneProgressReport(message=health.message, percentage=percentage))
        elif health.state != "loading" and self._token is not None:
            if self._began:
                self._progress(types.WorkDoneProgressEnd(message=health.message or "ready"))
            self._token, self._began = None, False

    def _begin(self, token: str, answer: Future[None]) -> None:
        """The editor has created the bar, or refused to."""
        if answer.cancelled() or answer.exception() is not None or token != self._token:
            return
        self._began = True
        percentage = round(self.health.progress * 100) if self.health.progress is not None else None
        self._progress(types.WorkDoneProgressBegin(TITLE, message=self.health.message, percentage=percentage))

    def _progress(self, value: object) -> None:
        self._server.protocol.notify(types.PROGRESS, types.ProgressParams(self._token or "", value))
