"""Two windows with the embedded model share one host; what happens when it crashes."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import sys
from pathlib import Path

import pytest

from support.lsp.host_processes import hosts_ended, hosts_of
from support.lsp.lsp_client import Editor, drawn, private_folder, serving
from support.waiting import until

if importlib.util.find_spec("llama_cpp") is None:
    pytest.skip("the extra [local] is not installed", allow_module_level=True)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")

URI = "file:///nowhere/project/numbers.py"
CODE = """import os


def join(folder: str, name: str) -> str:
    return os.path.│


def main() -> None:
    print(join("a", "b"))
"""


async def window(editor: Editor, name: str) -> None:
    """Open the file in a window of the editor ``name`` and wait for the model."""
    editor.settings = {"local": {"threads": 1, "idle_exit_seconds": 60}}
    await editor.initialize(name)
    editor.open(URI, drawn(CODE)[0])
    await editor.ready()


async def completes(editor: Editor) -> bool:
    """Ask explicitly, so that a model answers even if it is unsure."""
    return bool(await editor.inline(URI, drawn(CODE)[1]))


async def one_host(folder: Path) -> int:
    """The process id of the only host."""
    [process_id] = hosts_of(folder)
    return process_id


async def test_two_windows_share_one_host_and_survive_its_death() -> None:
    async def session(folder: Path) -> None:
        async with serving(folder=folder) as first, serving(folder=folder) as second:
            await asyncio.gather(window(first, "vscode"), window(second, "neovim-0.12"))
            assert await completes(first)
            assert await completes(second)
            before = await one_host(folder)

            os.kill(before, signal.SIGKILL)
            lost = await first.inline(URI, {"line": 8, "character": 4})  # any answer: an empty one, or one from the cache
            assert isinstance(lost, list)
            told = len(first.states())
            await first.until(lambda: first.states()[told - 1 :][-1] == "ready" and hosts_of(folder), "the model again")

            async def both_complete() -> bool:
                return await completes(first) and await completes(second)

            await until(both_complete, "completions in both", 60)
            after = await one_host(folder)
            assert after != before
            assert await first.shutdown() == 0
            assert await second.shutdown() == 0
            assert "Traceback" not in first.log + second.log

    with private_folder() as folder, hosts_ended(folder):
        await session(folder)


async def test_a_window_that_closes_leaves_the_host_to_the_others() -> None:
    async def session(folder: Path) -> None:
        async with serving(folder=folder) as second:
            async with serving(folder=folder) as first:
                await window(first, "helix")
                assert await completes(first)
                host = await one_host(folder)
                assert await first.shutdown() == 0
            await window(second, "emacs-eglot")
            assert await completes(second)
            assert await one_host(folder) == host
            assert await second.shutdown() == 0

    with private_folder() as folder, hosts_ended(folder):
        await session(folder)


async def test_typing_while_the_model_loads_is_answered_empty_at_once() -> None:
    async def session(folder: Path) -> None:
        async with serving(folder=folder) as editor:
            await editor.initialize("bare", initializationOptions={"local": {"threads": 1, "idle_exit_seconds": 60}})
            text, position = drawn("value = │\n")
            editor.open(URI, text)
            early = await editor.inline(URI, position)
            assert "ready" not in editor.states()
            assert early == []
            await editor.ready()
            assert await editor.shutdown() == 0

    with private_folder() as folder, hosts_ended(folder):
        await session(folder)


async def test_a_model_that_cannot_be_loaded_is_reported_once_and_completes_nothing(tmp_path: Path) -> None:
    truncated = tmp_path / "broken.gguf"
    truncated.write_bytes(b"GGUF" + bytes(200))

    async def session(folder: Path, model: Path) -> None:
        settings = {"CODESTRAL_LS_LOCAL_MODEL": str(model)}
        async with serving(settings, folder=folder) as editor:
            await editor.initialize()
            editor.open(URI, drawn(CODE)[0])
            await editor.until(lambda: editor.told("window/showMessage"), "a message")
            for _ in range(3):
                assert await editor.inline(URI, drawn(CODE)[1]) == []
            [message] = editor.told("window/showMessage")
            assert str(model.name) in message["message"]
            assert "Traceback" not in editor.log
            assert await editor.shutdown() == 0

    for model in (truncated, tmp_path / "missing.gguf"):
        with private_folder() as folder, hosts_ended(folder):
            await session(folder, model)
