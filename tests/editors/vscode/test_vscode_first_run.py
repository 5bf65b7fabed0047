"""The first run on a machine without the server, in a folder that nobody trusts: the extension asks, makes its own
environment, and completes, while the folder's own configuration is ignored.

The environment is made by the real venv and pip from the wheel in the package. Its dependencies are those of the tests' own
environment, lent by PYTHONPATH, so that nothing is downloaded or compiled.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from support.editors.vscode.vscode_editor import Editor
from support.editors.vscode.vscode_processes import processes_of
from support.editors.workplace import Place

INSTALL_SECONDS = 120.0


@pytest.fixture
def place(place: Place) -> Place:
    """A machine with a Python on the PATH, and no codestral-ls."""
    programs = place.folder / "bin"
    programs.mkdir()
    (programs / "python3").symlink_to(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
    lent = {"PYTHONPATH": sysconfig.get_path("purelib"), "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1"}
    return replace(place, environment={**place.environment, **lent, "PATH": f"{programs}:/usr/bin:/bin"})


@pytest.mark.timeout(600)  # the first test also fetches the editor
def test_the_server_is_installed_on_consent(place: Place, open_vscode: Callable[..., Editor]) -> None:
    place.write("codestral-ls.toml", "[completion]\nenabled = false\n")
    file = place.write("add.py", "def add(first, second):\n")
    editor = open_vscode(file, server=None, trusted=False, backend__primary="fake", fake__text="first + second")
    editor.wait_message("Shall this extension make a Python environment")
    assert "no server" in editor.status()
    assert not processes_of(place, "-m pip install"), "something was installed before anybody was asked"

    editor.button("API Only")
    own = ("environment/bin/python", "codestral_ls", "serve")
    editor.wait("the server from the new environment", lambda: processes_of(place, *own), INSTALL_SECONDS)
    editor.wait_ready()
    editor.page.do("click", selector=".monaco-editor .view-lines")
    editor.end_of_file()
    editor.type("    return ")
    assert editor.wait_ghost() == "first + second"
