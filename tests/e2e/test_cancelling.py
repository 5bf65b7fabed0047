"""Editors cancel on nearly every keystroke; still every request is answered exactly once."""

from __future__ import annotations

import asyncio
import contextlib
import random

import pytest

from support.lsp.forked_server import forked_serving
from support.lsp.lsp_client import Editor, RefusedError, drawn, fake

URI = "file:///nowhere/project/sums.py"
TEXT, POSITION = drawn("def add(a, b):\n    │\n")
CANCELLED = -32800
SLOW = fake("return a + b", first_delay_ms=150)


async def outcome(editor: Editor, message_id: int) -> str:
    """How a request ended."""
    with contextlib.suppress(RefusedError):
        return "items" if (await editor.answer(message_id))["items"] else "empty"
    assert editor.answers[message_id][0]["error"]["code"] == CANCELLED
    return "cancelled"


async def test_a_storm_of_typing_and_cancelling_leaves_no_request_unanswered() -> None:
    chance = random.Random(7)
    async with forked_serving(SLOW) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.ready()
        asked, line = [], ""
        for version in range(2, 152):
            end = {"line": 1, "character": 4 + len(line)}
            line += chance.choice("abcdef ")
            editor.change(URI, version, {"range": {"start": end, "end": end}, "text": line[-1]})
            cursor = {"line": 1, "character": 4 + len(line)}
            asked.append(editor.ask_inline(URI, cursor, trigger=chance.choice([1, 2])))
            for message_id in asked[-3:]:
                if chance.random() < 0.6:
                    editor.notify("$/cancelRequest", {"id": message_id})
            if chance.random() < 0.3:
                await asyncio.sleep(0)
        ends = [await outcome(editor, message_id) for message_id in asked]
        assert len(ends) == 150
        assert "cancelled" in ends
        editor.change(URI, 200, {"text": TEXT})
        assert await editor.inline(URI, POSITION)
        assert all(len(editor.answers[message_id]) == 1 for message_id in asked)
        assert await editor.shutdown() == 0


async def test_a_cancelled_request_says_so_and_an_answered_one_is_left_alone() -> None:
    async with forked_serving(SLOW) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.ready()
        message_id = editor.ask_inline(URI, POSITION)
        editor.notify("$/cancelRequest", {"id": message_id})
        assert await outcome(editor, message_id) == "cancelled"
        message_id = editor.ask_inline(URI, POSITION)
        assert await outcome(editor, message_id) == "items"
        editor.notify("$/cancelRequest", {"id": message_id})
        assert await editor.inline(URI, POSITION)
        assert len(editor.answers[message_id]) == 1


async def test_an_answer_for_a_text_that_is_no_longer_there_is_empty() -> None:
    async with forked_serving(SLOW) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.ready()
        message_id = editor.ask_inline(URI, POSITION)
        start = {"line": 0, "character": 0}
        editor.change(URI, 2, {"range": {"start": start, "end": start}, "text": "# new\n"})
        assert await outcome(editor, message_id) == "empty"


async def test_shutting_down_answers_what_is_open() -> None:
    async with forked_serving(fake("return a + b", first_delay_ms=60_000)) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.ready()
        asked = [editor.ask_inline(URI, POSITION) for _ in range(5)]
        bye = editor.ask("shutdown", None)
        late = editor.ask_inline(URI, POSITION)
        assert [await outcome(editor, message_id) for message_id in asked] == ["cancelled"] * 5
        assert await editor.answer(bye) is None
        with pytest.raises(RefusedError) as refusal:
            await editor.answer(late)
        assert refusal.value.code == -32600
        editor.notify("exit", None)
        assert await editor.ended() == 0
