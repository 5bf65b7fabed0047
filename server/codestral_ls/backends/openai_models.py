"""The list of models at /v1/models, which nearly every server has, and the health derived from it.

Knows one JSON form and nothing of completions.
"""

from __future__ import annotations

from codestral_ls.backends.base import Health
from codestral_ls.backends.exchange import Exchange
from codestral_ls.backends.failures import health_from
from codestral_ls.errors import BackendError, BackendProtocolError

HEALTH_SECONDS = 0.9  # the seam promises an answer within a second


async def model_names(exchange: Exchange, timeout: float = 5.0) -> tuple[str, ...]:
    """The names that the server lists. Raises: BackendError."""
    value = await exchange.get_json("/v1/models", timeout=timeout)
    try:
        return tuple(str(entry["id"]) for entry in value["data"])
    except (KeyError, TypeError) as error:
        raise BackendProtocolError(f"{exchange.name} has no list of models at /v1/models.") from error


async def health(exchange: Exchange, wanted: str = "", seconds: float = HEALTH_SECONDS) -> Health:
    """Ready when the server lists its models, with ``wanted`` among them if it is not empty; never raises BackendError."""
    try:
        names = await model_names(exchange, seconds)
    except BackendError as error:
        return health_from(error)
    if wanted and names and wanted not in names:
        known = ", ".join(names[:5])
        return Health("error", f'{exchange.name} does not have the model "{wanted}". It has: {known}.')
    return Health("ready")
