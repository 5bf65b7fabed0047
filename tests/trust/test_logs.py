"""The boundary of the log: at its most talkative it holds no key, no token, and nothing of what is typed or written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.backends.standin_api import KEY, ApiFault, StandIn
from support.lsp.lsp_client import fake, serving

CONTENT = "KANARIENVOGEL"
SECRET = "ghp_" + "a1B2c3D4e5F6" * 3
URI = "file:///nowhere/project/names.py"
TEXT = f"# {CONTENT}\ntoken = '{SECRET}'\n\ndef add(a, b):\n    \n"
HUGE: dict[str, Any] = {
    "many": {f"key{number}": number for number in range(50_000)},
    "long": {"backend": {"primary": "x" * 5_000_000}},
    "long name": {"x" * 1_000_000: 1},
    "no settings": [[1] * 100_000],
    "numbers": {"context": {"prefix_tokens": 10**400}, "trigger": {"debounce_ms": -(10**400)}},
}


@pytest.mark.parametrize(
    "fault", [None, ApiFault("status", 401, f'{{"message": "no {KEY}"}}'), ApiFault("garbage"), ApiFault("html")]
)
async def test_at_debug_neither_keys_nor_texts_are_logged(fault: ApiFault | None) -> None:
    standin = StandIn(lambda _body: f"return '{CONTENT}'")
    if fault is not None:
        standin.faults = [fault] * 20
    async with standin.running() as address:
        variables = {
            "CODESTRAL_LS_SERVER_LOG_LEVEL": "debug",
            "CODESTRAL_LS_BACKEND_PRIMARY": "codestral",
            "CODESTRAL_LS_BACKEND_FALLBACK": "",
            "CODESTRAL_LS_CODESTRAL_SERVER_URL": address,
            "CODESTRAL_API_KEY": KEY,
        }
        async with serving(variables) as editor:
            await editor.initialize("vscode")
            editor.open(URI, TEXT)
            await editor.ready()
            for column in (4, 0, 4):
                await editor.inline(URI, {"line": 4, "character": column})
            editor.change(URI, 2, {"text": TEXT + f"# {CONTENT}\n"})
            await editor.inline(URI, {"line": 4, "character": 4})
            assert await editor.shutdown() == 0
            log = editor.log
    assert standin.seen, "the key was used"
    for what in (KEY, CONTENT, SECRET):
        assert what not in log


@pytest.mark.parametrize("name", HUGE)
async def test_huge_settings_neither_stop_the_server_nor_fill_its_log(name: str) -> None:
    async with serving(fake("return a + b", first_delay_ms=0)) as editor:
        editor.settings = HUGE[name]
        await editor.initialize("vscode")
        editor.notify("workspace/didChangeConfiguration", {"settings": {"codestral-ls": HUGE[name]}})
        editor.open(URI, "def add(a, b):\n    \n")
        await editor.ready()
        items = await editor.inline(URI, {"line": 1, "character": 4})
        assert [item["insertText"] for item in items] == ["return a + b"]
        told = json.dumps(editor.told("window/showMessage"))
        assert await editor.shutdown() == 0
        assert "Traceback" not in editor.log
        assert len(editor.log) < 50_000
        assert len(told) < 20_000
