"""The boundary of sockets: another user of the machine, who created the socket first, gets no request and no answer."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from codestral_ls.backends.base import FimRequest
from codestral_ls.backends.host_client import HostClient
from codestral_ls.config.host_address import host_address
from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import BackendError, BackendRefused
from support.lsp.lsp_client import fake, serving
from support.models.random_model import SHAPES, write
from support.trust.other_user import NOBODY, command, only_root, run
from support.waiting import until

SECRET = "the_users_own_code"
OPTIONS = LocalOptions(model="/nowhere/model.gguf")


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder that everybody may use, as the system's temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="cls"))
    folder.chmod(0o1777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    yield folder
    shutil.rmtree(folder)


def listener(path: Path) -> list[str]:
    """A process of another user who makes the folder first, listens there, and prints what it receives."""
    return command(
        f"os.makedirs({str(path.parent)!r}, mode=0o777, exist_ok=True)\n"
        f"server = socket.socket(socket.AF_UNIX); server.bind({str(path)!r}); os.chmod({str(path)!r}, 0o777); server.listen()\n"
        "print('listening', flush=True)\n"
        "server.settimeout(20)\n"
        "while True:\n"
        "    peer, _ = server.accept(); got = peer.recv(65536)\n"
        "    if got: print('got', got, flush=True)\n"
    )


@only_root
async def test_a_host_of_another_user_hears_nothing(runtime: Path) -> None:
    process = subprocess.Popen(listener(host_address(OPTIONS).socket), stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        client = HostClient(OPTIONS)
        await client.start()
        health = await client.health()
        with pytest.raises(BackendRefused, match="not a folder of yours"):
            async for _ in client.stream(FimRequest(SECRET, "", 5)):
                pass
        assert health.state in ("error", "offline")
        await client.aclose()
    finally:
        process.kill()
        said, _ = process.communicate()
    assert said == ""


def caller(path: Path, data: bytes) -> str:
    """The result when another user connects to a socket and sends ``data``: nothing, the bytes that came back, or the error."""
    done = run(
        f"peer = socket.socket(socket.AF_UNIX); peer.settimeout(20); peer.connect({str(path)!r})\n"
        f"try:\n    peer.sendall({data!r}); print('got', peer.recv(65536))\n"
        "except ConnectionError:\n    print('cut off')\n"
    )
    return done.stdout or done.stderr.splitlines()[-1]


@only_root
async def test_the_host_answers_no_other_user_even_if_the_folder_was_opened(runtime: Path) -> None:
    """Another user cannot reach the socket. If its folder is opened by mistake, the kernel still names the user who connects."""
    model = runtime / "model.gguf"
    write(model, SHAPES["tiny"], "bpe")
    options = LocalOptions(model=str(model), self_test="off", threads=1)
    path = host_address(options).socket
    asked = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "codestral_ls.host", "--options", json.dumps(asdict(options))),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await until(path.exists, "the host's socket", 60)
        assert "PermissionError" in await asyncio.to_thread(caller, path, asked)
        path.parent.chmod(0o755)
        assert "PermissionError" in await asyncio.to_thread(caller, path, asked)
        path.chmod(0o777)
        for _ in range(3):
            assert await asyncio.to_thread(caller, path, asked) in ("got b''\n", "cut off\n")
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(asked)
        assert (await reader.readline()).startswith(b"HTTP/1.1 ")
        writer.close()
        assert process.returncode is None
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # or its finalizer warns after the loop is gone


@only_root
async def test_a_server_that_waits_for_its_editor_takes_no_other_user_for_it(runtime: Path) -> None:
    folder = runtime / "own"
    folder.mkdir(mode=0o700)
    path = folder / "socket"
    message = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
    async with serving(fake("return a + b"), ["--pipe", str(path)]) as started:
        await started.until(lambda: "waiting for an editor on" in started.log, "a socket")
        folder.chmod(0o755)
        path.chmod(0o777)
        for _ in range(3):
            sent = b"Content-Length: %d\r\n\r\n%s" % (len(message), message)
            assert await asyncio.to_thread(caller, path, sent) in ("got b''\n", "cut off\n")
        assert started.process.returncode is None
        started.process.kill()
        await started.process.wait()


@only_root
@pytest.mark.parametrize("name", ["host.lock", "host.start"])
async def test_a_lock_that_another_user_made_and_holds_locks_nobody_out(runtime: Path, name: str) -> None:
    """Nothing is used in a folder that other users may write, so nobody waits for the lock in it."""
    address = host_address(OPTIONS)
    lock = address.lock if name == "host.lock" else address.lock.with_suffix(".start")
    code = (
        f"import fcntl; os.makedirs({str(lock.parent)!r}, mode=0o777, exist_ok=True)\n"
        f"held = open({str(lock)!r}, 'w'); os.chmod({str(lock)!r}, 0o666); fcntl.flock(held, fcntl.LOCK_EX)\n"
        "print('held', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen(command(code), stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        client = HostClient(OPTIONS)
        await client.start()
        with pytest.raises(BackendRefused, match="not a folder of yours"):
            async for _ in client.stream(FimRequest(SECRET, "", 5)):
                pass
        await client.aclose()
    finally:
        process.kill()
        process.communicate()


@only_root
@pytest.mark.parametrize("what", ["folder", "socket", "link"])
async def test_what_another_user_made_is_not_used(runtime: Path, what: str) -> None:
    address = host_address(OPTIONS)
    address.socket.parent.mkdir(mode=0o700)
    if what == "folder":
        os.chown(address.socket.parent, NOBODY, NOBODY)
    elif what == "link":
        real = runtime / "real"
        address.socket.parent.rename(real)
        address.socket.parent.symlink_to(real)
    server = await asyncio.start_unix_server(lambda _reader, writer: writer.close(), address.socket)
    if what == "socket":
        os.chown(address.socket, NOBODY, NOBODY)
    client = HostClient(OPTIONS)
    with pytest.raises(BackendRefused, match="yours"):
        async for _ in client.stream(FimRequest(SECRET, "", 5)):
            pass
    await client.aclose()
    server.close()


@only_root
async def test_who_is_at_the_other_end_counts_and_not_whose_the_path_was_when_it_was_looked_at(runtime: Path) -> None:
    path = host_address(OPTIONS).socket
    process = subprocess.Popen(listener(path), stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        for made in (path.parent, path):  # as if folder and socket had been exchanged right after they were looked at
            os.chown(made, os.getuid(), os.getgid())
        path.parent.chmod(0o700)
        client = HostClient(OPTIONS)
        await client.start()
        with pytest.raises(BackendError):
            async for _ in client.stream(FimRequest(SECRET, "", 5)):
                pass
        await client.aclose()
    finally:
        process.kill()
        said, _ = process.communicate()
    assert said == ""
