"""The language server on Windows over stdio: two windows with one host that is killed, and the first messages of every editor."""

from __future__ import annotations

import os
import signal

import pytest

from support.lsp.lsp_client import INITIALIZE, drawn, fake
from support.waiting import until
from support.windows.under_wine import WineMachine, windows_uri

pytestmark = pytest.mark.timeout(600)  # Wine is slow on a busy machine

CODE = """import os


def join(folder: str, name: str) -> str:
    return os.path.│


def main() -> None:
    print(join("a", "b"))
"""

SECONDS = 90.0


def alone(machine: WineMachine) -> list[int]:
    """The only host: a second host that found the lock taken needs a moment to exit."""
    hosts = machine.hosts()
    return hosts if len(hosts) == 1 else []


async def test_two_windows_share_one_host_and_survive_its_death(own_machine: WineMachine) -> None:
    uri = windows_uri(own_machine.folder / "join.py")
    text, cursor = drawn(CODE)
    async with own_machine.serving() as first, own_machine.serving() as second:
        for window, name in ((first, "vscode"), (second, "neovim-0.12")):
            window.settings = {"local": {"threads": 1, "idle_exit_seconds": 60}}
            await window.initialize(name)
            window.open(uri, text)
        for window in (first, second):
            await until(lambda asked=window: asked.inline(uri, cursor), "a completion", SECONDS)  # type: ignore[misc]
        [host] = await until(lambda: alone(own_machine), "one host, the other window's left", SECONDS)
        os.kill(host, signal.SIGKILL)
        first.change(uri, 2, {"text": text.replace("join", "joined")})  # so that no remembered answer fits

        async def completes_again() -> bool:
            return bool(own_machine.hosts()) and bool(await first.inline(uri, cursor)) and host not in own_machine.hosts()

        await until(completes_again, "the window completes with a new host", SECONDS)
        await until(lambda: alone(own_machine), "one host", SECONDS)
        assert await first.shutdown() == 0


@pytest.mark.parametrize("editor", sorted(path.stem for path in INITIALIZE.glob("*.json")))
async def test_each_editor_begins_and_completes(own_machine: WineMachine, editor: str) -> None:
    uri = windows_uri(own_machine.folder / "join.py")
    text, cursor = drawn(CODE.replace("\n", "\r\n"))
    async with own_machine.serving(**fake("join(folder, name)", first_delay_ms=0)) as window:
        await window.initialize(editor)
        window.open(uri, text)
        items = await until(lambda: window.inline(uri, cursor), "a completion", SECONDS)
        assert [item["insertText"] for item in items] == ["join(folder, name)"]
        assert await window.shutdown() == 0
