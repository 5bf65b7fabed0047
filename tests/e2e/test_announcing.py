"""A client that announces its request finds the answer already written when it sends the request itself."""

from __future__ import annotations

import pytest

from support.lsp.lsp_client import drawn, fake, serving

METHOD = "codestral-ls/willAskInlineCompletion"
URI = "file:///nowhere/project/sums.py"
TEXT, POSITION = drawn("def add(a, b):\n    │\n")


async def test_an_announced_request_is_answered_by_what_was_begun_before_it() -> None:
    async with serving(fake("return a + b")) as editor:
        await editor.initialize(initializationOptions={"client": {"waits": True}})
        editor.open(URI, TEXT)
        await editor.ready()
        where = {"textDocument": {"uri": URI, "version": 1}, "position": POSITION, "context": {"triggerKind": 2}}
        editor.notify(METHOD, where)
        [item] = await editor.inline(URI, POSITION, trigger=2)
        assert item["insertText"] == "return a + b"
        assert await editor.shutdown() == 0
        assert "an announced request" in editor.log
        assert "failed" not in editor.log


WRONG = [
    {},
    {"textDocument": {"uri": URI}, "position": POSITION},
    {"textDocument": {"uri": URI, "version": 7}, "position": POSITION},
    {"textDocument": {"uri": "file:///nowhere/other.py", "version": 1}, "position": POSITION},
    {"textDocument": {"uri": URI, "version": 1}, "position": {"line": -1, "character": 0}},
    {"textDocument": {"uri": URI, "version": 1}, "position": {"line": 2**40, "character": 0}},
    {"textDocument": {"uri": URI, "version": 1}, "position": POSITION, "context": {"triggerKind": 1}},
    {"textDocument": {"uri": URI, "version": 1}, "position": POSITION, "context": "now"},
    [1, 2],
    None,
]


@pytest.mark.parametrize("params", WRONG, ids=str)
async def test_a_wrong_announcement_begins_nothing_and_harms_nothing(params: object) -> None:
    async with serving(fake("return a + b")) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.ready()
        editor.notify(METHOD, params)
        [item] = await editor.inline(URI, POSITION, trigger=2)
        assert item["insertText"] == "return a + b"
        assert await editor.shutdown() == 0
        assert "an announced request" not in editor.log
        assert "Traceback" not in editor.log
