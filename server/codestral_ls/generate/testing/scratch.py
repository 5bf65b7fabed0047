"""A scratch copy of the project, and a fenced process in it.

The copy leaves out version control, caches, environments and large files; ``node_modules`` is linked, not copied. Time, memory and
file size are limited, the environment has no secrets, and where the system allows it (Linux with user namespaces) the process sees
no network and takes all its children with it. This keeps accidents in; it does not keep malice in.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.generate.source import FileLeftAlone
from codestral_ls.system import processes

_LEFT_OUT = (
    ".git", ".hg", ".svn", "__pycache__", "*.pyc", ".venv", "venv", "env",
    ".tox", ".nox", ".mypy_cache", ".ruff_cache",
    ".pytest_cache", "node_modules", "target", "dist", "build", ".cache",
    ".env", ".env.*", "*.pem", "*.key", "id_rsa*", "id_ed25519*",
)  # fmt: skip
_LARGEST_FILE = 20 * 1024 * 1024
_MOST_FILES = 50_000
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT")
_FENCES = (
    (("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child"), True),
    (("unshare", "--user", "--map-root-user", "--net"), True),
    ((), False),
)


@dataclass(frozen=True, slots=True)
class Fence:
    """The limits of one run. ``megabytes`` 0 sets no limit of address space (Node reserves far more than it uses)."""

    seconds: float = 30.0
    megabytes: int = 2048


@dataclass(frozen=True, slots=True)
class Ended:
    """How a fenced process ended: its exit code (None: it ran out of time) and the end of what it printed."""

    code: int | None
    output: str


@functools.cache
def fence_prefix() -> tuple[tuple[str, ...], bool]:
    """The strongest prefix that works here, and whether it keeps the network out. Tried once per process."""
    for prefix, no_network in _FENCES:
        if not prefix:
            break
        with contextlib.suppress(OSError, processes.OutOfTimeError):
            if processes.run([*prefix, "true"], timeout=10.0).returncode == 0:
                return prefix, no_network
    return (), False


@contextlib.contextmanager
def scratch_copy(root: Path, below: Path | None = None) -> Iterator[Path]:
    """A copy of the project at ``root`` that is gone afterwards. Raises FileLeftAlone where it cannot be made."""
    folder = Path(tempfile.mkdtemp(prefix="codestral-ls-", dir=below))
    try:
        count = 0

        def left_out(here: str, names: list[str]) -> set[str]:
            nonlocal count
            count += len(names)
            if count > _MOST_FILES:
                raise FileLeftAlone(f"the project has more than {_MOST_FILES:,} files, too many for a scratch copy")
            skipped = set(shutil.ignore_patterns(*_LEFT_OUT)(here, names))
            return skipped | {name for name in names if name not in skipped and not _is_wanted(Path(here, name))}

        copy = folder / "project"
        try:
            shutil.copytree(root, copy, ignore=left_out, symlinks=True)
        except (OSError, shutil.Error) as error:
            raise FileLeftAlone(f"no scratch copy of the project could be made: {error}") from error
        modules = root / "node_modules"
        if modules.is_dir():
            (copy / "node_modules").symlink_to(modules)
        (folder / "home").mkdir()
        yield copy
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_fenced(command: Sequence[str], folder: Path, fence: Fence, variables: dict[str, str] | None = None) -> Ended:
    """Run ``command`` in ``folder`` (inside a scratch copy) and wait for its end, at most ``fence.seconds``."""
    prefix, own_network = fence_prefix()
    home = folder.parent / "home"
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    environment |= {"HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1", "CI": "1", "NO_COLOR": "1"}
    environment |= variables or {}
    if own_network:
        environment["CODESTRAL_LS_OWN_NETWORK"] = "1"
    limited = [
        sys.executable,
        "-I",
        str(Path(__file__).with_name("limited.py")),
        str(fence.seconds),
        str(fence.megabytes),
        "--",
    ]
    with tempfile.TemporaryFile() as output:
        fenced = [*prefix, *limited, *command]
        process = processes.start_fenced(fenced, folder=folder, environment=environment, stdout=output)
        code: int | None = None
        try:
            code = process.wait(fence.seconds)
        except processes.OutOfTimeError:
            pass
        finally:
            _end(process)
        size = output.seek(0, os.SEEK_END)
        output.seek(max(0, size - 4000))
        return Ended(code, output.read().decode("utf-8", "replace"))


def _end(process: processes.Process[bytes]) -> None:
    """End the process and everything in its session."""
    deadline = time.monotonic() + 5.0
    while True:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        try:
            process.wait(0.5)
            return
        except processes.OutOfTimeError:
            if time.monotonic() > deadline:
                return


def _is_wanted(path: Path) -> bool:
    try:
        return path.is_symlink() or path.is_dir() or (path.is_file() and path.stat().st_size <= _LARGEST_FILE)
    except OSError:
        return False
