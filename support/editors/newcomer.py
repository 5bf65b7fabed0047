"""What the README tells a newcomer with a key to do: copy the configuration for the API and export the key."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from support.editors.vscode.api_beside import api_beside
from support.editors.workplace import REPOSITORY, EditorWorkplace, installed_environment

AREA = '''def area(width, height):
    """Return the area of a rectangle."""
'''
TYPED = "    return "
BODY = "    return width * height"


def writes(body: dict[str, Any]) -> str:
    """The stand-in API's answer: the rest of the function's body."""
    typed = body["prompt"].rsplit("\n", 1)[-1]
    return BODY[len(typed) :] if BODY.startswith(typed) else ""


@contextmanager
def with_key(place: EditorWorkplace) -> Iterator[EditorWorkplace]:
    """A workplace with the server on PATH, the API's configuration and a key; the API is a stand-in. Raises: Unavailable."""
    config = Path(place.environment["XDG_CONFIG_HOME"]) / "codestral-ls"
    config.mkdir(exist_ok=True)
    shutil.copy(REPOSITORY / "configs" / "codestral-api.toml", config / "config.toml")
    with api_beside(writes) as (api, address):
        key = {"CODESTRAL_API_KEY": api.key, "CODESTRAL_LS_CODESTRAL_SERVER_URL": address}
        yield replace(place, environment={**installed_environment(place), **key})
