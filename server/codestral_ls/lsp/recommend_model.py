"""``codestral-ls.recommendModel``: a stronger model than the embedded one that answers in time on this machine, for an editor to
offer.

It is the advice of ``codestral-ls models recommend``, which measures the machine for about a second, in a separate process.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Coroutine
from typing import Any

from lsprotocol import types

from codestral_ls.lsp.list_models import EMBEDDED, described
from codestral_ls.lsp.session import Session
from codestral_ls.system import processes

log = logging.getLogger(__name__)

RECOMMEND = "codestral-ls.recommendModel"
SECONDS = 60.0


def recommend_model(session: Session, _params: types.ExecuteCommandParams) -> Coroutine[Any, Any, dict[str, Any]]:
    """The command: no arguments → ``{model, measured}``; ``model`` has the form of ``pullable`` in ``codestral-ls.models``.

    ``model`` is null if there is nothing to offer: another model than the embedded one is in use, the embedded one is the best
    for this machine, or the machine cannot be measured. ``measured`` is true if the machine was measured: another request would
    give the same answer.
    """
    return _recommended(session)


async def _recommended(session: Session) -> dict[str, Any]:
    options = session.options
    if options.backend.primary != "local" or options.local.model != EMBEDDED:
        return {"model": None, "measured": False}
    from codestral_ls.host import catalogue, shelf

    try:
        code, output = await processes.output_of_own("codestral_ls", "models", "recommend", "--json", timeout=SECONDS)
        advised = json.loads(output)["advised"] if code == 0 else None
    except (OSError, TimeoutError, ValueError, KeyError, TypeError) as error:
        log.info("no model is recommended: %s", error)
        return {"model": None, "measured": False}
    model = catalogue.KNOWN.get(advised) if isinstance(advised, str) else None
    if model is None or model.name in {one.name for one in await asyncio.to_thread(shelf.fetched)}:
        return {"model": None, "measured": code == 0}
    return {"model": described(model), "measured": True}
