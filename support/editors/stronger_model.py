"""A scripted server's messages about a stronger model, and the requests it got, for the tests of each editor's offer."""

from __future__ import annotations

from typing import Any

from support.editors.workplace import Scripted

LARGER: dict[str, Any] = {"name": "larger-1.5b", "detail": "1.1 GB to fetch, 1.6 GB in memory; Apache-2.0.", "licence": ""}
RULE = {"after": "return ", "texts": ["width * height"]}
TEXT = "def area(width, height):\n    "
COMMANDS: dict[str, Any] = {
    "codestral-ls.recommendModel": {"model": LARGER, "measured": True},
    "codestral-ls.models": {
        "option": "local.model",
        "current": "embedded",
        "models": ["embedded"],
        "pullable": [LARGER],
        "message": "",
    },
    "codestral-ls.pullModel": {"pulled": True, "message": ""},
}


def asked(scripted: Scripted, command: str) -> list[dict[str, Any]]:
    """The params of every request to run this server command."""
    return [params for params in scripted.heard("workspace/executeCommand") if params["command"] == f"codestral-ls.{command}"]
