"""``textDocument/didOpen``, ``didChange``, ``didClose`` and ``didSave``: the documents that the editor has open.

The completer gets every change, so that it can evaluate a prompt before a request. Synchronous: a message is complete before the
next is handled.
"""

from __future__ import annotations

from collections.abc import Mapping

from lsprotocol import types

from codestral_ls.documents.addresses import file_of
from codestral_ls.documents.cells import has_cells_before, is_lone_cell
from codestral_ls.lsp.configuration import reconfigure_soon
from codestral_ls.lsp.session import Session


def did_open(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    """Take the document. The editor does not say where the cursor is: the beginning is the best guess."""
    document = session.documents.open(params.text_document)
    if document is None:
        return
    if session.by_folder.at(document.path).edits.enabled and not has_cells_before(document.uri):
        session.next_edits.opened(document.snapshot(0))
    if session.completer is not None and not is_lone_cell(document.uri):
        session.completer.document_opened(document.snapshot(0))


def did_change(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    """Follow an edit."""
    identifier = params.text_document
    session.open_requests.changed(identifier.uri)
    changed = session.documents.change(identifier.uri, identifier.version, params.content_changes)
    if changed is not None and session.completer is not None and not is_lone_cell(identifier.uri):
        document, offset = changed
        session.completer.document_changed(document.snapshot(min(offset, len(document.text))))


def did_close(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    """Forget the document."""
    uri = params.text_document.uri
    session.open_requests.changed(uri)
    session.next_edits.closed(uri)
    if session.documents.close(uri) and session.completer is not None and not is_lone_cell(uri):
        session.completer.document_closed(uri)


def did_save(session: Session, params: types.DidSaveTextDocumentParams) -> None:
    """The text has not changed, but the workspace's index may need an update. A saved project file applies at once."""
    from codestral_ls.config.read_files import PROJECT_FILE  # imports modules that only reading the options needs

    path = file_of(params.text_document.uri)
    if path is not None and session.completer is not None:
        session.completer.files_changed([path])
    if params.text_document.uri.endswith(f"/{PROJECT_FILE}"):
        reconfigure_soon(session)


def edit_was_not_understood(session: Session, params: object) -> None:
    """A malformed ``didChange``: the document's text is unknown until it is opened again."""
    identifier = params.get("textDocument") if isinstance(params, Mapping) else None
    uri = identifier.get("uri") if isinstance(identifier, Mapping) else None
    if isinstance(uri, str):
        session.documents.lose(uri)
        if session.completer is not None:
            session.completer.document_closed(uri)
