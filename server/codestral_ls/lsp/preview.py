"""``codestral-ls.preview``: shows the request of a completion at the cursor, from the server that would send it.

It has the document as it is in the editor, the options in force and the key (which is shown as ``***``). Nothing is sent,
except questions to the backend's own server, such as for token ids.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from codestral_ls.errors import CodestralLsError
from codestral_ls.lsp.after_reply import position_in
from codestral_ls.lsp.convert import to_offset
from codestral_ls.lsp.session import Session

PREVIEW = "codestral-ls.preview"


def preview(session: Session, params: types.ExecuteCommandParams) -> Coroutine[Any, Any, dict[str, str]]:
    """The command: ``arguments: [{textDocument: {uri}, position}]`` → ``{text}``. Raises: JsonRpcInvalidParams."""
    where = (params.arguments or (None,))[0]
    document = where.get("textDocument") if isinstance(where, Mapping) else None
    uri = document.get("uri") if isinstance(document, Mapping) else None
    place = position_in(where.get("position")) if isinstance(where, Mapping) else None
    if not isinstance(uri, str) or place is None:
        raise JsonRpcInvalidParams(f"{PREVIEW} wants [{{textDocument: {{uri}}, position}}].")
    return _text(session, uri, place)


async def _text(session: Session, uri: str, place: types.Position) -> dict[str, str]:
    document = session.documents.find(uri)
    if document is None:
        return {"text": f"Nothing would be sent: {session.documents.why_not(uri)}."}
    if session.completer is None:
        return {"text": f"Nothing would be sent: {session.status.health.message or 'Codestral is still starting.'}"}
    snapshot = document.snapshot(to_offset(document, place, session.client.encoding))
    try:
        return {"text": await session.completer.preview(snapshot)}
    except CodestralLsError as error:
        return {"text": f"Nothing would be sent: {error}"}
