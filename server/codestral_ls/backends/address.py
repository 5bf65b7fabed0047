"""A server's address: http(s) or a Unix socket, and whether it is on this machine.

Pure values. Names are not resolved: only addresses that are this machine by definition count as local.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from codestral_ls.config.quote import plain
from codestral_ls.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """``url`` has no slash at its end; ``socket`` is a Unix socket's path, or None for TCP."""

    url: str
    socket: str | None = None

    @property
    def is_local(self) -> bool:
        """True if text sent there stays on this machine."""
        return self.socket is not None or is_loopback(urlsplit(self.url).hostname or "")

    def __str__(self) -> str:
        return f"unix://{self.socket}" if self.socket is not None else self.url


def parse_address(text: str, option: str) -> ServerAddress:
    """Read ``http://host:port``, ``https://[::1]:1/base`` or ``unix:///path``; ``option`` names it in messages.

    Raises: ConfigError (no such form, a password in the address, a port out of range).
    """
    try:
        parts = urlsplit(text.strip())
        if parts.scheme == "unix" and parts.path:
            return ServerAddress("http://localhost", parts.path)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
        usable = usable and text.isprintable() and " " not in text.strip()
    except ValueError:  # the port is not a number or above 65535, or there is only half of an IPv6 address
        usable = False
    if not usable:
        shown = plain(re.sub(r"//.*@", "//…@", text))  # without a password that may be in it
        raise ConfigError(f'{option}: "{shown}" is not an address. Write http://host:port, https://host or unix:///path.')
    if parts.username or parts.password:
        raise ConfigError(f"{option}: an address may not carry a password. Use {option.split('.', maxsplit=1)[0]}.key_command.")
    return ServerAddress(f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}")


def in_clear(address: ServerAddress, allowed: bool) -> str:
    """The address, if a key sent to it could be read on the way and it is not ``allowed``; else empty."""
    return address.url if address.url.startswith("http://") and not address.is_local and not allowed else ""


def is_loopback(host: str) -> bool:
    """True for localhost and the loopback addresses of both families."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost":  # some systems ask the DNS for a name below it, which can lead anywhere
        return True
    try:
        address = ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool(address.is_loopback or (mapped is not None and mapped.is_loopback))
