"""``serve`` starts quickly: which modules are imported before it answers ``initialize``, and which are never imported."""

from __future__ import annotations

import re

from support.lsp.lsp_client import drawn, fake, serving

URI = "file:///nowhere/project/sums.py"
TEXT, POSITION = drawn("def add(a, b):\n    │\n")
NEVER = {"llama_cpp", "mistralai", "numpy", "rich", "mistral_common", "torch"}
NOT_BEFORE_INITIALIZE = NEVER | {"aiohttp", "tree_sitter", "sqlite3", "platformdirs", "pathspec"}


def imported(log: str) -> set[str]:
    """The top-level names in the output of ``-X importtime``."""
    names = re.findall(r"^import time:[^|]*\|[^|]*\|\s*([\w.]+)", log, re.MULTILINE)
    return {name.partition(".")[0] for name in names}


async def test_heavy_modules_are_imported_late_or_never() -> None:
    async with serving(fake("return a + b"), python=["-X", "importtime"]) as editor:
        # The editor sends no "initialized", so everything in the log now was imported before the answer.
        await editor.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        await editor.until(lambda: "| codestral_ls.lsp.server\n" in editor.log, "the last import")
        early = imported(editor.log)
        assert "pygls" in early
        assert early & NOT_BEFORE_INITIALIZE == set()

        editor.notify("initialized", {})
        editor.open(URI, TEXT)
        await editor.ready()
        assert await editor.inline(URI, POSITION)
        assert "tree_sitter" in imported(editor.log)
        assert imported(editor.log) & NEVER == set()
