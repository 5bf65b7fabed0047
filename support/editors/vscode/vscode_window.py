"""A VS Code under test: one code-server process, and one page of it driven in Chromium (driver.mjs).

Every wait polls until its deadline and then reports the screen. Of this project's extension this module knows only the status bar
item.
"""

from __future__ import annotations

import copy
import json
import os
import queue
import signal
import socket
import subprocess
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from support.editors.vscode.setup_vscode import Tools
from support.editors.workplace import EditorWorkplace
from support.waiting import wait_until

HERE = Path(__file__).resolve().parent
START_SECONDS = 240.0
DEADLINE = 30.0
POLL_SECONDS = 0.05
Found = TypeVar("Found")

CALM: dict[str, Any] = {
    "chat.disableAIFeatures": True,
    "editor.quickSuggestions": False,
    "editor.wordBasedSuggestions": "off",
    "editor.fontFamily": "DejaVu Sans Mono, monospace",
    "editor.minimap.enabled": False,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "files.autoSave": "off",
    "git.enabled": False,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "window.commandCenter": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.reduceMotion": "on",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}
"""Settings that keep everything off the screen that is not under test."""


def wait_for(what: str, look: Callable[[], Found], seconds: float = DEADLINE, otherwise: Callable[[], str] = str) -> Found:
    """The result of ``look`` as soon as it is true; at the deadline an error that shows ``what`` and ``otherwise()``."""
    try:
        return wait_until(look, what, seconds, POLL_SECONDS)
    except AssertionError as error:
        raise AssertionError(f"{error}; {otherwise()}") from None


class CodeServer:
    """VS Code's server with its own data folders and settings; call ``install`` before ``start``."""

    def __init__(self, tools: Tools, place: EditorWorkplace, settings: dict[str, Any]) -> None:
        self.place = place
        self.data = place.folder / "u"
        # The page reads settings of scope "machine" only from the second file, which belongs to the server's side.
        self.settings_files = [self.data / kind / "settings.json" for kind in ("User", "Machine")]
        for file in self.settings_files:
            file.parent.mkdir(parents=True)
        self.log_file = place.folder / "server.log"
        self.set({**CALM, **settings})
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._command = [str(tools.node), str(tools.code_server), "--user-data-dir", str(self.data)]
        self._command += ["--extensions-dir", str(place.folder / "e")]
        path = os.pathsep.join((place.environment["PATH"], str(tools.node.parent)))
        self._environment = {**place.environment, "PATH": path, "EXTENSIONS_GALLERY": "{}"}
        self._environment["CODESTRAL_LS_SERVER_LOG_FILE"] = str(self.log_file)
        self._process: subprocess.Popen[bytes] | None = None

    def set(self, settings: dict[str, Any]) -> None:
        """Write the user's settings; a running VS Code applies them at once."""
        for file in self.settings_files:
            draft = file.with_suffix(".draft")
            draft.write_text(json.dumps(settings, indent=1))
            draft.replace(file)

    def change(self, **settings: Any) -> None:
        """Change some settings; ``__`` in a name is a dot, None removes a setting."""
        now = self._settings()
        for name, value in settings.items():
            now[f"codestral-ls.{name.replace('__', '.')}"] = value
        self.set({name: value for name, value in now.items() if value is not None})

    def setting(self, name: str) -> Any:
        """A user's setting as it is in the file; also None while VS Code is rewriting the file."""
        try:
            return self._settings().get(f"codestral-ls.{name}")
        except json.JSONDecodeError:
            return None

    def _settings(self) -> dict[str, Any]:
        """All settings; the machine's override the user's."""
        user, machine = (json.loads(file.read_text()) for file in self.settings_files)
        return {**user, **machine}

    def log(self) -> str:
        """The text of the language server's log."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def install(self, vsix: Path) -> None:
        """Install an extension, as ``code --install-extension`` does."""
        command = [*self._command, "--install-extension", str(vsix)]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=START_SECONDS)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "successfully installed" in done.stdout, done.stdout

    def start(self) -> None:
        """Start the server and wait until it answers."""
        switches = ["--bind-addr", f"127.0.0.1:{self.port}", "--auth", "none", "--disable-telemetry"]
        switches += ["--disable-update-check", "--disable-getting-started-override"]
        log = (self.place.folder / "code-server.log").open("wb")
        self._process = subprocess.Popen(
            [*self._command, *switches], env=self._environment, stdout=log, stderr=log, start_new_session=True
        )
        log.close()
        wait_for("code-server", self._answers, START_SECONDS)

    def url(self, file: Path | None = None, folder: Path | None = None) -> str:
        """The address of the page that shows a folder, with ``file`` open."""
        parts = {"folder": str(folder or self.place.workspace)}
        if file is not None:
            parts["payload"] = json.dumps([["openFile", f"vscode-remote://127.0.0.1:{self.port}{file}"]])
        return f"http://127.0.0.1:{self.port}/?{urllib.parse.urlencode(parts)}"

    def close(self) -> None:
        """End the server and everything it started: it keeps an extension host long after its page is closed."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(10)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.place.folder / "code-server.log").read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


class BrowserPage:
    """A page in Chromium. ``do`` runs one action of driver.mjs; the other methods use it."""

    def __init__(self, tools: Tools, place: EditorWorkplace) -> None:
        environment = {**place.environment, **tools.browser.environment}
        command = [str(tools.node), str(HERE / "driver.mjs"), str(tools.playwright), str(tools.browser.program)]
        self._process = subprocess.Popen(
            [*command, str(place.folder / "chromium")],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._answers: queue.Queue[str] = queue.Queue()
        self._number = 0
        threading.Thread(target=self._read, daemon=True).start()
        self._answer(START_SECONDS)

    def do(self, action: str, seconds: float = DEADLINE, **arguments: Any) -> Any:
        """Run one action and return its result. Raises: AssertionError if it failed."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": action, "page": self._number, "ms": seconds * 1000, **arguments}) + "\n")
        self._process.stdin.flush()
        return self._answer(seconds + 10)

    def another(self) -> BrowserPage:
        """A second page of the same Chromium, as a user's second window; it ends with this one."""
        other = copy.copy(self)
        other._number = self.do("open")
        return other

    def close(self) -> None:
        """End Chromium."""
        if self._process.poll() is None and self._process.stdin is not None:
            try:
                self._process.stdin.write('{"do": "close"}\n')
                self._process.stdin.close()
                self._process.wait(10)
            except (OSError, subprocess.TimeoutExpired):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _answer(self, seconds: float) -> Any:
        line = self._answers.get(timeout=seconds)
        assert line, "the browser's driver has ended"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["ok"]

    def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                self._answers.put(line)
        except ValueError:  # closed while it was read: the test has ended
            return
        self._answers.put("")
