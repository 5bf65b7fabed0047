"""An unreachable backend with a fallback: completion continues, and the user gets one message."""

from __future__ import annotations

from support.lsp.forked_server import forked_serving
from support.lsp.lsp_client import drawn, fake

URI = "file:///project/main.py"
TEXT, POSITION = drawn("def add(a, b):\n    │\n")


async def test_a_fallback_answers_and_the_switch_is_reported_once() -> None:
    chosen = fake("return a + b") | {
        "CODESTRAL_LS_BACKEND_PRIMARY": "fim_server",
        "CODESTRAL_LS_FIM_SERVER_ADDRESS": "http://127.0.0.1:9",
        "CODESTRAL_LS_BACKEND_FALLBACKS": "fake",
    }
    async with forked_serving(chosen) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.ready()
        for _ in range(4):
            (item,) = await editor.inline(URI, POSITION)
            assert item["insertText"].strip() == "return a + b"
        await editor.until(lambda: editor.told("window/showMessage"), "a message")
        (message,) = editor.told("window/showMessage")
        assert "The fake answers meanwhile." in message["message"]
        assert editor.states()[-1] == "ready"
        assert await editor.shutdown() == 0
