"""The commands ``codestral-ls.writeDocstring`` and ``codestral-ls.writeTests`` with the arguments ``[uri, position, version]``.

Runs in the background with a lower priority than completions, proves the edit, and sends it to the editor if the document has not
changed since. A failure is one message. ``generate/at_cursor/single.py`` writes the text. ``version`` may be null,
which means the current document.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.uris import from_fs_path

from codestral_ls.backends.base import Backend, Priority
from codestral_ls.errors import CodestralLsError, GenerateError
from codestral_ls.lsp.after_reply import position_in
from codestral_ls.lsp.convert import to_offset, to_position, to_range
from codestral_ls.lsp.keystroke import START_SECONDS
from codestral_ls.lsp.session import Session
from codestral_ls.lsp.status import TITLE
from codestral_ls.lsp.work_done import WorkDone
from codestral_ls.lsp.workspace_edit import FileEdit, workspace_edit

if TYPE_CHECKING:
    from codestral_ls.documents.document import Document
    from codestral_ls.documents.snapshot import Snapshot
    from codestral_ls.generate.at_cursor.single import NewText

log = logging.getLogger(__name__)

WRITE_DOCSTRING = "codestral-ls.writeDocstring"
WRITE_TESTS = "codestral-ls.writeTests"
COMMANDS = (WRITE_DOCSTRING, WRITE_TESTS)

TITLES = {WRITE_DOCSTRING: "Write docstring", WRITE_TESTS: "Write tests"}
APPLY_SECONDS = 600.0
"""Seconds to wait for the editor to make an edit: a person may be looking at it."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class WritingTask:
    """What should be written: ``snapshot`` is ``document`` as it was, with the cursor in a definition; ``root`` is its workspace
    folder.
    """

    command: str
    document: Document
    snapshot: Snapshot
    root: Path | None
    backend: Backend


def write(session: Session, params: types.ExecuteCommandParams) -> Coroutine[Any, Any, None] | None:
    """Run a command; the returned coroutine does the work. Raises: JsonRpcInvalidParams (other arguments)."""
    if session.backend is None and not session.status.settled.is_set():
        return _write_once_started(session, params)
    return _begin(session, params)


def _begin(session: Session, params: types.ExecuteCommandParams) -> Coroutine[Any, Any, None] | None:
    try:
        if not session.client.edits.applies:
            raise GenerateError("This editor does not let a language server change files, so nothing can be written.")
        order = order_of(session, params.command, params.arguments or ())
    except CodestralLsError as error:
        _show(session, types.MessageType.Warning, str(error))
        return None
    return _write(session, order, params.work_done_token)


def order_of(session: Session, command: str, arguments: Sequence[Any]) -> WritingTask:
    """The task that a command's arguments describe, with the document as it is now.

    Raises: JsonRpcInvalidParams (they are malformed), GenerateError (it cannot be written, with a sentence for the user).
    """
    uri, position, version = arguments if len(arguments) == 3 else (None, None, None)
    place = position if isinstance(position, types.Position) else position_in(position)
    if not isinstance(uri, str) or place is None or not (version is None or isinstance(version, int)):
        raise JsonRpcInvalidParams(f"{command} wants [uri, position, version].")
    document = session.documents.find(uri)
    if document is None:
        raise GenerateError(f"Nothing can be written in {_name(uri)}: {session.documents.why_not(uri)}.")
    if version is not None and version != document.version:
        raise _moved_on(uri)
    if session.backend is None:
        raise GenerateError(session.status.health.message or "Codestral is still starting. Try again in a moment.")
    snapshot = document.snapshot(to_offset(document, place, session.client.encoding))
    return WritingTask(command, document, snapshot, root_of(session, snapshot.path), session.backend)


async def written(session: Session, order: WritingTask, tell: Tell) -> FileEdit:
    """The proved edit. ``tell`` is called with each step. Raises: CodestralLsError with a sentence for the user."""
    await asyncio.to_thread(importlib.import_module, "codestral_ls.generate.at_cursor.single")
    if withheld := await asyncio.to_thread(why_withheld, order.snapshot, session.options.privacy.ignore, order.backend):
        raise GenerateError(f"Nothing of this file is sent: {withheld}.")
    edit = await (_docstring if order.command == WRITE_DOCSTRING else _tests)(session, order, tell)
    _assert_is_current(session, order.document, order.snapshot.text)
    return edit


def root_of(session: Session, path: Path | None) -> Path | None:
    """The innermost workspace folder that holds the file."""
    holding = [folder for folder in session.folders if path is not None and path.is_relative_to(folder)]
    return max(holding, key=lambda folder: len(folder.parts), default=None)


def why_withheld(snapshot: Snapshot, ignore: tuple[str, ...], backend: Backend | None) -> str:
    """Why ``backend`` may not see the document, by the rules for completion; empty if it may.

    Reads ignore files. A model on this machine may see a file that only git ignores; an unknown backend (None) counts as remote.
    """
    from codestral_ls.documents import addresses
    from codestral_ls.documents.privacy import file_rules

    leaves = backend is None or backend.info().remote
    return addresses.why_withheld(file_rules(ignore), snapshot.uri, leaves=leaves)


async def _write_once_started(session: Session, params: types.ExecuteCommandParams) -> None:
    """Do it once the start is over; after a moment the user learns that the server is still starting."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(session.status.settled.wait(), START_SECONDS)
    work = _begin(session, params)
    if work is not None:
        await work


async def _write(session: Session, order: WritingTask, token: types.ProgressToken | None) -> None:
    bar = WorkDone(session, TITLES[order.command], token)
    try:
        edit = await bar.run(written(session, order, bar.report))
        if edit is not None and await _applied(session, edit) and order.command == WRITE_TESTS:
            _show(session, types.MessageType.Info, f"{edit.label} in {_name(edit.uri)}. They have not been run yet.")
    except CodestralLsError as error:
        log.info("%s: %s", TITLES[order.command], error)
        _show(session, types.MessageType.Warning, str(error))


async def _docstring(session: Session, order: WritingTask, tell: Tell) -> FileEdit:
    from codestral_ls.generate.at_cursor.single import write_docstring

    options = session.options.generate
    edit = await write_docstring(
        order.snapshot,
        order.backend,
        options,
        tell,
        timeout=options.timeout_seconds,
        priority=Priority.BATCH,
        root=order.root,
    )
    document = order.document
    _assert_is_current(session, document, order.snapshot.text)
    place = to_range(document, edit.start, edit.end, session.client.encoding)
    return FileEdit(document.uri, document.version, place, edit.text, TITLES[order.command])


async def _tests(session: Session, order: WritingTask, tell: Tell) -> FileEdit:
    from codestral_ls.generate.at_cursor.single import write_tests

    if order.root is None:
        raise GenerateError("Tests are written only for files in a workspace folder; open the project's folder.")
    options = session.options.generate
    new = await write_tests(
        order.snapshot, order.backend, options, order.root, tell,
        timeout=options.timeout_seconds, priority=Priority.BATCH,
        open_texts={document.path: document.text for document in session.documents if document.path is not None},
    )  # fmt: skip
    return _at_end(session, new)


def _at_end(session: Session, new: NewText) -> FileEdit:
    """Add the new tests at the end of their file, whether an editor has it open or not."""
    from codestral_ls.documents.document import Document

    target = next((document for document in session.documents if document.path == new.path), None)
    if target is not None:
        _assert_is_current(session, target, new.existing)
    uri = target.uri if target is not None else from_fs_path(str(new.path)) or new.path.as_uri()
    end = to_position(target or Document(uri, new.existing), len(new.existing), session.client.encoding)
    label = f"{len(new.tests)} new test{'s' if len(new.tests) != 1 else ''}"
    version = target.version if target is not None else None
    return FileEdit(uri, version, types.Range(end, end), new.text, label, is_new=new.is_new and target is None)


def _assert_is_current(session: Session, document: Document, text: str) -> None:
    """Raises: GenerateError if the document was closed or its text is no longer ``text``."""
    if session.documents.find(document.uri) is not document or document.text != text:
        raise _moved_on(document.uri)


async def _applied(session: Session, edit: FileEdit) -> bool:
    """Let the editor make the edit; False if the user refused it. Raises: GenerateError with the editor's reason."""
    changes = workspace_edit(edit, session.client.edits, confirm=True)
    asking = session.server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(changes, edit.label))
    try:
        answer: object = await asyncio.wait_for(asking, APPLY_SECONDS)
    except TimeoutError:
        log.info("the editor did not say in %.0f seconds whether it made the edit", APPLY_SECONDS)
        return False
    except JsonRpcException as error:
        raise GenerateError(f"The editor did not make the edit: {error.message}") from error
    if isinstance(answer, Mapping) and answer.get("applied") is True:
        return True
    reason = answer.get("failureReason") if isinstance(answer, Mapping) else None
    if reason or not session.client.edits.confirms:
        raise GenerateError(f"The editor did not make the edit{f': {reason}' if reason else ''}.")
    return False


def _moved_on(uri: str) -> GenerateError:
    return GenerateError(f"{_name(uri)} has changed meanwhile, so nothing was written. Try again.")


def _name(uri: str) -> str:
    return uri.rsplit("/", 1)[-1]


def _show(session: Session, kind: types.MessageType, message: str) -> None:
    session.server.window_show_message(types.ShowMessageParams(kind, f"{TITLE}: {message}"))
