"""The boundary of `.editorconfig`: no file, however large, deep or full of patterns, delays typing or stops the server."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from codestral_ls.documents.editorconfig import MOST_BYTES, NOTHING, EditorConfig, settings_for

PATIENCE = 1.0
"""Seconds of processor time, far more than any of it takes."""
LONG = "a" * 60 + ".py"

PATTERNS = {
    "stars": "*a*a*a*a*z",
    "braces in braces": "{a,{b,{c,{d,{e,*}}}}}*z",
    "many braces": "{a,b}" * 30,
    "open braces": "{" * 200,
    "ranges": "{1..999999999}",
    "two stars": "**/" * 40 + "z",
    "sets": "[!b]*[!c]*[!d]*z",
    "open sets": "[" * 120,
    "backslashes": "\\" * 201,
}


def _timed(path: Path) -> EditorConfig:
    began = time.thread_time()
    found = settings_for(path)
    assert time.thread_time() - began < PATIENCE
    return found


@pytest.mark.parametrize("kind", PATTERNS)
@pytest.mark.parametrize("depth", [0, 50])
def test_no_pattern_holds_up_the_typist(tmp_path: Path, kind: str, depth: int) -> None:
    folder = tmp_path
    section = f"[{PATTERNS[kind]}]\nindent_size = 2\n"
    for _ in range(depth + 1):
        (folder / ".editorconfig").write_text(section * ((MOST_BYTES - 1) // len(section) if depth == 0 else 12))
        folder /= "d"
        folder.mkdir()
    _timed(folder / LONG)


def test_many_files_together_are_as_bounded_as_one(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(200):
        (folder / ".editorconfig").write_text("[*]\n" + "x = 1\n" * 5_000)
        folder /= "d"
        folder.mkdir()
    assert _timed(folder / LONG) == NOTHING


def test_a_few_usual_files_are_all_read(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / ".editorconfig").write_text("root = true\n[*]\nindent_style = space\nend_of_line = lf\n")
    (tmp_path / "a" / ".editorconfig").write_text("[*.py]\nindent_size = 3\n")
    assert _timed(inner / "c.py") == EditorConfig("space", 3, "\n")


@pytest.mark.parametrize(
    "content",
    [
        b"[*]\nindent_size = " + b"9" * 200,
        "[*]\nindent_size = ٣".encode(),
        b"[*]\nindent_size = -1",
        b"[*]\nindent_size = 17",
        "[*]\nindent_size = 2".encode("utf-16"),
        b"[*\0]\nindent_size = 2",
        b"\xff\xfe[*]\xff\nindent_size\xff = 2",
        b"[a]\n" * 8_000,
        b"indent_size = 2\n[*",
        b"=\n[]\n=",
    ],
    ids=ascii,
)
def test_odd_contents_say_at_most_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".editorconfig").write_bytes(content)
    assert _timed(tmp_path / "c.py").width in (None, 3)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and devices are of POSIX")
@pytest.mark.parametrize("what", ["pipe", "device", "endless", "itself"])
def test_pipes_and_devices_are_never_read(tmp_path: Path, what: str) -> None:
    file = tmp_path / ".editorconfig"
    if what == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to({"device": "/dev/tty", "endless": "/dev/zero", "itself": str(file)}[what])
    assert _timed(tmp_path / "c.py") == NOTHING
