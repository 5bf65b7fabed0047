"""A test's own folder and environment, and the servers it may use; the fixtures for them are in conftest.py."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.editors.debian_packages import Unavailable

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]


@dataclass(frozen=True)
class EditorWorkplace:
    """A folder for one test: ``workspace`` is what the editor opens, ``environment`` the variables it runs in."""

    folder: Path
    workspace: Path
    environment: dict[str, str]

    def write(self, name: str, text: str) -> Path:
        """Write a file of the workspace, byte for byte."""
        path = self.workspace / name
        path.write_bytes(text.encode())
        return path

    def processes(self, word: str = "") -> list[int]:
        """Ids of the processes in this environment whose command line contains ``word``."""
        mark = f"XDG_RUNTIME_DIR={self.environment['XDG_RUNTIME_DIR']}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                environment = (process / "environ").read_bytes().split(b"\0")
                arguments = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue  # it has ended, or belongs to another user
            if mark in environment and word in arguments:
                found.append(int(process.name))
        return found

    def close(self) -> None:
        """End all processes of this environment (a model host outlives its editors) and remove the folder."""
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


def new_place() -> EditorWorkplace:
    """A new folder directly below the temporary folder, because a Unix socket's address has at most 108 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="ce-"))
    kinds = {"HOME": "h", "XDG_RUNTIME_DIR": "r", "XDG_CACHE_HOME": "c", "XDG_STATE_HOME": "s"}
    kinds |= {"XDG_CONFIG_HOME": "o", "XDG_DATA_HOME": "d"}
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    for variable, short in kinds.items():
        (folder / short).mkdir(mode=0o700)
        environment[variable] = str(folder / short)
    workspace = folder / "w"
    (workspace / ".git").mkdir(parents=True)
    return EditorWorkplace(folder, workspace, environment)


def writes(place: EditorWorkplace, text: str) -> None:
    """Make the fake backend write ``text`` for every server of this place, through the user's configuration file."""
    file = Path(place.environment["XDG_CONFIG_HOME"]) / "codestral-ls" / "config.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f'[backend]\nprimary = "fake"\n\n[fake]\ntext = {json.dumps(text)}\n')


def readme_section(start: str, end: str) -> str:
    """The part of the README between two phrases: all that a newcomer reads about an editor."""
    text = (REPOSITORY / "README.md").read_text()
    return text[text.index(start) : text.index(end, text.index(start))]


def installed_environment(place: EditorWorkplace) -> dict[str, str]:
    """The place's environment with the installed ``codestral-ls`` on PATH. Raises: Unavailable."""
    programs = Path(sys.executable).parent
    if not (programs / "codestral-ls").exists():
        raise Unavailable("codestral-ls is not installed beside this Python")
    return {**place.environment, "PATH": f"{programs}:{place.environment['PATH']}"}


def real_server() -> list[str]:
    """The command of the real language server. Raises: Unavailable where the embedded model cannot run."""
    if not importlib.util.find_spec("llama_cpp"):
        raise Unavailable("the extra [local] is not installed")
    if not list((REPOSITORY / "server/codestral_ls/embedded").glob("*.gguf")):
        raise Unavailable("the embedded model is not in this checkout")
    return [sys.executable, "-m", "codestral_ls", "serve"]


class Scripted:
    """The stub server of one test: the test can change its rules while it runs, and read its log."""

    def __init__(self, folder: Path) -> None:
        self.script = folder / "script.json"
        self.log = folder / "log.jsonl"
        self.command = [sys.executable, str(HERE / "stub_server.py"), str(self.script), str(self.log)]
        self.say([])

    def say(self, rules: list[dict[str, Any]], **more: Any) -> None:
        """Complete by ``rules`` from now on; see stub_server.py."""
        draft = self.script.with_suffix(".draft")
        draft.write_text(json.dumps({"rules": rules, **more}))
        draft.replace(self.script)

    def heard(self, method: str) -> list[dict[str, Any]]:
        """The params of every message received with this method."""
        if not self.log.exists():
            return []
        messages = [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith("}")]
        return [message.get("params") for message in messages if message.get("method") == method]

    def heard_ids(self, method: str) -> list[int]:
        """The identifiers of every request received with this method, in order."""
        messages = [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith("}")]
        return [message["id"] for message in messages if message.get("method") == method]

    def document(self) -> str:
        """The text of the document that changed last, as the server has it."""
        path = self.log.parent / "document.txt"
        return path.read_bytes().decode() if path.exists() else ""
