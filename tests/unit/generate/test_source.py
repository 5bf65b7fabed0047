"""Reading a source file: its text is written back byte for byte, and unreadable files are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.generate.editing.source import FileLeftAlone, read_source

ENCODINGS = [
    ("plain", b"x = 1\n"),
    ("mark", b"\xef\xbb\xbfx = 1\r\n"),
    ("utf-16", "x = 1\n".encode("utf-16")),
    ("latin-1", "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1")),
    ("odd newlines", b"a = 1\rb = 2\r\n\x0cc = 3\n\n"),
    ("no last newline", "x = 'ß'".encode()),
]


@pytest.mark.parametrize(("name", "data"), ENCODINGS, ids=[row[0] for row in ENCODINGS])
def test_bytes_come_back(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(data)
    source = read_source(path)
    assert source.encoded(source.text) == data
    assert not source.text.startswith("\ufeff")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xfe\xfa", "utf-16"),
        (b"x = '\xe9'\n", "encoding declaration|utf-8"),
        (b"a\0b", "binary"),
        (b"# coding: klingon\n", "encoding declaration"),
        (b"x" * 2_000_001, "larger"),
    ],
)
def test_left_alone(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(data)
    with pytest.raises(FileLeftAlone, match=reason):
        read_source(path)


def test_an_encoding_without_the_character(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"# coding: ascii\n")
    with pytest.raises(FileLeftAlone, match="ascii has no"):
        read_source(path).encoded("é")
