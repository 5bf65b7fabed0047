"""What an editor reports about completions after it received them: shown, accepted, partly accepted; and where the cursor is.

The messages are those that clients of the Copilot language server send. They are notifications or a command, and an unknown item
is not an error: the client is simply late. The completer does the counting.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from codestral_ls.lsp.convert import characters, to_offset
from codestral_ls.lsp.session import Session

log = logging.getLogger(__name__)

ACCEPTED = "codestral-ls.accepted"
DID_SHOW = "textDocument/didShowCompletion"
DID_PARTIALLY_ACCEPT = "textDocument/didPartiallyAcceptCompletion"
DID_FOCUS = "textDocument/didFocus"


def accepted_command(item_id: str) -> types.Command:
    """The command that an editor runs when the user accepts an item."""
    return types.Command(title="Completion accepted", command=ACCEPTED, arguments=(item_id,))


def accepted(session: Session, params: types.ExecuteCommandParams) -> None:
    """The command of an item: the whole item was accepted. Raises: JsonRpcInvalidParams (other arguments)."""
    arguments = params.arguments or ()
    if len(arguments) != 1 or not isinstance(arguments[0], str):
        raise JsonRpcInvalidParams(f"{ACCEPTED} wants the id of the accepted item.")
    if session.completer is not None:
        session.completer.item_accepted(arguments[0])


def did_show_completion(session: Session, params: object) -> None:
    """``{item}``: the item is now on screen."""
    item_id = _item_id(params)
    if item_id is not None and session.completer is not None:
        session.completer.item_shown(item_id)


def did_partially_accept_completion(session: Session, params: object) -> None:
    """``{item, acceptedLength}``: so many UTF-16 units of the item's text, counted from its start, are accepted so far."""
    item_id = _item_id(params)
    if item_id is None or session.completer is None or not isinstance(params, Mapping):
        return
    text, length = params["item"].get("insertText"), params.get("acceptedLength")
    if not isinstance(text, str) or not isinstance(length, int) or length < 0:
        log.debug("a partial acceptance without text or length was ignored")
        return
    session.completer.item_partially_accepted(item_id, characters(text, length, "utf-16"))


def did_focus(session: Session, params: object) -> None:
    """``{textDocument: {uri}, position?}``: the user looks at a document; if there is a position, the cursor has stopped there."""
    document_id = params.get("textDocument") if isinstance(params, Mapping) else None
    uri = document_id.get("uri") if isinstance(document_id, Mapping) else None
    document = session.documents.find(uri) if isinstance(uri, str) else None
    position = position_in(params.get("position")) if isinstance(params, Mapping) else None
    if document is None or position is None or session.completer is None:
        return
    session.completer.cursor_moved(document.snapshot(to_offset(document, position, session.client.encoding)))


def _item_id(params: object) -> str | None:
    """The id in the item's accept command, if these are params with one of our items."""
    item = params.get("item") if isinstance(params, Mapping) else None
    command = item.get("command") if isinstance(item, Mapping) else None
    arguments = command.get("arguments") if isinstance(command, Mapping) else None
    if isinstance(arguments, list) and arguments and isinstance(arguments[0], str):
        return arguments[0]
    return None


def position_in(raw: object) -> types.Position | None:
    """The position in a plain JSON value; None if it is not a position."""
    if not isinstance(raw, Mapping):
        return None
    line, character = raw.get("line"), raw.get("character")
    if not isinstance(line, int) or not isinstance(character, int):
        return None
    try:
        return types.Position(line, character)
    except ValueError:  # below 0, or more than the protocol's 31 bits
        return None
