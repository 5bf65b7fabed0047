"""A Codestral API that refuses every completion although its list of models is well, for tests in terminals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from support.backends.standin_api import ApiFault, StandIn
from support.editors import newcomer
from support.editors.vscode.api_beside import api_beside
from support.editors.workplace import EditorWorkplace

REASON = "does not know this address or model"
REFUSAL = ApiFault("status", 404, '{"message": "no such model"}')


@contextmanager
def refusing_api(place: EditorWorkplace) -> Iterator[StandIn]:
    """The API of the place's servers; ``always = None`` makes it well, and then it writes for ``newcomer.AREA``."""
    with api_beside(newcomer.writes) as (api, address):
        api.always = REFUSAL
        place.environment["CODESTRAL_LS_BACKEND_PRIMARY"] = "codestral"
        place.environment["CODESTRAL_LS_CODESTRAL_SERVER_URL"] = address
        place.environment["CODESTRAL_API_KEY"] = api.key
        yield api
