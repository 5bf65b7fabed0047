"""Which user's process listens on a port: read from the system's table, and from a real socket."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from codestral_ls.system.port_owner import is_strangers_port, listening_users

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
ROW = "   0: 0100007F:1F90 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  {user}        0 1 1 0 100 0 0 10 0\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "tcp"


@pytest.mark.parametrize(
    ("text", "users"),
    [
        (HEAD + ROW.format(state="0A", user=1001), {1001}),
        (HEAD + ROW.format(state="01", user=1001), set()),
        (HEAD + ROW.format(state="0A", user=0) + ROW.format(state="0A", user=7), {0, 7}),
        (HEAD + "nonsense\n   0: x y 0A\n" + ROW.format(state="0A", user="me"), set()),
        ("", set()),
    ],
)
def test_the_table(table: Path, text: str, users: set[int]) -> None:
    table.write_text(text)
    assert listening_users(8080, (table, table.with_name("none"))) == users
    assert listening_users(8081, (table,)) == frozenset()


@pytest.mark.parametrize(
    ("user", "own", "strange"), [(1001, 1001, False), (0, 1001, False), (1002, 1001, True), (1002, None, False)]
)
def test_strangers(table: Path, user: int, own: int | None, strange: bool) -> None:
    table.write_text(HEAD + ROW.format(state="0A", user=user))
    assert is_strangers_port(8080, own, (table,)) is strange


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says it")
def test_a_socket_of_our_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listening_users(port) == {os.getuid()}
        assert not is_strangers_port(port, os.getuid())
        assert is_strangers_port(port, os.getuid() + 1) is (os.getuid() != 0)
