"""Asking an editor, while it runs, to send us a method: changed settings, changed files, commands."""

from __future__ import annotations

import asyncio
import logging

from lsprotocol import types

from codestral_ls.lsp.session import Session

log = logging.getLogger(__name__)

REGISTER_SECONDS = 2.0
"""Seconds to wait for the editor's agreement."""


async def register(session: Session, name: str, method: str, options: object, otherwise: str) -> None:
    """Register ``method`` under the id ``name``. If the editor refuses or does not answer, the log says what is missing then
    (``otherwise``).
    """
    registration = types.Registration(id=name, method=method, register_options=options)
    asking = session.server.client_register_capability_async(types.RegistrationParams(registrations=(registration,)))
    try:
        await asyncio.wait_for(asking, REGISTER_SECONDS)
    except Exception as error:
        log.info("%s: %s", otherwise, error or "no answer")
