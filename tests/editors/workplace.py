"""A test's own folder and environment, and its scripted server; the fixtures that make them are in conftest.py."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]


@dataclass(frozen=True)
class Place:
    """A folder of one test's own: ``workspace`` is what the editor opens, ``environment`` what it runs in."""

    folder: Path
    workspace: Path
    environment: dict[str, str]

    def write(self, name: str, text: str) -> Path:
        """A file of the workspace, byte for byte."""
        path = self.workspace / name
        path.write_bytes(text.encode())
        return path


class Scripted:
    """The stub server of one test: its rules can be changed while it runs, its log can be read."""

    def __init__(self, folder: Path) -> None:
        self.script = folder / "script.json"
        self.log = folder / "log.jsonl"
        self.command = [sys.executable, str(HERE / "stub_server.py"), str(self.script), str(self.log)]
        self.say([])

    def say(self, rules: list[dict[str, Any]], **more: Any) -> None:
        """From now on complete by ``rules``; see stub_server.py."""
        draft = self.script.with_suffix(".draft")
        draft.write_text(json.dumps({"rules": rules, **more}))
        draft.replace(self.script)

    def heard(self, method: str) -> list[dict[str, Any]]:
        """The params of every message received with this method."""
        if not self.log.exists():
            return []
        messages = [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith("}")]
        return [message.get("params") for message in messages if message.get("method") == method]

    def document(self) -> str:
        """The last changed document as the server has it."""
        path = self.log.parent / "document.txt"
        return path.read_bytes().decode() if path.exists() else ""
