"""A real `host --listen` as other machines reach it: its address, its token and its process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TOKEN = "for-the-team"


@dataclass(frozen=True)
class TeamHost:
    """``address`` is http://…; requests need ``TOKEN``."""

    address: str
    process: subprocess.Popen[str]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {TOKEN}"}


@contextmanager
def team_host(folder: Path, options: Mapping[str, object] | None = None) -> Iterator[TeamHost]:
    """A host with these options of the [local] section, in private folders; it ends with the block."""
    names = ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
    environment = {**os.environ, **{name: str(folder) for name in names}, "CODESTRAL_LS_TOKEN": TOKEN}
    command = [sys.executable, "-m", "codestral_ls.host", "--listen", "127.0.0.1:0", "--options", json.dumps(options or {})]
    with (folder / "host.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        yield TeamHost(process.stdout.readline().split()[-1], process)
    finally:
        process.kill()
        process.communicate()
