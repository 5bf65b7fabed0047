"""``serve --tcp``: one editor on a loopback port."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys

from support.lsp.lsp_client import Editor, drawn, fake, private_environment, private_folder, serving

URI = "file:///nowhere/project/sums.py"
TEXT, POSITION = drawn("def add(a, b):\n    │\n")


async def test_an_editor_on_a_port_is_served_and_the_server_ends_with_it() -> None:
    async with serving(fake("return a + b"), ["--tcp", "127.0.0.1:0"]) as started:
        await started.until(lambda: "on port" in started.log, "a port")
        found = re.search(r"on port (\d+)", started.log)
        assert found is not None
        reader, writer = await asyncio.open_connection("127.0.0.1", int(found.group(1)))
        editor = Editor(started.process, reader, writer, keeps_log=False)
        await editor.initialize("neovim-0.12")
        editor.open(URI, TEXT)
        await editor.ready()
        assert await editor.inline(URI, POSITION)
        await editor.close()
        await writer.wait_closed()
        assert started.process.returncode == 1  # nobody said shutdown


def refused_with(address: str) -> str:
    with private_folder() as folder:
        command = [sys.executable, "-m", "codestral_ls", "serve", "--tcp", address]
        refused = subprocess.run(command, env=private_environment(folder), capture_output=True, text=True, check=False, timeout=60)
    assert refused.returncode == 1
    return refused.stderr


def test_a_port_that_is_taken_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = refused_with(f"127.0.0.1:{taken.getsockname()[1]}")
    assert "cannot be used" in told
    assert "fault" not in told


def test_a_name_is_no_address_of_this_machine() -> None:
    assert "only an address of this machine" in refused_with("nowhere.invalid:8012")


def test_an_address_of_other_machines_is_refused_with_a_sentence() -> None:
    with private_folder() as folder:
        command = [sys.executable, "-m", "codestral_ls", "serve", "--tcp", "0.0.0.0:0"]
        refused = subprocess.run(command, env=private_environment(folder), capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "only an address of this machine" in refused.stderr
    assert "Traceback" not in refused.stderr
