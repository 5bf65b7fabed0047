"""A document's indentation and line ends come from the editor, .editorconfig, the language or the file, in this order."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.completion.filters.style import Style, style_at
from codestral_ls.documents.snapshot import Snapshot
from support.drawing import drawn


def style(code: str, language: str = "python", size: int | None = None, spaces: bool | None = None) -> Style:
    return style_at(drawn(code, language), size, spaces)


@pytest.mark.parametrize(
    ("code", "language", "size", "spaces", "kind", "width"),
    [
        ("if a:\n    b\n│", "python", None, None, "space", 4),
        ("if a:\n  b\n  if c:\n    d\n│", "python", None, None, "space", 2),
        ("a\n│", "python", None, None, None, None),
        ("a\n│", "python", 8, True, "space", 8),
        ("a\n│", "python", 4, False, "tab", 4),
        ("if a:\n  b\n│", "python", 4, True, "space", 2),
        ("all:\n│", "makefile", None, None, "tab", None),
        ("package a\n│", "go", None, None, "tab", None),
        ("if a:\n\tb\n│", "python", None, None, "tab", None),
        ("if a:\n\tb\n    c\n│", "python", None, None, None, None),
    ],
)
def test_indentation(code: str, language: str, size: int | None, spaces: bool | None, kind: str | None, width: int | None) -> None:
    found = style(code, language, size, spaces)
    assert found.kind == kind
    assert width is None or found.width == width


@pytest.mark.parametrize(("kind", "width", "unit"), [("tab", 4, "\t"), ("space", 2, "  "), ("space", None, None), (None, 4, None)])
def test_one_step(kind: str | None, width: int | None, unit: str | None) -> None:
    assert Style(kind, width, frozenset(), "\n").unit == unit  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "newline"),
    [("a\r\n│b\n", "\r\n"), ("a\n│b\r\n", "\n"), ("│a\r\nb", "\r\n"), ("a\r│", "\r"), ("│", "\n"), ("a│\n", "\n")],
)
def test_line_ends_are_those_next_to_the_cursor(code: str, newline: str) -> None:
    assert style(code).newline == newline


def test_editorconfig_goes_after_the_editor_and_before_the_file(tmp_path: Path) -> None:
    (tmp_path / ".editorconfig").write_text("root = true\n[*.py]\nindent_style = tab\nend_of_line = crlf\n")
    snapshot = Snapshot.of("if a:\n    b\n", language="python", path=tmp_path / "a.py")
    assert style_at(snapshot, None, None).kind == "tab"
    assert style_at(snapshot, None, None).newline == "\n"
    assert style_at(snapshot, 4, True).kind == "space"
    assert style_at(Snapshot.of("a", language="python", path=tmp_path / "b.py"), None, None).newline == "\r\n"
    (tmp_path / ".editorconfig").write_text("root = true\n[*.rb]\nindent_style = space\nindent_size = 3\n")
    assert style_at(Snapshot.of("a", language="ruby", path=tmp_path / "a.rb"), None, None).width == 3
    assert style_at(Snapshot.of("a\n    b\n", language="ruby", path=tmp_path / "a.rb"), None, None).width == 4
