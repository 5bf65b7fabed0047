"""Reading and replacing one file: what must survive does, and what changed meanwhile is not touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codestral_ls.generate.source import FileLeftAlone, create, read_source, replace_if_unchanged

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


def test_replacing_keeps_permissions_and_links(tmp_path: Path) -> None:
    path, link = tmp_path / "a.py", tmp_path / "b.py"
    path.write_bytes(b"x = 1\n")
    path.chmod(0o751)
    link.symlink_to("a.py")
    replace_if_unchanged(read_source(link), b"x = 2\n")
    assert path.read_bytes() == b"x = 2\n"
    assert path.stat().st_mode & 0o777 == 0o751
    assert link.is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["a.py", "b.py"]


def test_a_changed_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"x = 1\n")
    source = read_source(path)
    path.write_bytes(b"x = 3\n")
    with pytest.raises(FileLeftAlone, match="changed"):
        replace_if_unchanged(source, b"x = 2\n")
    assert path.read_bytes() == b"x = 3\n"
    path.unlink()
    with pytest.raises(FileLeftAlone, match="cannot be written"):
        replace_if_unchanged(source, b"x = 2\n")
    assert os.listdir(tmp_path) == []


def test_creating_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.py"
    create(path, b"1")
    with pytest.raises(FileLeftAlone):
        create(path, b"2")
    assert path.read_bytes() == b"1"
    assert os.listdir(path.parent) == ["a.py"]


def test_an_encoding_without_the_character(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"# coding: ascii\n")
    with pytest.raises(FileLeftAlone, match="ascii has no"):
        read_source(path).encoded("é")
