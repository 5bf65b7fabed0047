"""``workspace/didChangeWatchedFiles``: files that changed outside of the editor's documents, for the workspace's index.

The editor is asked to watch source files and ignore files, if it supports that. Events are collected for a moment, because a
branch switch sends thousands of them in many messages. Reads no file.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from lsprotocol import types

from codestral_ls.documents.addresses import file_of
from codestral_ls.lsp.registering import register
from codestral_ls.lsp.session import Session

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.05
"""In seconds. Events within this time are handled together."""
MOST_KEPT = 1_000
"""With more files than this the names do not matter: everything is looked at."""


async def register_for_files(session: Session) -> None:
    """Ask the editor to report changed files, if it supports that and there is an index."""
    if not session.client.registers_watching or not any(options.context.index for options in session.by_folder):
        return
    watchers = tuple(types.FileSystemWatcher(glob_pattern=pattern) for pattern in patterns())
    watchers += (types.FileSystemWatcher(glob_pattern="**/*", kind=types.WatchKind.Delete),)  # folders have no suffix
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
    await register(session, "files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options, "the editor does not report changed files")


def patterns() -> tuple[str, ...]:
    """Globs of the files that an index may hold, and of the ignore files that decide that."""
    from codestral_ls.context.index.indexed_files import IGNORE_FILES, is_source
    from codestral_ls.documents.languages import all_languages

    suffixes = sorted({suffix for language in all_languages() for suffix in language.suffixes if is_source(f"a{suffix}")})
    return f"**/*{{{','.join(suffixes)}}}", f"**/{{{','.join(IGNORE_FILES)}}}"


def did_change_watched_files(session: Session, params: types.DidChangeWatchedFilesParams) -> None:
    """Collect the changes; the index gets them in a moment."""
    waiting = session.changed_files
    for change in params.changes:
        if len(waiting) > MOST_KEPT:
            return
        path = file_of(change.uri)
        if path is not None and _concerns(path, change.type):
            if not waiting:
                asyncio.get_running_loop().call_later(SETTLE_SECONDS, _tell, session)
            waiting[path] = None


def _concerns(path: Path, kind: types.FileChangeType) -> bool:
    """True if an index may contain it: source, an ignore file, or a deleted folder, which usually has no suffix."""
    from codestral_ls.context.index.indexed_files import IGNORE_FILES, is_source

    is_folder = kind == types.FileChangeType.Deleted and not path.suffix
    return is_folder or path.name in IGNORE_FILES or is_source(path.name)


def _tell(session: Session) -> None:
    paths = list(session.changed_files)
    session.changed_files.clear()
    if session.completer is not None:  # the names that were left out may be in another workspace folder than those that were kept
        session.completer.files_changed(paths if len(paths) <= MOST_KEPT else ())
