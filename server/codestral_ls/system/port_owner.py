"""Whose process listens on a TCP port of this machine. Only Linux reports it."""

from __future__ import annotations

from pathlib import Path

from codestral_ls.system.bounded import read_bounded

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LISTENS = "0A"
_LARGEST = 16_000_000


def listening_users(port: int, tables: tuple[Path, ...] = _TABLES) -> frozenset[int]:
    """The ids of the users whose processes listen on ``port``, on any address; empty if there is none or the system does not
    report it.

    The format is that of /proc/net/tcp in proc(5): the local address and port in hexadecimal, the state in column 4, the user in
    column 8.
    """
    users: set[int] = set()
    for table in tables:
        try:
            lines = read_bounded(table, _LARGEST).decode("ascii", "replace").splitlines()[1:]
        except (OSError, ValueError):
            continue
        for line in lines:
            fields = line.split()
            try:
                if fields[3] == _LISTENS and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    users.add(int(fields[7]))
            except (IndexError, ValueError):
                continue
    return frozenset(users)


def is_strangers_port(port: int, own: int | None, tables: tuple[Path, ...] = _TABLES) -> bool:
    """Whether another user, who is not the administrator, listens on ``port``. ``own`` is this user's id, None on Windows."""
    return own is not None and not listening_users(port, tables) <= {own, 0}
