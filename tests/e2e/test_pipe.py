"""``serve --pipe``: one editor of the same user on a Unix socket."""

from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from support.lsp.lsp_client import Editor, drawn, fake, private_environment, private_folder, serving
from support.trust.other_user import only_root, run

URI = "file:///nowhere/project/sums.py"
TEXT, POSITION = drawn("def add(a, b):\n    │\n")


async def completes(started: Editor, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    editor = Editor(started.process, reader, writer, keeps_log=False)
    await editor.initialize("neovim-0.12")
    editor.open(URI, TEXT)
    await editor.ready()
    assert await editor.inline(URI, POSITION)
    await editor.close()
    await writer.wait_closed()


async def test_an_editor_connects_to_the_servers_socket() -> None:
    with private_folder() as folder:
        folder.chmod(0o700)
        path = folder / "socket"
        async with serving(fake("return a + b"), ["--pipe", str(path)]) as started:
            await started.until(lambda: "waiting for an editor on" in started.log, "a socket")
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            await completes(started, *await asyncio.open_unix_connection(path))
            assert started.process.returncode == 1  # without a shutdown request
            assert not path.exists()


async def test_the_server_connects_to_the_editors_socket() -> None:
    arrived: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    with private_folder() as folder:
        path = folder / "socket"
        listener = await asyncio.start_unix_server(lambda *streams: arrived.put_nowait(streams), path)
        async with serving(fake("return a + b"), ["--pipe", str(path)]) as started:
            await completes(started, *await arrived.get())
        listener.close()


async def test_what_a_web_page_would_send_ends_the_connection() -> None:
    message = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
    frame = b"Content-Length: %d\r\n\r\n%s" % (len(message), message)
    head = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n\r\n"
    with private_folder() as folder:
        folder.chmod(0o700)
        path = folder / "socket"
        async with serving(fake("return a + b"), ["--pipe", str(path)]) as started:
            await started.until(lambda: "waiting for an editor on" in started.log, "a socket")
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(head + frame)
            assert await reader.read() == b""
            writer.close()
            await started.process.wait()


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda folder: folder.chmod(0o755), "not a folder of yours alone"),
        (lambda folder: (folder / "socket").write_text(""), "is not a socket of yours"),
        (lambda folder: (folder / "socket").symlink_to("/nowhere"), "is not a socket of yours"),
    ],
    ids=["an open folder", "a file", "a link"],
)
def test_an_impossible_place_for_a_socket_is_reported_in_a_sentence(tmp_path: Path, make: object, told: str) -> None:
    folder = tmp_path / "place"
    folder.mkdir(mode=0o700)
    make(folder)  # type: ignore[operator]
    command = [sys.executable, "-m", "codestral_ls", "serve", "--pipe", str(folder / "socket")]
    environment = private_environment(tmp_path)
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (refused.returncode, told in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)


@only_root
async def test_another_user_is_not_an_editor() -> None:
    with private_folder() as folder:
        folder.chmod(0o700)
        path = folder / "socket"
        async with serving(fake("return a + b"), ["--pipe", str(path)]) as started:
            await started.until(lambda: "waiting for an editor on" in started.log, "a socket")
            told = await asyncio.to_thread(run, f"socket.socket(socket.AF_UNIX).connect({str(path)!r})")
            assert "PermissionError" in told.stderr
            await completes(started, *await asyncio.open_unix_connection(path))
