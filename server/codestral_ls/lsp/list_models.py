"""``codestral-ls.models``: the models that the backend in use can write with, for an editor's menu.

A server is asked for its list; for the local backend it is the embedded model and the fetched ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from codestral_ls.backends.abilities import models_of
from codestral_ls.errors import CodestralLsError
from codestral_ls.lsp.session import Session

if TYPE_CHECKING:
    from codestral_ls.host.catalogue import KnownModel

MODELS = "codestral-ls.models"
EMBEDDED = "embedded"


def list_models(session: Session, _params: types.ExecuteCommandParams) -> Coroutine[Any, Any, dict[str, Any]]:
    """The command: no arguments → ``{option, current, models, message, pullable}``.

    ``option`` is the dotted name of the option to set, "" if the backend has none; ``message`` says why there is no list.
    ``pullable`` are the models that can be fetched first (``codestral-ls.pullModel``): ``{name, detail, licence}``, of which
    ``licence`` is the text to accept before, "" if none is needed.
    """
    return _models(session)


async def _models(session: Session) -> dict[str, Any]:
    primary = session.options.backend.primary
    section = getattr(session.options, primary, None)
    current = getattr(section, "model", None)
    if current is None:
        return {
            "option": "",
            "current": "",
            "models": [],
            "pullable": [],
            "message": f"The backend {primary} has no model to choose.",
        }
    models: list[str] = []
    pullable: list[dict[str, str]] = []
    message = ""
    try:
        if primary == "local":
            from codestral_ls.host import catalogue, shelf

            models = [EMBEDDED, *(model.name for model in await asyncio.to_thread(shelf.fetched))]
            pullable = [described(model) for model in catalogue.KNOWN.values() if model.name not in models]
        elif session.backend is not None:
            models = [*await models_of(session.backend)]
    except CodestralLsError as error:
        message = str(error)
    if not models and not message:
        message = f"The backend {primary} does not list its models."
    return {
        "option": f"{primary}.model",
        "current": current,
        "models": sorted(set(models)),
        "pullable": pullable,
        "message": message,
    }


def described(model: KnownModel) -> dict[str, str]:
    """A model of the catalogue for a menu: its name, its sizes and licence in words, and the text to accept first."""
    sizes = f"{model.size_bytes / 1e9:.1f} GB to fetch, {model.memory_bytes / 1e9:.1f} GB in memory"
    licence = "" if model.licence.free else f"{model.licence.name}: {model.licence.summary} {model.licence.url}".strip()
    return {"name": model.name, "detail": f"{sizes}; {model.licence.short}. {model.note}".strip(), "licence": licence}
