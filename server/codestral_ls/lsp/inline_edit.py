"""``textDocument/copilotInlineEdit``: the next edit, as clients of the Copilot language server ask for it.

The answer is ``{edits: [{text, range, textDocument: {uri, version}, command}]}`` with one edit or none; its command is
run when it is accepted. ``textDocument/didShowInlineEdit`` says that it is on the screen, and our own command that the user
does not want it. A client asks when the user rests and no completion is on the screen. No model is asked, and nothing
leaves the process. What is typed into a file that looks like credentials is proposed nowhere.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from codestral_ls.documents.addresses import names_credentials
from codestral_ls.lsp.after_reply import position_in
from codestral_ls.lsp.convert import to_offset, to_range
from codestral_ls.lsp.session import Session
from codestral_ls.timing import monotonic

log = logging.getLogger(__name__)

METHOD = "textDocument/copilotInlineEdit"
DID_SHOW = "textDocument/didShowInlineEdit"
ACCEPTED = "codestral-ls.acceptedEdit"
REFUSED = "codestral-ls.refusedEdit"

NOTHING: dict[str, Any] = {"edits": []}


def inline_edit(session: Session, params: object) -> dict[str, Any]:
    """Answer with the next edit, in this document or another open one. Raises: JsonRpcInvalidParams."""
    identifier, position = _field(params, "textDocument"), position_in(_field(params, "position"))
    uri = _field(identifier, "uri")
    if not isinstance(uri, str) or position is None:
        raise JsonRpcInvalidParams(f"{METHOD} wants {{textDocument: {{uri, version}}, position}}.")
    document = session.documents.find(uri)
    version = _field(identifier, "version")
    if not session.options.edits.enabled or document is None or (isinstance(version, int) and version != document.version):
        return NOTHING
    if names_credentials(uri):
        return NOTHING
    began = monotonic()
    others = [other.snapshot(0) for other in session.documents if other.uri != uri and not names_credentials(other.uri)]
    at_hand = document.snapshot(to_offset(document, position, session.client.encoding))
    found = session.next_edits.next(at_hand, others[::-1], session.options.edits.show)
    log.info("next edit of %s: %s, %.1f ms", uri.rsplit("/", 1)[-1], found[0] if found else "none", (monotonic() - began) * 1000)
    if found is None:
        return NOTHING
    name, proposal = found
    target = session.documents.find(proposal.uri)
    if target is None:
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


def did_show(_session: Session, _params: object) -> None:
    """``{item}``: the edit is on the screen now. Nothing follows from it here."""


def accepted(session: Session, params: types.ExecuteCommandParams) -> None:
    """The command of an edit: it was made. Raises: JsonRpcInvalidParams."""
    session.next_edits.accept(_id(params, ACCEPTED))


def refused(session: Session, params: types.ExecuteCommandParams) -> None:
    """The user does not want an edit; it is not proposed again. Raises: JsonRpcInvalidParams."""
    session.next_edits.refuse(_id(params, REFUSED))


def _id(params: types.ExecuteCommandParams, command: str) -> str:
    arguments = params.arguments or ()
    if len(arguments) != 1 or not isinstance(arguments[0], str):
        raise JsonRpcInvalidParams(f"{command} wants the id of the edit.")
    return arguments[0]


def _field(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, Mapping) else None
