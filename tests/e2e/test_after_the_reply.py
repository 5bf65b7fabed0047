"""What editors send about a completion afterwards: shown, accepted whole or in part, focus; also late and wrong messages."""

from __future__ import annotations

import pytest

from support.lsp.forked_server import forked_serving
from support.lsp.lsp_client import RefusedError, drawn, fake

URI = "file:///nowhere/project/sums.py"
TEXT, POSITION = drawn("def add(a, b):\n    │\n")


async def test_a_completion_is_shown_accepted_in_part_and_then_whole() -> None:
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.ready()
        [item] = await editor.inline(URI, POSITION)
        editor.notify("textDocument/didShowCompletion", {"item": item})
        editor.notify("textDocument/didPartiallyAcceptCompletion", {"item": item, "acceptedLength": 7})
        editor.change(URI, 2, {"range": {"start": POSITION, "end": POSITION}, "text": "return "})
        behind = {"line": 1, "character": 11}
        [rest] = await editor.inline(URI, behind, trigger=2)
        assert rest["insertText"] == "a + b"
        assert await editor.request("workspace/executeCommand", rest["command"]) is None
        editor.notify("textDocument/didFocus", {"textDocument": {"uri": URI}, "position": behind})
        editor.notify("textDocument/didFocus", {"textDocument": {"uri": URI}})
        assert await editor.shutdown() == 0
        assert "failed" not in editor.log


async def test_the_last_completion_is_explained() -> None:
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.ready()
        where = {"textDocument": {"uri": URI}, "position": POSITION}
        command = {"command": "codestral-ls.explain", "arguments": [where]}
        assert "Nothing has been asked" in (await editor.request("workspace/executeCommand", command))["message"]
        await editor.inline(URI, POSITION)
        assert "the model" in (await editor.request("workspace/executeCommand", command))["message"]
        assert await editor.request("workspace/executeCommand", {**command, "arguments": [7]})
        assert await editor.shutdown() == 0


async def test_an_item_nobody_remembers_is_not_an_error() -> None:
    async with forked_serving(fake("x")) as editor:
        await editor.initialize()
        await editor.ready()
        forgotten = {"command": "codestral-ls.accepted", "arguments": ["no such item"]}
        assert await editor.request("workspace/executeCommand", forgotten) is None
        editor.notify("textDocument/didShowCompletion", {"item": {"insertText": "x", "command": forgotten}})
        with pytest.raises(RefusedError):
            await editor.request("workspace/executeCommand", {**forgotten, "arguments": []})
        assert await editor.shutdown() == 0
        assert "failed" not in editor.log


async def test_an_entry_selected_in_the_menu_is_what_a_completion_begins_with() -> None:
    async with forked_serving(fake("(a, b)")) as editor:
        await editor.initialize()
        text, position = drawn("total = add_al│\n")
        editor.open(URI, text)
        await editor.ready()
        start = {"line": 0, "character": 8}
        selected = {"range": {"start": start, "end": position}, "text": "add_all"}
        context = {"triggerKind": 1, "selectedCompletionInfo": selected}
        items = await editor.inline(URI, position, context=context)
        assert items
        assert all(item["insertText"].startswith("add_all") for item in items)
        assert all(item["range"]["start"] == start for item in items)
