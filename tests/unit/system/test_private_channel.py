"""The channel between a user's processes on each system, and other users who take its name first."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from codestral_ls.system import private_channel
from codestral_ls.system.access_list import access_list
from codestral_ls.system.private_channel import StrangersChannelError, channel, check_before, connect, is_pipe, listen, unfit
from support.trust.other_user import NOBODY, only_root

FOLDER = Path("/run/user/1000/codestral-ls")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name."""
    with tempfile.TemporaryDirectory(prefix="c") as name:
        yield Path(name)


def test_a_socket_lies_in_the_folder_and_a_pipe_carries_the_folders_digest() -> None:
    assert channel(FOLDER, "host-1", windows=False) == "/run/user/1000/codestral-ls/host-1.sock"
    mine, theirs = (channel(Path(name), "host-1", windows=True) for name in ("C:/Users/me", "C:/Users/you"))
    assert mine.startswith("\\\\.\\pipe\\codestral-ls-")
    assert mine.endswith("-host-1")
    assert mine != theirs
    assert mine.count("\\") == 4


def test_an_address_that_is_too_long_is_reported_before_it_is_used() -> None:
    assert "too long" in unfit(channel(Path("/" + "x" * 120), "host-1", windows=False))
    assert unfit(channel(FOLDER, "host-1", windows=False)) == ""
    assert unfit(channel(Path("/" + "x" * 120), "host-1", windows=True)) == ""


def test_a_pipe_is_known_by_its_name() -> None:
    assert [is_pipe(name) for name in ("\\\\.\\pipe\\a", "\\\\server\\pipe\\a", "/run/a.sock", "pipe")] == [
        True,
        False,
        False,
        False,
    ]


async def test_what_one_end_writes_the_other_reads(folder: Path) -> None:
    address = channel(folder, "host-1")
    arrived: asyncio.Queue[bytes] = asyncio.Queue()

    class Serving(asyncio.Protocol):
        def data_received(self, data: bytes) -> None:
            arrived.put_nowait(data)

    listener = await listen(Serving, address, 1)
    assert os.stat(address).st_mode & 0o077 == 0
    check_before(address)
    _, writer = await connect(address)
    writer.write(b"hello")
    assert await arrived.get() == b"hello"
    writer.close()
    listener.close()
    private_channel.gone(address)
    with pytest.raises(FileNotFoundError):
        await connect(address)


@only_root
async def test_a_strangers_socket_is_not_asked(folder: Path) -> None:
    address = channel(folder, "host-1")
    listener = await listen(asyncio.Protocol, address, 1)
    os.chown(address, NOBODY, NOBODY)
    with pytest.raises(StrangersChannelError, match="not a socket of yours"):
        check_before(address)
    listener.close()


def test_an_access_list_names_the_user_the_system_and_the_administrators_alone() -> None:
    assert access_list("S-1-5-21-1", folder=True) == "D:P(A;OICI;FA;;;S-1-5-21-1)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
    assert access_list("S-1-5-21-1", folder=False) == "D:P(A;;FA;;;S-1-5-21-1)(A;;FA;;;SY)(A;;FA;;;BA)"
