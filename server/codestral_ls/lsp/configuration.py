"""Where the session's options come from, and what happens when they change: nothing has to be restarted.

Editors either push settings (``workspace/didChangeConfiguration`` with a value) or let the server pull them
(``workspace/configuration``). ``config/load.py`` reads and checks them; this module decides when, and applies the result.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

from lsprotocol import types

from codestral_ls.config.sections import Options
from codestral_ls.documents.addresses import file_of
from codestral_ls.lsp.client import SECTION
from codestral_ls.lsp.completer_setup import let_write
from codestral_ls.lsp.log import configure_log
from codestral_ls.lsp.registering import register
from codestral_ls.lsp.session import Session

log = logging.getLogger(__name__)

PULL_SECONDS = 2.0
"""Seconds to wait for the editor's settings; after that the known ones are used."""

EDITOR_ROOTS = (SECTION, "codestral_ls", "codestralLs")


async def reconfigure(session: Session) -> None:
    """Ask for the editor's settings if it supports that, read the options and apply them. One run at a time."""
    async with session.configuring:
        if session.client.pulls_configuration and (pulled := await _pull(session)) is not None:
            session.settings = pulled
        root = session.folders[0] if session.folders and session.client.trusts_project else None
        loaded = await asyncio.to_thread(session.load_options, root, session.settings)
        session.status.tell_each_once(loaded.problems)
        await _take(session, loaded.options)


async def register_for_changes(session: Session) -> None:
    """Ask the editor to report changes of our settings, if it supports such requests."""
    if not session.client.registers_configuration:
        return
    options = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
    method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
    await register(session, "configuration", method, options, "the editor does not report changed settings")


def did_change_configuration(session: Session, params: types.DidChangeConfigurationParams) -> None:
    """Take pushed settings, and read everything again: user files may have changed too."""
    pushed = params.settings
    if isinstance(pushed, Mapping):
        for root in EDITOR_ROOTS:
            if isinstance(pushed.get(root), Mapping):
                session.settings = pushed[root]
                break
        else:
            if not session.client.pulls_configuration and pushed:
                session.settings = pushed
    session.spawn(reconfigure(session), "reading the configuration")


def did_change_workspace_folders(session: Session, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Follow the workspace's folders: only the first folder's project file counts."""
    first = session.folders[:1]
    for gone in params.event.removed:
        if (path := file_of(gone.uri)) in session.folders:
            session.folders.remove(path)
    added = [path for folder in params.event.added if (path := file_of(folder.uri)) is not None]
    session.folders.extend(path for path in added if path not in session.folders)
    if session.folders[:1] != first:
        session.spawn(reconfigure(session), "reading the configuration")


async def _pull(session: Session) -> Mapping[str, object] | None:
    """The editor's settings for us; None if it has none or does not answer in time."""
    params = types.ConfigurationParams(items=(types.ConfigurationItem(section=SECTION),))
    try:
        answer = await asyncio.wait_for(session.server.workspace_configuration_async(params), PULL_SECONDS)
    except Exception as error:
        log.info("the editor's settings could not be asked for: %s", error or "no answer")
        return None
    first = answer[0] if isinstance(answer, list) and answer else None
    return first if isinstance(first, Mapping) else None


async def _take(session: Session, options: Options) -> None:
    """Apply ``options``. The completer's backend is replaced only if it is a different one now."""
    before, session.options = session.options, options
    configure_log(options.server)
    session.documents.max_file_bytes = options.completion.max_file_bytes
    session.documents.max_tree_bytes = options.completion.max_tree_bytes
    if session.completer is None or _backend_part(before) != _backend_part(options):
        await let_write(session, options)
    else:
        session.completer.set_options(options)


def _backend_part(options: Options) -> Options:
    """The options with everything a running completer can take over set to the default."""
    default = Options()
    return replace(options, completion=default.completion, context=default.context, server=default.server)
