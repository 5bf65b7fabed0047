"""The facts that the server reads from ``initialize``, and its answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter

from codestral_ls.documents.addresses import file_of
from codestral_ls.lsp.capabilities import capabilities_for
from codestral_ls.lsp.client import Client, client_of


def client(**params: Any) -> Client:
    raw = {"processId": None, "rootUri": None, "capabilities": {}, **params}
    return client_of(get_converter().structure(raw, types.InitializeParams))


INLINE = {"textDocument": {"inlineCompletion": {}}}  # type: ignore[var-annotated]
ACTIONS = {
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["refactor"]}},
            "tagSupport": {"valueSet": [1]},
        }
    }
}
FOLDERS = [{"uri": "untitled:x", "name": "x"}, {"uri": "file:///a%20b/c", "name": "c"}]

READ: list[tuple[dict[str, Any], dict[str, object]]] = [
    ({}, {"folders": (), "encoding": "utf-16", "menu": True, "settings": {}, "pulls_configuration": False}),
    ({"processId": 7}, {"process_id": 7}),
    ({"rootPath": "/a"}, {"folders": (Path("/a"),)}),
    ({"rootPath": "/a", "rootUri": "file:///b"}, {"folders": (Path("/b"),)}),
    ({"rootUri": "file:///b", "workspaceFolders": FOLDERS}, {"folders": (Path("/a b/c"),)}),
    ({"workspaceFolders": None, "rootUri": "vscode-vfs://github/x"}, {"folders": ()}),
    ({"capabilities": {"general": {"positionEncodings": ["utf-8"]}}}, {"encoding": "utf-8"}),
    ({"capabilities": INLINE}, {"menu": False}),
    ({"capabilities": INLINE, "initializationOptions": {"completionMenu": True}}, {"menu": True, "settings": {}}),
    ({"initializationOptions": {"completionMenu": False}}, {"menu": False}),
    ({"initializationOptions": {"completionMenu": "no"}}, {"menu": True}),
    ({"initializationOptions": {"local": {"threads": 2}}}, {"settings": {"local": {"threads": 2}}}),
    ({"initializationOptions": [1]}, {"settings": {}, "trusts_project": True}),
    ({"initializationOptions": {"client": {"projectConfiguration": False}}}, {"trusts_project": False}),
    ({"initializationOptions": {"client": {"projectConfiguration": True}}}, {"trusts_project": True}),
    ({"initializationOptions": {"client": 1}}, {"trusts_project": True}),
    ({"capabilities": {"workspace": {"configuration": True}}}, {"pulls_configuration": True}),
    ({"capabilities": {"window": {"workDoneProgress": True}}}, {"shows_progress": True}),
    (
        {"capabilities": {"workspace": {"didChangeConfiguration": {"dynamicRegistration": True}}}},
        {"registers_configuration": True},
    ),
    (
        {"capabilities": {"workspace": {"executeCommand": {"dynamicRegistration": True}}}},
        {"registers_commands": True, "knows_actions": False, "marks_generated": False},
    ),
    ({"capabilities": ACTIONS}, {"registers_commands": False, "knows_actions": True, "marks_generated": True}),
    ({"capabilities": {"textDocument": {"codeAction": {}}}}, {"knows_actions": False, "marks_generated": False}),
    ({"clientInfo": {"name": "ed", "version": "1"}}, {"name": "ed 1"}),
    ({"clientInfo": {"name": "ed"}}, {"name": "ed"}),
]


@pytest.mark.parametrize(("params", "expected"), READ)
def test_what_is_read(params: dict[str, Any], expected: dict[str, object]) -> None:
    found = client(**params)
    assert {name: getattr(found, name) for name in expected} == expected


PATHS = [
    ("file:///a/b.py", Path("/a/b.py")),
    ("file:///a%20b/%C3%A9.py", Path("/a b/é.py")),
    ("untitled:Untitled-1", None),
    ("vscode-notebook-cell:/a/b.ipynb#X1", None),
    ("", None),
]


@pytest.mark.parametrize(("uri", "path"), PATHS)
def test_files_of_uris(uri: str, path: Path | None) -> None:
    assert file_of(uri) == path


@pytest.mark.parametrize("menu", [True, False])
def test_the_menu_is_offered_where_it_is_wanted(menu: bool) -> None:
    capabilities = capabilities_for(Client(menu=menu, encoding="utf-8"))
    assert (capabilities.completion_provider is not None) == menu
    assert capabilities.inline_completion_provider is not None
    assert capabilities.position_encoding == "utf-8"
