"""Where files are kept: the XDG configuration, cache, state and runtime folders of this user.

A private environment (another XDG_RUNTIME_DIR, say) gets private sockets and so a private host. Nothing is created here.
"""

from __future__ import annotations

import os
from pathlib import Path

APP = "codestral-ls"


def expanded(text: str) -> Path:
    """The path with ``~`` replaced; unchanged if it names a user who does not exist."""
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def user_config_file() -> Path:
    """The user's configuration file; it need not exist."""
    import platformdirs  # takes a few ms that `serve` does not need before it answers

    return _absolute(platformdirs.user_config_dir(APP), ".config") / "config.toml"


def cache_dir() -> Path:
    """The folder for files that can be made again (index, downloaded models, saved KV state)."""
    import platformdirs  # takes a few ms that `serve` does not need before it answers

    return _absolute(platformdirs.user_cache_dir(APP), ".cache")


def state_dir() -> Path:
    """The folder for files that should survive but are not configuration (logs, counts, costs, journals)."""
    import platformdirs  # takes a few ms that `serve` does not need before it answers

    return _absolute(platformdirs.user_state_dir(APP), ".local/state")


def _absolute(found: str, usual: str) -> Path:
    """``found``, or ``usual`` in the home folder if a variable made it relative: that is invalid, and could be a project's folder.

    Older versions of platformdirs take such a variable.
    """
    path = Path(found)
    return path if path.is_absolute() else Path.home() / usual / APP


def runtime_dir() -> Path:
    """The folder for sockets and locks; short enough for a Unix socket's 108-byte address.

    ``XDG_RUNTIME_DIR`` if set; otherwise a folder under the system's temporary folder whose name contains the user's id and
    a digest of the home folder, so that two homes of one user do not meet.
    """
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    if Path(base).is_absolute():  # XDG: a relative path is invalid; it would be another folder in every working folder
        return Path(base) / APP
    import hashlib  # these two cost 10 ms that a system with a runtime folder need not spend
    import tempfile

    home = hashlib.sha256(str(Path.home()).encode()).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / f"{APP}-{os.getuid() if hasattr(os, 'getuid') else 'user'}-{home}"
