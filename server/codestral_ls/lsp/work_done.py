"""A progress bar in the editor for one long request, and the user's wish to stop that request.

If the request brought a token the bar is the client's, otherwise the server asks for one. For an editor without bars the work runs
without one.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from lsprotocol import types

from codestral_ls.lsp.session import Session

log = logging.getLogger(__name__)

T = TypeVar("T")


class WorkDone:
    """A bar with ``title``. ``token`` is the name for it in the client's request; None if there was none."""

    def __init__(self, session: Session, title: str, token: types.ProgressToken | None = None) -> None:
        self._session = session
        self._title = title
        self._token: types.ProgressToken = str(uuid.uuid4()) if token is None else token
        self._is_the_clients = token is not None
        self._message = ""
        self._began = False
        self._ended = False

    async def run(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Show the bar while ``work`` runs; returns its result, None if the user stopped it in the bar.

        Cancelling the caller cancels the work. Raises: what ``work`` raises.
        """
        task = asyncio.ensure_future(work)
        self._session.stoppable[self._token] = task.cancel
        self._ask_for_bar()
        try:
            return await task
        except asyncio.CancelledError:
            request = asyncio.current_task()
            if request is not None and request.cancelling():
                raise
            log.info("%s was stopped in the progress bar", self._title)
            return None
        finally:
            del self._session.stoppable[self._token]
            self._end()

    def report(self, message: str) -> None:
        """Show the present step, in a few words."""
        self._message = message
        if self._began and not self._ended:
            self._send(types.WorkDoneProgressReport(message=message, cancellable=True))

    def _ask_for_bar(self) -> None:
        if self._is_the_clients:
            self._begin()
        elif self._session.client.shows_progress:
            params = types.WorkDoneProgressCreateParams(self._token)
            self._session.server.window_work_done_progress_create(params).add_done_callback(self._created)

    def _created(self, answer: Future[None]) -> None:
        """The editor has created the bar, or refused to; the work does not wait for it."""
        if not answer.cancelled() and answer.exception() is None and not self._ended:
            self._begin()

    def _begin(self) -> None:
        self._began = True
        self._send(types.WorkDoneProgressBegin(self._title, cancellable=True, message=self._message or None))

    def _end(self) -> None:
        self._ended = True
        if self._began:
            self._send(types.WorkDoneProgressEnd())

    def _send(self, value: object) -> None:
        self._session.server.protocol.notify(types.PROGRESS, types.ProgressParams(self._token, value))


def cancel(session: Session, params: types.WorkDoneProgressCancelParams) -> None:
    """``window/workDoneProgress/cancel``. A bar that ended meanwhile is ignored."""
    stop = session.stoppable.get(params.token)
    if stop is not None:
        stop()
