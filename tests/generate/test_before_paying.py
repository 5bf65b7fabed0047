"""Before a batch that costs money: an estimate, a question in a terminal, and no start in a script without ``--yes``."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.generate import timed_api
from support.generate.scene import batch, command, environment, make_project, tree_digest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is asked")

CTRL_C = b"\x03"


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A stand-in of Mistral's API, which counts as one that costs money."""
    monkeypatch.setenv("MISTRAL_API_KEY", "x")
    words = [sys.executable, timed_api.__file__, "0"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate("")


def answered(address: str) -> int:
    """How many requests the stand-in has answered."""
    with urllib.request.urlopen(f"{address}/counts") as reply:
        return int(json.loads(reply.read())["answered"])


def line(root: Path, address: str, *words: str) -> list[str]:
    """The command line of a batch that uses the stand-in."""
    chosen = ("backend.primary=mistral", f"mistral.server_url={address}", "limits.requests_per_second=0")
    return [*command("docstrings", [root], "--write", *words), *(word for one in chosen for word in ("--set", one))]


def in_terminal(line: list[str], home: Path, typed: bytes) -> tuple[int, str]:
    """Run a command in a terminal and type ``typed`` at its question; return its exit code and what the terminal showed."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        line, env=environment(home) | {"TERM": "xterm", "COLUMNS": "160"}, stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    shown, asked, deadline = b"", False, time.monotonic() + 100
    while time.monotonic() < deadline:
        if select.select([master], [], [], 0.1)[0]:
            try:
                piece = os.read(master, 65_536)
            except OSError:  # all writers have closed it
                break
            if not piece:
                break
            shown += piece
        if not asked and b"Continue? [y/N]" in shown:
            asked = True
            if typed == CTRL_C:  # the terminal is not this session's own, so the character sends no signal
                process.send_signal(signal.SIGINT)
            else:
                os.write(master, typed)
    try:
        code = process.wait(30)
    finally:
        process.kill()
        process.wait()
        os.close(master)
    return code, re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode("utf-8", "replace"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "h").mkdir()
    make_project(tmp_path / "p", 2, 2)
    return tmp_path / "p"


@pytest.mark.parametrize("typed", [b"n\n", b"\n", b"\x04", CTRL_C], ids=["no", "nothing", "end of file", "Ctrl-C"])
def test_without_a_yes_nothing_is_paid(root: Path, tmp_path: Path, address: str, typed: bytes) -> None:
    before = tree_digest(root)
    code, shown = in_terminal(line(root, address), tmp_path / "h", typed)
    assert answered(address) == 0
    assert "4 requests to mistral (codestral-latest)" in shown, shown
    assert re.search(r"about [\d,]+ tokens sent, at most [\d,]+ received, at most \d+\.\d+ USD", shown)
    assert code == (130 if typed == CTRL_C else 1), shown
    assert tree_digest(root) == before
    assert "Traceback" not in shown


def test_a_yes_continues(root: Path, tmp_path: Path, address: str) -> None:
    code, shown = in_terminal(line(root, address), tmp_path / "h", b"y\n")
    assert code == 0, shown
    assert answered(address) == 4
    assert all("Do what the name says." in path.read_text() for path in root.rglob("*.py"))


def test_a_script_has_to_say_yes_beforehand(root: Path, tmp_path: Path, address: str) -> None:
    done = batch(tmp_path / "h", line(root, address))
    assert done.returncode == 1
    assert "4 requests" in done.stderr
    assert "--yes" in done.stderr
    assert answered(address) == 0
    done = batch(tmp_path / "h", line(root, address, "--yes"))
    assert done.returncode == 0, done.stderr
    assert "4 requests" in done.stderr
    assert answered(address) == 4
