"""One request for text at a cursor, by either method: snapshot, completer, a check that the text is still the same, log line.

Knows no LSP item types: ``inline_completion.py`` and ``completion.py`` make theirs from an ``Answer``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from lsprotocol import types

from codestral_ls.completion.answer import EMPTY, Answer, Ask
from codestral_ls.lsp.convert import to_offset
from codestral_ls.lsp.explain import sentence
from codestral_ls.lsp.session import Session
from codestral_ls.timing import monotonic

if TYPE_CHECKING:
    from codestral_ls.documents.document import Document

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Where:
    """The place that a request names. ``version`` is the document's, if the client sends it."""

    uri: str
    position: types.Position
    version: int | None = None


START_SECONDS = 1.0
"""Seconds that an explicit request waits for a server or a model that is just starting, because a person waits for the answer."""

Found: TypeAlias = "tuple[Document, Answer]"


async def complete_at(session: Session, where: Where, ask_in: Callable[[Document], Ask]) -> Found | None:
    """The answer for ``where`` and the document it is for; None if there is none.

    Runs without an ``await`` up to the snapshot, so that it sees the document as it was when the request arrived. Only an
    explicit request at the start waits before that, and is dropped when the document changes meanwhile.
    """
    document = session.documents.find(where.uri)
    if document is None:
        return _nothing(session, where, session.documents.why_not(where.uri))
    if where.version is not None and where.version != document.version:
        return _nothing(session, where, "it was asked for another version")
    if not session.status.settled.is_set() and ask_in(document).invoked and not await started(session, where.uri):
        return _nothing(session, where, "moved on")
    if session.completer is None:
        return _nothing(session, where, session.status.health.message or "starting")
    snapshot = document.snapshot(to_offset(document, where.position, session.client.encoding))
    ask = ask_in(document)
    began = monotonic()
    answer, outcome = EMPTY, "failed"
    is_current = False
    try:
        with session.open_requests.until_changed(where.uri) as limit:
            async with limit:
                answer = await session.completer.complete(snapshot, ask)
        is_current = session.documents.find(where.uri) is document and document.text == snapshot.text
        outcome = f"{len(answer.items)} items" if is_current else "moved on"
    except TimeoutError:
        outcome = "moved on"
    except asyncio.CancelledError:
        outcome = "cancelled"
        raise
    finally:
        _log(session, where, outcome, answer, (monotonic() - began) * 1000.0)
    session.explained[where.uri] = sentence(answer, (monotonic() - began) * 1000.0)
    return (document, answer) if is_current and answer.items else None


async def started(session: Session, uri: str) -> bool:
    """Wait a moment for a start in progress. False if the document has changed in the meantime."""
    document = session.documents.find(uri)
    with contextlib.suppress(TimeoutError), session.open_requests.until_changed(uri) as limit:
        async with limit:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(session.status.settled.wait(), START_SECONDS)
            return session.documents.find(uri) is document
    return False


def _nothing(session: Session, where: Where, reason: str) -> Found | None:
    _log(session, where, "0 items", Answer(reason=reason), 0.0)
    return None


def _log(session: Session, where: Where, outcome: str, answer: Answer, ms: float) -> None:
    """One line per request: id, place, outcome, source, duration, and the stages in ms."""
    if not log.isEnabledFor(logging.INFO):
        return
    stages = " ".join(f"{name}={value:.1f}" for name, value in answer.stages.items())
    log.info(
        "request %s %s:%d:%d %s source=%s total=%.1f%s%s",
        session.protocol.msg_id,
        where.uri.rsplit("/", 1)[-1],
        where.position.line + 1,
        where.position.character + 1,
        outcome,
        answer.source,
        ms,
        f" {stages}" if stages else "",
        f" ({answer.reason})" if answer.reason else "",
    )
