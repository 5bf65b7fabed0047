"""A whole session as each editor begins it: capabilities, a completion of each kind, an orderly end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.lsp.forked_server import forked_serving
from support.lsp.lsp_client import INITIALIZE, drawn, fake

ROWS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in INITIALIZE.glob("*.json")}
URI = "file:///nowhere/project/sums.py"


@pytest.mark.parametrize("name", sorted(ROWS))
async def test_an_editor_gets_completions_and_an_end(name: str) -> None:
    expected = ROWS[name]["expect"]
    async with forked_serving(fake("return a + b")) as editor:
        capabilities = await editor.initialize(name)
        assert capabilities["positionEncoding"] == expected["positionEncoding"]
        assert capabilities["inlineCompletionProvider"] == {}
        assert ("completionProvider" in capabilities) == expected["menu"]
        assert capabilities["textDocumentSync"]["change"] == 2

        text, position = drawn("def add(a, b):\n    │\n")
        editor.open(URI, text)
        await editor.ready()
        [item] = await editor.inline(URI, position)
        assert item["insertText"] == "return a + b"
        assert item["range"] == {"start": position, "end": position}
        assert item["command"]["command"] in capabilities["executeCommandProvider"]["commands"]

        where = {"textDocument": {"uri": URI}, "position": position}
        menu = await editor.request("textDocument/completion", where)
        assert menu["isIncomplete"]
        [entry] = menu["items"]
        assert entry["textEdit"]["newText"] == "return a + b"
        assert not entry["preselect"]

        command = item["command"]
        assert await editor.request("workspace/executeCommand", command) is None
        assert await editor.shutdown() == 0
        assert editor.told("window/showMessage") == []


async def test_a_menu_entry_begins_with_the_word_before_the_cursor() -> None:
    async with forked_serving(fake("turn a + b")) as editor:
        await editor.initialize("neovim-0.11")
        text, position = drawn("def add(a, b):\n    re│\n")
        editor.open(URI, text)
        await editor.ready()
        menu = await editor.request("textDocument/completion", {"textDocument": {"uri": URI}, "position": position})
        [entry] = menu["items"]
        assert (entry["textEdit"]["newText"], entry["filterText"]) == ("return a + b", "return a + b")
        assert entry["textEdit"]["range"]["start"] == {"line": 1, "character": 4}
        assert await editor.shutdown() == 0


async def test_a_client_may_keep_completions_out_of_its_menu(tmp_path: Path) -> None:
    async with forked_serving(fake("x")) as editor:
        capabilities = await editor.initialize("emacs-eglot", initializationOptions={"completionMenu": False})
        assert "completionProvider" not in capabilities
