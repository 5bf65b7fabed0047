"""``.editorconfig`` files: their settings, and files that were written to do harm."""

from __future__ import annotations

import gc
import os
import time
from pathlib import Path

import pytest

from codestral_ls.documents import editorconfig
from codestral_ls.documents.editorconfig import NOTHING, EditorConfig, settings_for

SPACES = "root = true\n[*]\nindent_style = space\nindent_size = 3\n"


def said(folder: Path, text: str, name: str = "a.py") -> EditorConfig:
    """The settings for a file ``name`` from an ``.editorconfig`` in the same folder."""
    (folder / editorconfig.NAME).write_text(text, encoding="utf-8")
    return settings_for(folder / name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SPACES, EditorConfig("space", 3)),
        ("root = true\n[*]\nindent_style = tab\nend_of_line = crlf\n", EditorConfig("tab", None, "\r\n")),
        ("root = true\n[*.js]\nindent_style = tab\n", NOTHING),
        ("root = true\n[*.{js,py}]\nindent_style = tab\ntab_width = 8\n", EditorConfig("tab", 8)),
        ("root = true\n[{a,b}.py]\nindent_style = space\nindent_size = 2\n", EditorConfig("space", 2)),
        ("root = true\n[**.py]\nend_of_line = cr\n", EditorConfig(None, None, "\r")),
        ("\ufeffroot = true\n[*]\nindent_style = tab\n", EditorConfig("tab")),
        ("root = true\n[*]\nindent_style = sideways\nindent_size = many\nend_of_line = none\n", NOTHING),
        ("root = true\n[*]\nindent_size = 0\n", NOTHING),
        ("root = true\n[*]\nindent_size = 0019999999999\n", NOTHING),
        ("root = true\n[*]\nindent_size = " + "9" * 200 + "\n", NOTHING),
        ("root = true\n[*]\nindent_size = \u00b2\n", NOTHING),
        ("", NOTHING),
    ],
)
def test_what_is_said(tmp_path: Path, text: str, expected: EditorConfig) -> None:
    assert said(tmp_path, text) == expected


@pytest.mark.parametrize("text", ["this is no setting\n", "root = true\n[[z-a].py]\nindent_style = tab\n"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_file_that_the_library_cannot_read_says_nothing(tmp_path: Path, text: str) -> None:
    assert said(tmp_path, text) == NOTHING
    gc.collect()  # the library leaves the open file to the garbage collector


def test_the_nearer_file_is_right_and_no_path_says_nothing(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    said(tmp_path, SPACES + "end_of_line = lf\n")
    assert said(inner, "[*]\nindent_size = 5\n") == EditorConfig("space", 5, "\n")
    assert settings_for(None) == NOTHING


HOSTILE = {
    "stars": "[" + "*a" * 40 + "b]",
    "double stars": "[" + "**/a" * 20 + "b]",
    "alternatives": "[" + ("{" + ",".join("a" * 18) + "}") * 6 + "b]",
    "numbers": "[" + "{1..9}" * 20 + "b]",
    "a set with a slash": "[[(a+)+b/]",
    "after a mark of byte order": "\ufeff[" + "*a" * 40 + "b]",
    "a value with a mark of comment": "[*]\nkey = #" + "x" * 30_000,
    "large": "[*]\n" + "# nothing\n" * 4_000,
    "many": "\n".join(f"[*a*a*a{number}]" for number in range(1_500)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_would_take_long_is_left_out(tmp_path: Path, kind: str) -> None:
    began = time.process_time()
    assert said(tmp_path, f"{HOSTILE[kind]}\n{SPACES}", "a" * 120) == NOTHING
    assert time.process_time() - began < 5.0  # matching would take minutes or more, or the file is too large


def test_a_named_pipe_in_its_place_is_not_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / editorconfig.NAME)
    assert settings_for(tmp_path / "a.py") == NOTHING


def test_a_folder_or_a_link_to_nowhere_in_its_place_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / editorconfig.NAME).mkdir()
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / editorconfig.NAME).symlink_to(tmp_path / "nowhere")
    assert settings_for(inner / "a.py") == NOTHING
