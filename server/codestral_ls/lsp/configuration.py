"""Where the session's options come from, and what happens when they change: nothing has to be restarted.

Editors either push settings (``workspace/didChangeConfiguration`` with a value) or let the server pull them
(``workspace/configuration``). ``config/load.py`` reads and checks them; this module decides when, and applies the result.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lsprotocol import types

from codestral_ls.config.by_folder import ByFolder, options_by_folder
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
        session.configuring_again = False  # what changes from here on is for the next run
        if session.client.pulls_configuration and (pulled := await _pull(session)) is not None:
            session.settings = pulled
        folders = tuple(session.folders) if session.client.trusts_project else ()
        by_folder, problems = await asyncio.to_thread(_read, session, folders)
        session.status.tell_each_once(problems)
        await _take(session, by_folder)


def reconfigure_soon(session: Session) -> None:
    """Start ``reconfigure`` unless a run already waits for its turn: it will read everything that is new by then."""
    if not session.configuring_again:
        session.configuring_again = True
        session.spawn(reconfigure(session), "reading the configuration")


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
    reconfigure_soon(session)


def did_change_workspace_folders(session: Session, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Follow the workspace's folders and their project files."""
    before = list(session.folders)
    for gone in params.event.removed:
        if (path := file_of(gone.uri)) in session.folders:
            session.folders.remove(path)
    added = [path for folder in params.event.added if (path := file_of(folder.uri)) is not None]
    session.folders.extend(path for path in added if path not in session.folders)
    if session.folders != before:
        reconfigure_soon(session)


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


def _read(session: Session, folders: Sequence[Path]) -> tuple[ByFolder[Options], Sequence[str]]:
    """The options for each folder, and the problems in all of them. Reads files."""
    if not folders:
        loaded = session.load_options(None, session.settings)
        return ByFolder(loaded.options), loaded.problems
    each = [(folder, session.load_options(folder, session.settings)) for folder in folders]
    problems = [problem for _, loaded in each for problem in loaded.problems]
    return options_by_folder([(folder, loaded.options) for folder, loaded in each]), tuple(dict.fromkeys(problems))


async def _take(session: Session, by_folder: ByFolder[Options]) -> None:
    """Apply new options. The completer's backend is replaced only if it is different now."""
    before, options = session.options, by_folder.elsewhere
    session.by_folder = by_folder
    configure_log(options.server)
    session.documents.max_file_bytes = options.completion.max_file_bytes
    session.documents.max_tree_bytes = options.completion.max_tree_bytes
    if session.completer is None or _backend_part(before) != _backend_part(options):
        await let_write(session, by_folder)
    else:
        session.completer.set_options(by_folder)


def _backend_part(options: Options) -> Options:
    """The options with everything that a running completer can take over reset to the default."""
    default = Options()
    return replace(options, completion=default.completion, context=default.context, server=default.server)
