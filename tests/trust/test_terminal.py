"""The boundary of the terminal: no escape sequence of a server or of a file's name is obeyed."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest
from rich.console import Console

from codestral_ls.backends.failures import from_status
from codestral_ls.cli import main
from codestral_ls.system.terminal_text import safe_streams

ESCAPES = [
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]0;title\x07",
    "\x1b[2J",
    "\x1b[8m\x1b[1;1H",
    "\x9b31m",
    "\x1bP1$r\x1b\\",
    "\u202egnp.exe",
    "\b\b\b",
    "\x7f",
]


@pytest.mark.parametrize("escape", ESCAPES)
def test_escapes_are_shown_and_not_obeyed(escape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stdout", screen)
    with safe_streams():
        print(f"a{escape}b")
        Console(force_terminal=True, markup=False).print(f"c{escape}d", style="red")
    shown = screen.getvalue()
    bare = re.sub(r"\x1b\[[0-79;]*m", "", shown)
    assert not any(character in bare for character in escape if not character.isprintable())
    assert "\x1b[31m" in shown  # our own colours stay


@pytest.mark.parametrize("escape", ESCAPES[:3])
def test_a_servers_message_is_plain(escape: str) -> None:
    error = from_status("The server", 400, json.dumps({"message": f"no{escape}"}), {}, key_hint="")
    assert "\x1b" not in str(error)
    assert "\x07" not in str(error)


def test_a_files_name_is_plain(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    name = tmp_path / "a\x1b]52;c;ZXZpbA==\x07.py"
    assert main(["complete", f"{name}:1:1"]) != 0
    printed = "".join(capfd.readouterr())
    assert "\x1b]" not in printed
    assert "x1b]52" in printed
