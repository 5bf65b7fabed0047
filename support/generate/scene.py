"""A project to document, and the batch as a separate process in a private environment."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

MODEL = "fim_server/codestral"
"""The name by which the journal knows the batch's server."""


def make_project(root: Path, files: int, functions: int, seed: int = 7) -> None:
    """Write ``files`` modules of ``functions`` functions each, all different."""
    chance = random.Random(seed)
    for number in range(files):
        parts = [f"import m{chance.randrange(100)}\n"]
        for index in range(functions):
            name = f"f{number}_{index}"
            value = chance.randrange(10_000)
            parts.append(
                f"\ndef {name}(value: int, other=None) -> int:\n    if value < {value}:\n        raise ValueError('{name}')\n"
                f"    return value * {value} + m.call(other)\n"
            )
        path = root / f"p{number % 10}" / f"m{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(parts))


def environment(home: Path) -> dict[str, str]:
    """This environment with private folders."""
    names = ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
    return {**os.environ, **dict.fromkeys(names, str(home)), "CODESTRAL_FIM_SERVER_KEY": "x", "NO_COLOR": "1"}


def command(what: str, paths: Sequence[Path], *words: str, address: str = "", journal: Path | None = None) -> list[str]:
    """The command line of a batch against the API at ``address``."""
    line = [sys.executable, "-m", "codestral_ls", "generate", what, *map(str, paths), *words]
    if journal is not None:
        line += ["--journal", str(journal)]
    if address:
        line += [
            "--set",
            "backend.primary=fim_server",
            "--set",
            f"fim_server.address={address}",
            "--set",
            "fim_server.model=codestral",
        ]
        line += ["--set", "limits.requests_per_second=0"]
    return line


def batch(home: Path, line: Sequence[str], timeout: float = 100.0) -> subprocess.CompletedProcess[str]:
    """Run a batch to its end."""
    return subprocess.run(line, env=environment(home), capture_output=True, text=True, timeout=timeout, check=False)


def tree_digest(root: Path) -> dict[str, str]:
    """Every file below ``root`` by its digest."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
