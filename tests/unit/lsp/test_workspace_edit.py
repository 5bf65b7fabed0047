"""An edit in the form that each editor's abilities allow."""

from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter

from codestral_ls.lsp.workspace_edit import Abilities, FileEdit, abilities_of, workspace_edit

CREATES = {"resourceOperations": ["create", "rename", "delete"]}
ABILITIES: list[tuple[dict[str, Any] | None, Abilities]] = [
    (None, Abilities()),
    ({}, Abilities()),
    ({"applyEdit": False, "workspaceEdit": {"documentChanges": True}}, Abilities()),
    ({"applyEdit": True}, Abilities(applies=True)),
    ({"applyEdit": True, "workspaceEdit": {"documentChanges": True}}, Abilities(applies=True, versioned=True)),
    ({"applyEdit": True, "workspaceEdit": CREATES}, Abilities(applies=True, versioned=True, creates=True)),
    ({"applyEdit": True, "workspaceEdit": {"resourceOperations": ["rename"]}}, Abilities(applies=True, versioned=True)),
    ({"applyEdit": True, "workspaceEdit": {"changeAnnotationSupport": {}}}, Abilities(applies=True)),
    ({"applyEdit": True, "workspaceEdit": {**CREATES, "changeAnnotationSupport": {}}}, Abilities(True, True, True, True)),
]


@pytest.mark.parametrize(("raw", "expected"), ABILITIES)
def test_what_an_editor_can(raw: dict[str, Any] | None, expected: Abilities) -> None:
    said = get_converter().structure(raw, types.WorkspaceClientCapabilities) if raw is not None else None
    assert abilities_of(said) == expected


PLACE = types.Range(types.Position(1, 0), types.Position(1, 0))
OPEN = FileEdit("file:///a.py", 3, PLACE, "x", "Write docstring")
NEW = FileEdit("file:///test_a.py", None, PLACE, "x", "2 new tests", is_new=True)
RANGE = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 0}}
PLAIN = {"range": RANGE, "newText": "x"}
NOTED = {**PLAIN, "annotationId": "codestral-ls"}
MADE = {"kind": "create", "uri": "file:///test_a.py", "options": {"overwrite": False, "ignoreIfExists": False}}
OLD = Abilities(applies=True)
VERSIONED = Abilities(applies=True, versioned=True)
ALL = Abilities(True, True, True, True)


def change(edit: FileEdit, text: dict[str, Any]) -> dict[str, Any]:
    return {"textDocument": {"uri": edit.uri, "version": edit.version}, "edits": [text]}


def notes(label: str) -> dict[str, Any]:
    return {"codestral-ls": {"label": label, "needsConfirmation": True}}


EDITS = [
    (OPEN, OLD, True, {"changes": {"file:///a.py": [PLAIN]}}),
    (OPEN, VERSIONED, True, {"documentChanges": [change(OPEN, PLAIN)]}),
    (OPEN, ALL, False, {"documentChanges": [change(OPEN, PLAIN)]}),
    (OPEN, ALL, True, {"documentChanges": [change(OPEN, NOTED)], "changeAnnotations": notes("Write docstring")}),
    (NEW, VERSIONED, True, {"documentChanges": [change(NEW, PLAIN)]}),
    (NEW, ALL, False, {"documentChanges": [MADE, change(NEW, PLAIN)]}),
    (
        NEW,
        ALL,
        True,
        {
            "documentChanges": [{**MADE, "annotationId": "codestral-ls"}, change(NEW, NOTED)],
            "changeAnnotations": notes("2 new tests"),
        },
    ),
]


@pytest.mark.parametrize(("edit", "abilities", "confirm", "expected"), EDITS)
def test_the_edit_on_the_wire(edit: FileEdit, abilities: Abilities, confirm: bool, expected: dict[str, Any]) -> None:
    assert get_converter().unstructure(workspace_edit(edit, abilities, confirm=confirm)) == expected
