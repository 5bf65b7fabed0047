"""Fixtures: the extension's package, and VS Code with it installed. If something is missing, a test is skipped with the reason."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clients.vscode.scripts.node_tools import CACHE, Missing, packages
from clients.vscode.scripts.platforms import here
from support.editors.debian_packages import Unavailable
from support.editors.vscode.setup_vscode import Tools, tools
from support.editors.vscode.vscode_editor import VSCodeEditor
from support.editors.vscode.vscode_processes import end_processes_of
from support.editors.vscode.vscode_window import BrowserPage, CodeServer
from support.editors.workplace import EditorWorkplace

SERVER = [sys.executable, "-m", "codestral_ls"]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="session")
def vscode_tools() -> Tools:
    """code-server, Chromium and Node."""
    try:
        return tools()
    except (Unavailable, Missing) as reason:
        pytest.skip(f"VS Code: {reason}")


@pytest.fixture(scope="session")
def extension() -> Path:
    """The extension's folder with its npm packages."""
    try:
        return packages()
    except Missing as reason:
        pytest.skip(f"the extension's packages: {reason}")


@pytest.fixture(scope="session")
def vsix(extension: Path) -> Path:
    """The package, built as ``make vsix`` builds it."""
    from clients.vscode.scripts.make_vsix import VSIX, make_vsix

    try:
        make_vsix()
    except Missing as reason:
        pytest.fail(f"the package cannot be built: {reason}")
    return VSIX


@pytest.fixture(scope="session")
def whole_vsix(extension: Path) -> Path:
    """The package that bundles the server, for this machine and the Python that runs this test."""
    from clients.vscode.scripts.make_vsix import make_vsix

    platform = here()
    if platform is None:
        pytest.skip("no package with everything inside is built for this machine")
    try:
        return make_vsix(platform, [PYTHON], CACHE / f"codestral-ls-{platform.target}.vsix")
    except Missing as reason:
        pytest.fail(f"the package cannot be built: {reason}")


@pytest.fixture
def open_vscode(place: EditorWorkplace, vscode_tools: Tools, vsix: Path) -> Iterator[Callable[..., VSCodeEditor]]:
    """Open VS Code with the package, and with another one if ``also`` names it; names of settings are without ``codestral-ls.``."""
    with contextlib.ExitStack() as closing:
        closing.callback(end_processes_of, place)

        def start(
            file: Path,
            *,
            server: list[str] | None = SERVER,
            trusted: bool = True,
            place: EditorWorkplace = place,
            package: Path = vsix,
            also: Path | None = None,
            **settings: Any,
        ) -> VSCodeEditor:
            chosen: dict[str, Any] = {f"codestral-ls.{name.replace('__', '.')}": value for name, value in settings.items()}
            if server is not None:
                chosen["codestral-ls.client.command"] = server
            if not trusted:
                chosen |= {"security.workspace.trust.enabled": True, "security.workspace.trust.startupPrompt": "never"}
            code_server = CodeServer(vscode_tools, place, chosen)
            for each in (package, also):
                if each is not None:
                    code_server.install(each)
            closing.callback(code_server.close)
            code_server.start()
            page = BrowserPage(vscode_tools, place)
            closing.callback(page.close)
            editor = VSCodeEditor(code_server, page)
            editor.open(file)
            return editor

        yield start
