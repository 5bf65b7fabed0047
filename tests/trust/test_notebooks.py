"""The boundary of notebooks: one with thousands of cells or with enormous outputs neither ends the server nor silences it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from support.lsp.fuzzed import CONTENT, faults
from support.lsp.lsp_client import Editor, fake, serving

CELLS = 3_000
NOTEBOOK = "file:///w/n.ipynb"
LONE = "vscode-notebook-cell:/w/n.ipynb#W{}"
TEXT = "def {word}_{number}(a, b):\n    return a + b\n\n{word}_{number}(1, 2)\n"


def text(number: int) -> str:
    return TEXT.format(word=CONTENT.lower(), number=number)


def lone_cells(editor: Editor) -> str:
    """Each cell is a document of its own, as next edits see it."""
    for number in range(CELLS):
        editor.open(LONE.format(number), text(number))
    return LONE.format(CELLS - 1)


def whole_cells(editor: Editor) -> str:
    """Each cell's text begins with all cells before it, as completions see it, and the first cell is edited."""
    whole = "".join(text(number) for number in range(CELLS))
    for number in range(3):
        editor.open(f"{NOTEBOOK}#W{number}", whole)
        editor.change(f"{NOTEBOOK}#W{number}", 2, {"text": f"import os\n{whole}"})
    return f"{NOTEBOOK}#W2"


def synchronised(editor: Editor) -> str:
    """An editor sends notebooks, with outputs in the metadata, although the server never asked for notebooks."""
    cells = [{"kind": 2, "document": LONE.format(number), "metadata": {"outputs": "y" * 10_000}} for number in range(CELLS)]
    documents = [
        {"uri": LONE.format(number), "languageId": "python", "version": 1, "text": text(number)} for number in range(CELLS)
    ]
    notebook = {"uri": NOTEBOOK, "notebookType": "jupyter-notebook", "version": 1, "cells": cells}
    editor.notify("notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": documents})
    structure = {"array": {"start": 0, "deleteCount": CELLS, "cells": cells}}
    change = {"notebookDocument": {"uri": NOTEBOOK, "version": 2}, "change": {"cells": {"structure": structure}}}
    editor.notify("notebookDocument/didChange", change)
    return ""


def outputs_as_text(editor: Editor) -> str:
    """The notebook's file opened as text: one line of 12 megabytes, and a file too large for completions."""
    for size in (12_000_000, 25_000_000):
        outputs = [{"data": {"image/png": "iVBOR" * (size // 10), "text/html": f"<b>{CONTENT}" * (size // 40)}}]
        cell = {"cell_type": "code", "source": [text(1)], "outputs": outputs}
        editor.open(f"file:///w/{size}.ipynb", json.dumps({"cells": [cell]}), "json")
    return "file:///w/12000000.ipynb"


def nested_outputs(editor: Editor) -> str:
    editor.open(NOTEBOOK, '{"outputs": [\n' * 60_000, "json")
    return NOTEBOOK


@pytest.mark.parametrize(
    "plant", [lone_cells, whole_cells, synchronised, outputs_as_text, nested_outputs], ids=lambda plant: plant.__name__
)
async def test_an_enormous_notebook_is_lived_with(plant: Callable[[Editor], str]) -> None:
    async with serving(fake("pass")) as editor:
        await editor.initialize("vscode")
        address = plant(editor)
        editor.open("file:///w/honest.py", "def f(a):\n    ")
        honest = await editor.inline("file:///w/honest.py", {"line": 1, "character": 4})
        assert [item["insertText"] for item in honest] == ["pass"]
        if address:
            await editor.inline(address, {"line": 1, "character": 4})
        assert await editor.shutdown() == 0
    assert faults(editor.log) == []
