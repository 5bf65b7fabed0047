"""``initialize``, ``initialized``, ``shutdown``, ``exit``: how a session begins and ends.

The reply to ``initialize`` is fast: slow work is begun by ``initialized``.
"""

from __future__ import annotations

import gc
import logging

from lsprotocol import types

from codestral_ls import __version__
from codestral_ls.config.paths import state_dir
from codestral_ls.documents import parser_watch
from codestral_ls.lsp.capabilities import capabilities_for
from codestral_ls.lsp.client import client_of
from codestral_ls.lsp.configuration import reconfigure, register_for_changes
from codestral_ls.lsp.editor_process import wait_for_end
from codestral_ls.lsp.execute_command import register_commands
from codestral_ls.lsp.open_documents import OpenDocuments
from codestral_ls.lsp.session import Session
from codestral_ls.lsp.status import LOADING
from codestral_ls.lsp.watched_files import register_for_files

log = logging.getLogger(__name__)

NAME = "codestral-ls"
ANSWER_SECONDS = 1.0
"""Seconds that a cancelled request may take to answer while the server shuts down."""


def initialize(session: Session, params: types.InitializeParams) -> types.InitializeResult:
    """Remember the client and answer with this server's capabilities."""
    session.client = client = client_of(params)
    session.settings = client.settings
    session.folders = list(client.folders)
    session.status.shows_progress = client.shows_progress
    session.status.shows_problems = client.shows_problems
    session.documents = OpenDocuments(client.encoding)
    if client.process_id is not None:
        session.spawn(_watch(session, client.process_id), "watching the editor")
    log.info("version %s for %s, positions in %s", __version__, client.name or "an unnamed client", client.encoding)
    return types.InitializeResult(capabilities_for(client), types.ServerInfo(NAME, __version__))


def initialized(session: Session, _params: types.InitializedParams) -> None:
    """The client is ready for requests and notifications: begin to load."""
    session.spawn(_start(session), "starting")


async def shutdown(session: Session, _params: None = None) -> None:
    """Answer all open requests, then this one."""
    session.protocol.begin_shutdown()
    await session.protocol.cancel_open_requests(ANSWER_SECONDS)


def exit_(session: Session, _params: object) -> None:
    """End the process."""
    session.end("the editor said exit")


async def _start(session: Session) -> None:
    session.status.update(LOADING)
    parser_watch.watch(state_dir() / "parsers")
    await reconfigure(session)
    await register_for_changes(session)
    await register_commands(session)
    await register_for_files(session)
    gc.collect()
    gc.freeze()  # a full collection over LSP's 2,000 type objects would delay a keystroke


async def _watch(session: Session, process_id: int) -> None:
    if await wait_for_end(process_id):
        session.end("the editor's process has ended")
