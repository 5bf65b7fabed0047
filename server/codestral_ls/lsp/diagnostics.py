"""``codestral-ls/didChangeDiagnostics``: other language servers' diagnostics of a document, which only the editor knows.

``{textDocument: {uri}, diagnostics: [{range: {start: {line}}, message}, …]}`` with LSP's diagnostics, all current ones; the
list replaces the previous one. Malformed entries are left out with a line of log. ``context/sources/diagnostics.py`` decides which
of them reach a prompt.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from codestral_ls.lsp.session import Session

log = logging.getLogger(__name__)

DID_CHANGE_DIAGNOSTICS = "codestral-ls/didChangeDiagnostics"
MOST = 200
"""The most diagnostics of a document that are used."""
MOST_CHARACTERS = 300
"""The most characters of a message that are kept."""


def did_change_diagnostics(session: Session, params: object) -> None:
    """Take the diagnostics of an open document."""
    document_id = params.get("textDocument") if isinstance(params, Mapping) else None
    uri = document_id.get("uri") if isinstance(document_id, Mapping) else None
    told = params.get("diagnostics") if isinstance(params, Mapping) else None
    if not isinstance(uri, str) or not isinstance(told, list):
        log.warning("%s without a document and a list of diagnostics was ignored", DID_CHANGE_DIAGNOSTICS)
        return
    if session.documents.find(uri) is None:
        return
    known = [read for one in told[:MOST] if (read := diagnostic_in(one)) is not None]
    if len(known) < len(told[:MOST]):
        log.warning("%d malformed diagnostics were ignored", len(told[:MOST]) - len(known))
    if session.completer is None:
        session.diagnostics[uri] = known  # editors report only changes, so these diagnostics would not be sent again
    else:
        session.diagnostics.pop(uri, None)
        session.completer.diagnosed(uri, known)


def diagnostic_in(raw: object) -> tuple[int, str] | None:
    """(line from 1, message) of a diagnostic in plain JSON; None if it is not a diagnostic."""
    place = raw.get("range") if isinstance(raw, Mapping) else None
    start = place.get("start") if isinstance(place, Mapping) else None
    line = start.get("line") if isinstance(start, Mapping) else None
    message = raw.get("message") if isinstance(raw, Mapping) else None
    if not isinstance(line, int) or isinstance(line, bool) or line < 0 or not isinstance(message, str) or not message.strip():
        return None
    return line + 1, message[:MOST_CHARACTERS]
