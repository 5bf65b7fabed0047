"""The folders this program uses: can they be written, is the socket's path short enough?

Creates and removes one empty file per folder, the only reliable test; a folder that does not exist yet is made,
because the program would make it anyway.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from codestral_ls.config.paths import cache_dir, runtime_dir, state_dir
from codestral_ls.doctor.finding import Finding
from codestral_ls.system.private_files import private_folder

GROUP = "Folders"
SOCKET_BYTES = 108
"""Room for a Unix socket's path on Linux, with its closing NUL (104 on macOS)."""

_PURPOSE = {
    "cache": ("index and fetched models", "XDG_CACHE_HOME"),
    "state": ("logs, counts and journals", "XDG_STATE_HOME"),
    "runtime": ("sockets and locks", "XDG_RUNTIME_DIR"),
}


def folders() -> list[Finding]:
    """A finding for each of the cache, state and runtime folders."""
    found = {"cache": cache_dir(), "state": state_dir(), "runtime": runtime_dir()}
    return [_folder(name, path) for name, path in found.items()]


def why_not_writable(folder: Path) -> str | None:
    """None if a file can be made in ``folder`` (which is created), otherwise the reason in the system's words."""
    try:
        private_folder(folder)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            return None
    except OSError as error:
        return error.strerror or str(error)


def _folder(name: str, path: Path) -> Finding:
    purpose, variable = _PURPOSE[name]
    facts: dict[str, object] = {"path": str(path), "writable": True}
    reason = why_not_writable(path)
    if reason is not None:
        text = f"{path} cannot be written ({reason}); it is for {purpose}"
        advice = f"Make {path} writable, or set {variable} to a folder that is."
        return Finding(GROUP, name, "error" if name == "runtime" else "warning", text, advice, facts | {"writable": False})
    longest = len(str(path).encode()) + len("/host-0123456789ab.sock") + 1
    if name == "runtime" and longest > SOCKET_BYTES:
        text = f"{path} is too long for a Unix socket's address"
        return Finding(GROUP, name, "error", text, "Set XDG_RUNTIME_DIR to a folder with a shorter path.", facts)
    return Finding(GROUP, name, "ok", f"{path} ({purpose})", "", facts)
