"""``textDocument/inlineCompletion`` (LSP 3.18): the ghost text.

In addition to the specification's params this understands what clients of the Copilot language server send: the
document's version and the editor's ``formattingOptions``, and the trigger kind 0 of the proposal before 3.18.
The completer decides about text.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from attrs import define, field
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override
from lsprotocol import types

from codestral_ls.completion.answer import Ask, Item
from codestral_ls.lsp.after_reply import accepted_command
from codestral_ls.lsp.convert import to_offset, to_range
from codestral_ls.lsp.keystroke import Where, complete_at
from codestral_ls.lsp.session import Session

if TYPE_CHECKING:
    from codestral_ls.documents.document import Document

log = logging.getLogger(__name__)

METHOD = types.TEXT_DOCUMENT_INLINE_COMPLETION
ANNOUNCEMENT = "codestral-ls/willAskInlineCompletion"
"""A notification with the params of a request that the client will send after a wait, as VS Code does after every key."""


@define
class DocumentIdentifier:
    """A document, and the version of it that the client asks about."""

    uri: str
    version: int | None = None


@define
class Params:
    """The params of the request."""

    text_document: DocumentIdentifier
    position: types.Position
    context: types.InlineCompletionContext = field(
        factory=lambda: types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic)
    )
    formatting_options: types.FormattingOptions | None = None


@define
class Request:
    """The request itself, as the protocol hands it over."""

    id: int | str
    params: Params
    method: str = METHOD
    jsonrpc: str = "2.0"


@define
class Announcement:
    """The notification ``ANNOUNCEMENT``."""

    params: Params
    method: str = ANNOUNCEMENT
    jsonrpc: str = "2.0"


def register_types(converter: Converter) -> None:
    """Register the names that ``Params`` has on the wire with the converter, and the trigger kind that ``_kind`` reads."""
    converter.register_structure_hook(types.InlineCompletionTriggerKind, _kind)
    converter.register_structure_hook(
        Params,
        make_dict_structure_fn(
            Params,
            converter,
            text_document=override(rename="textDocument"),
            formatting_options=override(rename="formattingOptions"),
        ),
    )


def _kind(value: Any, _type: object) -> types.InlineCompletionTriggerKind:
    """Invoked is 1 and automatic 2 in LSP 3.18; until December 2023 the proposal had 0 and 1, as VS Code's API still has.

    A client of that time (vscode-languageclient up to 9.0) therefore sends 0 for invoked; its 1 is ambiguous.
    Raises: ValueError (neither).
    """
    if value == 0 and value is not False:
        return types.InlineCompletionTriggerKind.Invoked
    return types.InlineCompletionTriggerKind(value)


async def inline_completion(session: Session, params: Params) -> types.InlineCompletionList:
    """Answer with the suggestions for the cursor; an empty list if there are none, none yet, or none any more."""
    where = Where(params.text_document.uri, params.position, params.text_document.version)
    found = await complete_at(session, where, lambda document: _ask(session, document, params))
    if found is None:
        return types.InlineCompletionList(items=())
    document, answer = found
    return types.InlineCompletionList(items=tuple(_item(session, document, item) for item in answer.items))


def will_ask(session: Session, params: Params) -> None:
    """Start to answer a request that will be sent. An announcement for another version than the server has comes too late."""
    document = session.documents.find(params.text_document.uri)
    if document is None or session.completer is None or params.text_document.version != document.version:
        return
    ask = replace(_ask(session, document, params), waited=False)  # the client starts its wait now
    if ask.invoked or ask.selected_text is not None:
        return
    if session.completer.announce(document.snapshot(to_offset(document, params.position, session.client.encoding)), ask):
        log.info("an announced request is answered ahead")


def _ask(session: Session, document: Document, params: Params) -> Ask:
    """The client's question, in offsets."""
    invoked = params.context.trigger_kind == types.InlineCompletionTriggerKind.Invoked
    selected, formatting = params.context.selected_completion_info, params.formatting_options
    return Ask(
        invoked=invoked,
        count=session.by_folder.at(document.path).completion.alternatives if invoked else 1,
        selected_text=selected.text if selected else None,
        selected_start=to_offset(document, selected.range.start, session.client.encoding) if selected else None,
        tab_size=formatting.tab_size if formatting else None,
        insert_spaces=formatting.insert_spaces if formatting else None,
        waited=session.client.waited,
    )


def _item(session: Session, document: Document, item: Item) -> types.InlineCompletionItem:
    return types.InlineCompletionItem(
        insert_text=item.text,
        range=to_range(document, item.start, item.end, session.client.encoding),
        command=accepted_command(item.id),
    )
