"""Where a server's key comes from: the environment, a command the user named, the system's keyring.

In that order, read once and remembered for the life of a backend. No file of this project ever holds a key, and a key is never part
of a message, a log line or a ``repr``.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from codestral_ls.errors import BackendNeedsKey
from codestral_ls.system.core_dumps import hide_memory
from codestral_ls.system.processes import output_of_users

_log = logging.getLogger(__name__)
KEYRING_SERVICE = "codestral-ls"
_COMMAND_SECONDS = 60.0  # seconds: a password manager may ask for its passphrase


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where to look for a key: an environment variable, a command line (may be empty), and a user name in the keyring."""

    variable: str
    command: str
    keyring_name: str

    @property
    def hint(self) -> str:
        """A sentence that says how to give the key."""
        section = self.keyring_name
        return (
            f"Set {self.variable} or {section}.key_command, or store it with `python -m keyring set {KEYRING_SERVICE} {section}`."
        )


class ApiKey:
    """One server's key, fetched when first needed and again after ``forget``.

    ``in_clear`` is an address to which the key, if there is one, must not be sent.
    """

    def __init__(self, source: KeySource, env: Mapping[str, str] = os.environ, *, in_clear: str = "") -> None:
        self.source = source
        self._in_clear = in_clear
        self._env = env
        self._value: str | None = None
        self._asked = False
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        return f"Key({self.source.variable}, {'known' if self._value else 'not known'})"

    async def get(self, timeout: float = _COMMAND_SECONDS) -> str | None:
        """The key, or None if there is none. Raises: BackendNeedsKey (the command failed)."""
        async with self._lock:
            if not self._asked:
                value = await self._find(timeout)
                if value and not (value.isascii() and value.isprintable()):
                    raise BackendNeedsKey(f"The API key contains characters that are not allowed in keys. {self.source.hint}")
                if value and self._in_clear:
                    raise BackendNeedsKey(
                        f"The API key is not sent to {self._in_clear}: anybody on the way could read it, and your code. "
                        "Use https:// or a tunnel; `network.allow_plain_http` sends it all the same."
                    )
                if value:
                    hide_memory()
                self._value = value
                self._asked = True
        return self._value

    async def require(self) -> str:
        """The key. Raises: BackendNeedsKey (there is none)."""
        key = await self.get()
        if not key:
            raise BackendNeedsKey(f"No API key was found. {self.source.hint}")
        return key

    def forget(self) -> None:
        """Ask again next time: the server rejected the key, which may have been renewed."""
        self._asked = False

    async def _find(self, timeout: float) -> str | None:
        value = self._env.get(self.source.variable, "").strip()
        if value:
            return value
        if self.source.command.strip():
            return await _from_command(self.source, timeout)
        return await asyncio.to_thread(_from_keyring, self.source.keyring_name)


async def _from_command(source: KeySource, timeout: float) -> str:
    """The first line that the command prints; it runs in the home folder, without a shell."""
    option = f"{source.keyring_name}.key_command"
    try:
        code, output = await output_of_users(shlex.split(source.command), timeout=timeout)
    except TimeoutError as error:
        raise BackendNeedsKey(f"{option} did not finish within {timeout:.0f} s.") from error
    except (OSError, ValueError) as error:
        raise BackendNeedsKey(f"{option} cannot be run: {error}") from error
    lines = output.decode("utf-8", "replace").splitlines()
    if code or not lines or not lines[0].strip():
        raise BackendNeedsKey(f"{option} ended with status {code} and printed no key.")
    return lines[0].strip()


def _from_keyring(name: str) -> str | None:
    """The key that the optional ``keyring`` package finds; a missing package or a locked ring counts as no key."""
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    try:
        return keyring.get_password(KEYRING_SERVICE, name)
    except keyring.errors.KeyringError as error:
        _log.info("The keyring cannot be read: %s", error)
        return None
