"""``textDocument/codeAction``: offers to write documentation or tests for the definition at the cursor.

An offer is a command (``write_definition.py``); nothing is written before somebody runs it. Editors ask on every move of the
cursor, so an offer takes only one look at the lines near it, in a thread. ``codeAction/resolve`` is for a client that asks for
the edit itself, to show it in its own way. It is not announced, so that other editors run the command, with its progress bar.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from codestral_ls.lsp.convert import to_offset
from codestral_ls.lsp.keystroke import START_SECONDS
from codestral_ls.lsp.session import Session
from codestral_ls.lsp.workspace_edit import workspace_edit
from codestral_ls.lsp.write_definition import (
    COMMANDS,
    WRITE_DOCSTRING,
    WRITE_TESTS,
    order_of,
    root_of,
    why_withheld,
    written,
)

if TYPE_CHECKING:
    from codestral_ls.backends.base import Backend
    from codestral_ls.documents.snapshot import Snapshot

KIND = types.CodeActionKind.RefactorRewrite


async def code_action(session: Session, params: types.CodeActionParams) -> Sequence[types.CodeAction] | Sequence[types.Command]:
    """What can be written at the beginning of the range; nothing for files without a syntax tree."""
    document = session.documents.find(params.text_document.uri)
    if document is None or not session.client.edits.applies or not _is_wanted(params.context.only):
        return []
    snapshot = document.snapshot(to_offset(document, params.range.start, session.client.encoding))
    root = root_of(session, snapshot.path)
    offered = await asyncio.to_thread(_offered, snapshot, root, session.options.privacy.ignore, session.backend)
    arguments = (snapshot.uri, params.range.start, snapshot.version)
    commands = [types.Command(title, command, arguments=arguments) for command, title in offered]
    if not session.client.knows_actions:
        return commands
    tags = (types.CodeActionTag.LlmGenerated,) if session.client.marks_generated else None
    return [types.CodeAction(command.title, KIND, command=command, tags=tags) for command in commands]


async def resolve(session: Session, action: types.CodeAction) -> types.CodeAction:
    """The action with its edit in place of its command. Raises: CodestralLsError with a sentence for the user."""
    command = action.command
    if command is None or command.command not in COMMANDS:
        return action
    if session.backend is None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(session.status.settled.wait(), START_SECONDS)
    order = order_of(session, command.command, command.arguments or ())
    edit = await written(session, order, lambda _message: None)
    action.command, action.edit = None, workspace_edit(edit, session.client.edits, confirm=False)
    return action


def _is_wanted(only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """True if our kind is one of those that the client asks for, or below one of them."""
    kinds = None if only is None else [str(getattr(kind, "value", kind)) for kind in only]
    return kinds is None or any(kind == "" or f"{KIND.value}.".startswith(f"{kind}.") for kind in kinds)


def _offered(snapshot: Snapshot, root: Path | None, ignore: tuple[str, ...], backend: Backend | None) -> list[tuple[str, str]]:
    """(command, title) of what can be written. Runs in a thread; the modules are imported with the first question."""
    from codestral_ls.generate.at_cursor.offer import offer

    found = offer(snapshot)
    if (found.docstring is None and found.tests is None) or why_withheld(snapshot, ignore, backend):
        return []
    offered = []
    if found.docstring is not None:
        offered.append((WRITE_DOCSTRING, "Rewrite docstring" if found.documented else "Write docstring"))
    if found.tests is not None and root is not None and snapshot.path is not None and not _holds_tests(snapshot.path, root):
        offered.append((WRITE_TESTS, "Write tests"))
    return offered


def _holds_tests(path: Path, root: Path) -> bool:
    from codestral_ls.generate.test_files import is_test_file

    return is_test_file(path, root)
