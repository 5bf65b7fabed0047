"""Creates the completer when the options are known, replaces its backend when they change, and monitors that backend's health.

Its modules are imported here, in a thread after the reply to ``initialize``, so that no editor waits for them. The only place in
``lsp/`` that knows how a completer and a backend are made.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging

from lsprotocol import types

from codestral_ls.backends.base import Backend, Health, State
from codestral_ls.config.by_folder import ByFolder
from codestral_ls.config.sections import Options
from codestral_ls.documents.cells import is_lone_cell
from codestral_ls.errors import CodestralLsError
from codestral_ls.lsp.session import Session

log = logging.getLogger(__name__)

PARTS = ("codestral_ls.completion.completer", "codestral_ls.backends.build_backend")
POLL_SECONDS: dict[State, float] = {"loading": 0.25, "offline": 3.0, "error": 3.0, "needs_key": 10.0, "paused": 10.0}
"""Seconds before a backend that is not ready is checked again. A ready one is checked after a failure."""
HEALTH_SECONDS = 5.0
"""Seconds to wait for a backend's health; a backend promises one second."""


async def let_write(session: Session, by_folder: ByFolder[Options]) -> None:
    """Use the backend that the options name from now on; it loads or connects in the background.

    If it cannot be built, the user gets a message and requests are answered with empty lists.
    """
    await asyncio.to_thread(_import_parts)
    from codestral_ls.backends.build_backend import build_backend

    try:
        backend = build_backend(by_folder.elsewhere, tell=lambda sentence: _tell(session, sentence))
    except CodestralLsError as error:
        await _stop_writing(session)
        session.status.update(Health("error", str(error)))
        session.status.tell()
        return
    if session.completer is None:
        await _begin(session, backend, by_folder)
    else:
        session.completer.set_options(by_folder)
        await session.completer.set_backend(backend)
    session.backend = backend
    info = backend.info()
    session.status.backend_changed(f"{info.name} {info.model}".strip())
    session.failed.set()


def _tell(session: Session, sentence: str) -> None:
    """A switch to another backend or back: reported once, and the status line is updated."""
    session.status.tell_once(sentence, types.MessageType.Info)
    session.failed.set()


async def _begin(session: Session, backend: Backend, by_folder: ByFolder[Options]) -> None:
    from codestral_ls.completion.build_completer import build_completer

    def on_status(health: Health) -> None:
        """Show good health at once. A failure only puts it in doubt: one slow answer is not an outage."""
        if health.state == "ready":
            session.status.update(health)
        if health.state != "ready" or completer.is_refused:
            session.failed.set()

    completer = build_completer(backend, by_folder.elsewhere, session.folders)
    completer.set_options(by_folder)
    completer.on_status.append(on_status)
    completer.on_index_problem.append(session.status.about_index)
    session.completer = completer
    session.spawn(_watch(session), "watching the backend")
    await completer.start()
    for document in session.documents:
        if not is_lone_cell(document.uri):
            completer.document_opened(document.snapshot(0))
        if document.uri in session.diagnostics:
            completer.diagnosed(document.uri, session.diagnostics[document.uri])
    session.diagnostics.clear()


async def _watch(session: Session) -> None:
    """Check the backend's health until it is ready and after every failure, and tell the user what can be done."""
    while True:
        await session.failed.wait()
        while (completer := session.completer) is not None:
            try:
                health = await asyncio.wait_for(completer.status(), HEALTH_SECONDS)
            except TimeoutError:
                health = Health("offline", "The completion backend does not answer.")
            session.failed.clear()
            if health.state == "ready":
                break
            session.status.update(health)
            session.status.tell()
            pause = None if completer.is_refused else POLL_SECONDS[health.state]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(session.failed.wait(), pause)


async def _stop_writing(session: Session) -> None:
    completer, session.completer = session.completer, None
    session.backend = None
    if completer is not None:
        await completer.aclose()


def _import_parts() -> None:
    for name in PARTS:
        importlib.import_module(name)
