"""The boundary of sockets: another user of the machine, who created the socket first, gets no request and no answer."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from codestral_ls.backends.base import FimRequest
from codestral_ls.backends.host_client import HostClient
from codestral_ls.config.host_address import host_address
from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import BackendError, BackendRefused
from support.trust.other_user import NOBODY, command, only_root

SECRET = "the_users_own_code"
OPTIONS = LocalOptions(model="/nowhere/model.gguf")


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder that everybody can reach into, as the system's temporary folder is."""
    folder = Path(tempfile.mkdtemp(prefix="cls"))
    folder.chmod(0o1777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    yield folder
    shutil.rmtree(folder)


def listener(path: Path) -> list[str]:
    """Another user who makes the folder first, listens there, and prints what it gets."""
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
