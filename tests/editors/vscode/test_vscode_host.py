"""The tests that run inside the real extension host (clients/vscode/test/host), a row for each."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.editors.vscode.setup_vscode import Tools
from support.editors.vscode.vscode_processes import end_processes_of
from support.editors.vscode.vscode_window import BrowserPage, CodeServer, wait_for
from support.editors.workplace import EditorWorkplace, writes
from support.repository import EXTENSION, ROOT
from support.trust.clone import git

SECONDS = 400.0


@pytest.fixture
def window(place: EditorWorkplace, vscode_tools: Tools, vsix: Path) -> Iterator[tuple[CodeServer, BrowserPage]]:
    """A code-server and a page; the extension itself is loaded from its folder, as in development."""
    command = [sys.executable, str(ROOT / "support/editors/vscode/tapped_server.py"), str(place.folder / "wire.jsonl")]
    settings = {
        "codestral-ls.client.command": command,
    }
    writes(place, "first + second")
    server = CodeServer(vscode_tools, place, settings)
    server.start()
    page = BrowserPage(vscode_tools, place)
    yield server, page
    page.close()
    server.close()
    end_processes_of(place)


@pytest.mark.timeout(600)  # the first test also fetches the editor
def test_everything_inside_the_extension_host(window: tuple[CodeServer, BrowserPage], place: EditorWorkplace) -> None:
    server, page = window
    place.write("notes.txt", "no code\n")
    place.write("calc.py", "def add(first, second):\n    return first + second\n")
    git(place.workspace, "init", "-q")
    git(place.workspace, "add", "calc.py")
    git(place.workspace, "commit", "-qm", "first")
    for name in ("add.py", "hidden.py", "fixed.py"):
        place.write(name, "def add(first, second):\n    return ")

    def uri(path: Path) -> dict[str, str]:
        return {"scheme": "vscode-remote", "authority": f"127.0.0.1:{server.port}", "path": str(path)}

    page.do("develop", extension=uri(EXTENSION), tests=uri(EXTENSION / "dist/test/host/index.js"))
    page.do("goto", 150, url=server.url())
    said: list[str] = []

    def ended() -> Any:
        said.extend(line for line in page.do("logged") if line.startswith("HOST "))
        return page.do("exits")

    wait_for("the tests to end", ended, SECONDS, lambda: "\n".join(said)[-4000:] + server.log()[-2000:])
    ended()
    results = list({line: json.loads(line[5:]) for line in said if line.startswith("HOST ")}.values())
    failed = [f"{result['name']}: {result['failure']}" for result in results if result["failure"]]
    assert not failed, "\n".join(failed)
    assert len(results) >= 10, said
