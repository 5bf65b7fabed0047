"""The assembled server: which function handles which method, and how a connection begins and ends.

This is the only routing table; the methods themselves are in their own files.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.lsp.server import LanguageServer

from codestral_ls import __version__
from codestral_ls.config.sections import ServerOptions
from codestral_ls.lsp import (
    after_reply,
    code_actions,
    completion,
    configuration,
    diagnostics,
    execute_command,
    inline_completion,
    inline_edit,
    lifecycle,
    text_sync,
    watched_files,
    work_done,
)
from codestral_ls.lsp.log import configure_log
from codestral_ls.lsp.protocol import Protocol, report
from codestral_ls.lsp.session import LoadOptions, Session
from codestral_ls.lsp.transport import READ_BYTES, StandardInput, StandardOutput, pump, take_standard_streams
from codestral_ls.system.core_dumps import forbid_core_dumps
from codestral_ls.system.signals import when_told_to_end

if TYPE_CHECKING:
    from codestral_ls.config.load import LoadedOptions

log = logging.getLogger(__name__)

METHODS: dict[str, Callable[[Session, Any], Any]] = {
    types.INITIALIZE: lifecycle.initialize,
    types.INITIALIZED: lifecycle.initialized,
    types.SHUTDOWN: lifecycle.shutdown,
    types.EXIT: lifecycle.exit_,
    types.TEXT_DOCUMENT_DID_OPEN: text_sync.did_open,
    types.TEXT_DOCUMENT_DID_CHANGE: text_sync.did_change,
    types.TEXT_DOCUMENT_DID_CLOSE: text_sync.did_close,
    types.TEXT_DOCUMENT_DID_SAVE: text_sync.did_save,
    types.TEXT_DOCUMENT_INLINE_COMPLETION: inline_completion.inline_completion,
    types.TEXT_DOCUMENT_COMPLETION: completion.completion,
    types.TEXT_DOCUMENT_CODE_ACTION: code_actions.code_action,
    types.CODE_ACTION_RESOLVE: code_actions.resolve,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: configuration.did_change_configuration,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: configuration.did_change_workspace_folders,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: watched_files.did_change_watched_files,
    types.WORKSPACE_EXECUTE_COMMAND: execute_command.execute_command,
    types.WINDOW_WORK_DONE_PROGRESS_CANCEL: work_done.cancel,
    after_reply.DID_SHOW: after_reply.did_show_completion,
    after_reply.DID_PARTIALLY_ACCEPT: after_reply.did_partially_accept_completion,
    after_reply.DID_FOCUS: after_reply.did_focus,
    inline_completion.ANNOUNCEMENT: inline_completion.will_ask,
    inline_edit.METHOD: inline_edit.inline_edit,
    inline_edit.DID_SHOW: inline_edit.did_show,
    diagnostics.DID_CHANGE_DIAGNOSTICS: diagnostics.did_change_diagnostics,
}
"""Which function handles which method. Requests may be coroutine functions, or return coroutines; notifications are plain
functions."""

CLOSE_SECONDS = 2.0
"""Seconds that the completer and the tasks may take to end."""
SWITCH_SECONDS = 0.001
"""How long, in seconds, a thread may keep the interpreter from the others.

With Python's 5 ms, the loop waits that long again and again while sources collect: the first key in a document waited 15 to 20 ms
at p95 and now waits 11 to 13 (benchmarks/index.py).
"""
LAST_RESORT_SECONDS = 6.0
"""Seconds after which a server that is ending exits at once, whatever its threads are still doing."""


def build_session(load_options: LoadOptions) -> Session:
    """A session with its server, all methods registered and nothing started."""
    server = LanguageServer(lifecycle.NAME, __version__, protocol_cls=Protocol, converter_factory=get_converter)
    session = Session(server, load_options)
    protocol = session.protocol
    inline_completion.register_types(protocol.types)
    protocol.params_types[inline_completion.METHOD] = inline_completion.Request
    protocol.params_types[inline_completion.ANNOUNCEMENT] = inline_completion.Announcement
    protocol.on_lost = partial(session.end, "the editor no longer reads")
    protocol.on_bad_notification = partial(_bad_notification, session)
    for method, handler in METHODS.items():
        server.feature(method)(partial(handler, session))
    return session


def serve(
    pipe: str = "",
    assignments: tuple[str, ...] = (),
    given: Mapping[str, object] | None = None,
    user_file: Path | None = None,
) -> int:
    """Serve one editor, on standard input and output or on ``pipe``, until it ends. Returns the exit code.

    ``assignments`` and ``given`` are the command line's settings. Raises: ConfigError (the socket cannot be used).
    """

    def load_options(workspace: Path | None, editor: Mapping[str, object] | None) -> LoadedOptions:
        from codestral_ls.config.load import load_options

        return load_options(workspace, editor, os.environ, assignments=assignments, given=given, user_file=user_file)

    forbid_core_dumps()
    os.umask(0o077)  # files written here are only the user's: an editor writes the project's files
    configure_log(ServerOptions())
    sys.setswitchinterval(SWITCH_SECONDS)
    return asyncio.run(_pipe(load_options, pipe) if pipe else _stdio(load_options))


async def _stdio(load_options: LoadOptions) -> int:
    if sys.stdin.isatty():
        log.info("waiting for an editor on standard input; an editor is meant to start this")
    source, sink = take_standard_streams()
    session = build_session(load_options)
    return await _run(session, StandardInput(source).read, StandardOutput(sink))


async def _pipe(load_options: LoadOptions, text: str) -> int:
    from codestral_ls.lsp.pipe import open_pipe, pipe_path

    reader, writer = await open_pipe(pipe_path(text))
    session = build_session(load_options)
    try:
        return await _run(session, partial(reader.read, READ_BYTES), writer, strict=True)
    finally:
        writer.close()


async def _run(session: Session, read: Callable[[], Awaitable[bytes]], writer: Any, strict: bool = False) -> int:
    """One connection from its first byte to its last. Returns 0 if the client asked to shut down before.

    ``strict`` ends the connection at the first bytes that are not a message, because somebody else may be speaking.
    """
    asyncio.get_running_loop().set_exception_handler(_report_stray)
    when_told_to_end(lambda number: session.end(f"signal {number.name}"))
    session.protocol.set_writer(writer)
    pumping = asyncio.create_task(pump(read, session.protocol, strict), name="reading")
    pumping.add_done_callback(partial(_stopped_reading, session))
    await session.ended.wait()
    code = 0 if session.protocol.was_shut_down else 1
    last_resort = threading.Timer(LAST_RESORT_SECONDS, os._exit, (code,))
    last_resort.daemon = True
    last_resort.start()
    log.info("ending: %s", session.reason)
    pumping.cancel()
    await session.protocol.cancel_open_requests(lifecycle.ANSWER_SECONDS)
    await session.aclose(CLOSE_SECONDS)
    return code


def _stopped_reading(session: Session, pumping: asyncio.Task[None]) -> None:
    if not pumping.cancelled() and (error := pumping.exception()) is not None:
        report("reading from the editor failed", error)
    session.end("the editor closed the connection")


def _bad_notification(session: Session, method: str, params: object) -> None:
    if method == types.TEXT_DOCUMENT_DID_CHANGE:
        text_sync.edit_was_not_understood(session, params)


def _report_stray(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log a failure that no task awaited, in one line."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        report(str(context.get("message", "a task failed")), error)
    else:
        log.warning("%s", context.get("message"))
