"""``textDocument/copilotInlineEdit``: the next edit, as clients of the Copilot language server ask for it.

The answer is ``{edits: [{text, range, textDocument: {uri, version}, command}]}`` with one edit or none; its command is run when it
is accepted. ``textDocument/didShowInlineEdit`` reports that it is on screen, and our own command that the user refuses it. A client
asks when the user pauses and no completion is on screen. A model is asked only where the search finds nothing and the option
``edits.model`` has a format for it; otherwise nothing leaves the process.

The search runs in a thread of its own and ends when its time is over, when the document changes or when the client no longer
waits. If the document of the edit has changed meanwhile, the answer is empty.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from codestral_ls.documents.cells import has_cells_before
from codestral_ls.errors import BackendError
from codestral_ls.lsp.after_reply import position_in
from codestral_ls.lsp.convert import to_offset, to_range
from codestral_ls.lsp.session import Session
from codestral_ls.timing import monotonic

if TYPE_CHECKING:
    from codestral_ls.backends.base import Backend
    from codestral_ls.documents.document import Document
    from codestral_ls.documents.snapshot import Snapshot
    from codestral_ls.edits.proposing import Proposal

log = logging.getLogger(__name__)

METHOD = "textDocument/copilotInlineEdit"
DID_SHOW = "textDocument/didShowInlineEdit"
ACCEPTED = "codestral-ls.acceptedEdit"
REFUSED = "codestral-ls.refusedEdit"

NOTHING: dict[str, Any] = {"edits": []}
SECONDS = 0.1
"""Processor time of a search, in seconds. The usual search takes a few milliseconds; in long files of many similar lines more time
finds nothing better."""
LONGEST_SECONDS = 1.0
"""Seconds after which the answer is no longer useful, whatever delayed it."""


def inline_edit(session: Session, params: object) -> dict[str, Any] | Coroutine[Any, Any, dict[str, Any]]:
    """Answer with the next edit, in this document or another open one. Raises: JsonRpcInvalidParams.

    Runs up to the snapshots without an ``await``, so that it sees the documents as they were when the request arrived.
    """
    identifier, position = _field(params, "textDocument"), position_in(_field(params, "position"))
    uri = _field(identifier, "uri")
    if not isinstance(uri, str) or position is None:
        raise JsonRpcInvalidParams(f"{METHOD} wants {{textDocument: {{uri, version}}, position}}.")
    document = session.documents.find(uri)
    version = _field(identifier, "version")
    if document is None or (isinstance(version, int) and version != document.version) or not _is_on(session, document):
        return NOTHING
    at_hand = document.snapshot(to_offset(document, position, session.client.encoding))
    candidates = [other for other in session.documents if other.uri != uri and not has_cells_before(other.uri)]
    others = [other.snapshot(0) for other in candidates if _is_on(session, other)]
    session.next_edits.withhold(session.options.privacy.ignore)
    return _answer(session, at_hand, others[::-1])


def _is_on(session: Session, document: Document) -> bool:
    return session.by_folder.at(document.path).edits.enabled


async def _answer(session: Session, at_hand: Snapshot, others: list[Snapshot]) -> dict[str, Any]:
    began = monotonic()
    found, outcome = None, "moved on"
    try:
        found = await _search(session, at_hand, others)
        outcome = found[0] if found is not None else "none"
    except TimeoutError:
        pass
    finally:
        log.info("next edit of %s: %s, %.1f ms", at_hand.uri.rsplit("/", 1)[-1], outcome, (monotonic() - began) * 1000)
    if found is None:
        return NOTHING
    name, proposal = found
    seen = next(snapshot for snapshot in (at_hand, *others) if snapshot.uri == proposal.uri)
    target = session.documents.find(proposal.uri)
    if target is None or target.version != seen.version or target.text != seen.text:
        return NOTHING
    place = to_range(target, proposal.start, proposal.end, session.client.encoding)
    edit = {
        "text": proposal.text,
        "range": {
            "start": {"line": place.start.line, "character": place.start.character},
            "end": {"line": place.end.line, "character": place.end.character},
        },
        "textDocument": {"uri": proposal.uri, "version": target.version},
        "command": {"title": "Edit accepted", "command": ACCEPTED, "arguments": [name]},
    }
    return {"edits": [edit]}


async def _search(session: Session, at_hand: Snapshot, others: list[Snapshot]) -> tuple[str, Proposal] | None:
    """The edit found. Raises: TimeoutError (the current document has changed meanwhile, or it took too long)."""
    from codestral_ls.edits.rewriting import SECONDS as MODEL_SECONDS
    from codestral_ls.edits.time_limit import TimeLimit

    limit = TimeLimit(SECONDS)
    next_edit, show = session.next_edits.next, session.by_folder.at(at_hand.path).edits.show
    try:
        with session.open_requests.until_changed(at_hand.uri) as until_changed:
            async with until_changed:
                loop = asyncio.get_running_loop()
                until_changed.reschedule(loop.time() + LONGEST_SECONDS)
                found = await loop.run_in_executor(session.proposing, next_edit, at_hand, others, show, limit.is_over)
                backend = session.backend
                if found is not None or backend is None or show == "quiet":
                    return found
                until_changed.reschedule(loop.time() + LONGEST_SECONDS + MODEL_SECONDS)
                return await _rewritten(session, backend, at_hand)
    finally:
        limit.end()


async def _rewritten(session: Session, backend: Backend, at_hand: Snapshot) -> tuple[str, Proposal] | None:
    """The next edit from the model, if the options want it; if the request ends, so does the generation."""
    from codestral_ls.edits.rewriting import answer_to, format_for

    info, loop, edits = backend.info(), asyncio.get_running_loop(), session.next_edits
    form = format_for(session.options.edits.model, info)
    if form is None:
        return None
    rewriting = await loop.run_in_executor(session.proposing, edits.to_rewrite, at_hand, form, info)
    if rewriting is None:
        return None
    try:
        answer = await answer_to(backend, rewriting)
    except BackendError as error:
        log.info("no next edit from the model: %s", error)
        return None
    return None if answer is None else await loop.run_in_executor(session.proposing, edits.rewritten, rewriting, answer)


def did_show(_session: Session, _params: object) -> None:
    """``{item}``: the edit is now on screen. Nothing needs this report."""


def accepted(session: Session, params: types.ExecuteCommandParams) -> None:
    """The command of an edit: the edit was made. Raises: JsonRpcInvalidParams."""
    session.next_edits.accept(_id(params, ACCEPTED))


def refused(session: Session, params: types.ExecuteCommandParams) -> None:
    """The user refuses an edit; it is not proposed again. Raises: JsonRpcInvalidParams."""
    session.next_edits.refuse(_id(params, REFUSED))


def _id(params: types.ExecuteCommandParams, command: str) -> str:
    arguments = params.arguments or ()
    if len(arguments) != 1 or not isinstance(arguments[0], str):
        raise JsonRpcInvalidParams(f"{command} wants the id of the edit.")
    return arguments[0]


def _field(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, Mapping) else None
