"""Replacing a file: its attributes survive, a file that changed meanwhile stays, and a save at the same moment is not lost."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from codestral_ls.generate.editing import replacing
from codestral_ls.generate.editing.exchanging import exchange, has_writers
from codestral_ls.generate.editing.replacing import beside_of, create, replace_if_unchanged, tidy
from codestral_ls.generate.editing.source import FileLeftAlone, digest_of, read_source

OLD, NEW, SAVED, SAVED_AGAIN = b"x = 1\n", b"x = 2\n", b"x = 3\n", b"x = 4\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "a.py"
    made.write_bytes(OLD)
    return made


def test_permissions_and_links_are_kept(path: Path) -> None:
    link = path.with_name("b.py")
    path.chmod(0o751)
    link.symlink_to("a.py")
    replace_if_unchanged(read_source(link), NEW)
    assert path.read_bytes() == NEW
    assert path.stat().st_mode & 0o777 == 0o751
    assert link.is_symlink()
    assert sorted(os.listdir(path.parent)) == ["a.py", "b.py"]


def test_attributes_are_kept(path: Path) -> None:
    try:
        os.setxattr(path, "user.codestral.test", b"kept")
    except (OSError, AttributeError):
        pytest.skip("this file system has no extended attributes")
    replace_if_unchanged(read_source(path), NEW)
    assert os.getxattr(path, "user.codestral.test") == b"kept"
    assert path.read_bytes() == NEW


def test_attributes_that_cannot_be_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "no")

    monkeypatch.setattr(os, "listxattr", lambda _: ["user.a"], raising=False)
    monkeypatch.setattr(os, "getxattr", lambda path, _: b"1" if isinstance(path, Path) else b"2", raising=False)
    monkeypatch.setattr(os, "setxattr", refused, raising=False)
    left_alone(path, "attribute user.a would be lost")


def test_a_changed_file_is_not_replaced(path: Path) -> None:
    source = read_source(path)
    path.write_bytes(SAVED)
    with pytest.raises(FileLeftAlone, match="changed"):
        replace_if_unchanged(source, NEW)
    assert path.read_bytes() == SAVED
    path.unlink()
    with pytest.raises(FileLeftAlone, match="cannot be written"):
        replace_if_unchanged(source, NEW)
    assert os.listdir(path.parent) == []


def left_alone(path: Path, reason: str) -> None:
    source = read_source(path)
    names = sorted(os.listdir(path.parent))
    with pytest.raises(FileLeftAlone, match=reason):
        replace_if_unchanged(source, NEW)
    assert path.read_bytes() == OLD
    assert sorted(os.listdir(path.parent)) == names


def test_a_hard_link_is_left_alone(path: Path) -> None:
    path.with_name("b.py").hardlink_to(path)
    left_alone(path, "second name")


def test_a_read_only_file_is_left_alone(path: Path) -> None:
    path.chmod(0o444)
    left_alone(path, "read-only")


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_left_alone(path: Path) -> None:
    path.parent.chmod(0o555)
    try:
        left_alone(path, "folder is read-only")
    finally:
        path.parent.chmod(0o755)


@pytest.mark.parametrize(("number", "reason"), [(errno.ENOSPC, "the disk is full"), (errno.EDQUOT, "share of the disk")])
def test_a_full_disk_is_called_one(path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str) -> None:
    def full(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    left_alone(path, reason)
    with pytest.raises(FileLeftAlone, match=reason):
        create(path.with_name("new.py"), NEW)
    assert os.listdir(path.parent) == ["a.py"]


@pytest.mark.skipif(os.name != "posix", reason="folders cannot be brought to the disk")
def test_files_and_folders_reach_the_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        synced.append("folder" if os.path.isdir(f"/dev/fd/{descriptor}") else "file")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    replace_if_unchanged(read_source(path), NEW)
    assert synced == ["file", "folder"]
    synced.clear()
    create(path.parent / "deep" / "deeper" / "test_a.py", NEW)
    assert synced == ["file", "folder", "folder", "folder"]


def in_place(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def by_rename(path: Path, data: bytes) -> None:
    beside = path.with_name("editor.tmp")
    beside.write_bytes(data)
    beside.replace(path)


@pytest.mark.parametrize("save", [in_place, by_rename])
@pytest.mark.parametrize("saves", [{1: SAVED}, {2: SAVED}, {1: SAVED, 2: SAVED_AGAIN}, {1: SAVED, 2: SAVED_AGAIN, 3: b"x = 5\n"}])
def test_a_save_in_the_same_moment_is_not_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path, bytes], None], saves: dict[int, bytes]
) -> None:
    """``saves`` has, by its number, what is saved right before an exchange: the last save must remain."""
    exchanges = 0

    def meddling(one: Path, other: Path) -> bool:
        nonlocal exchanges
        exchanges += 1
        if exchanges in saves:
            save(path, saves[exchanges])
        return exchange(one, other)

    monkeypatch.setattr(replacing, "exchange", meddling)
    source = read_source(path)
    if 1 in saves:
        with pytest.raises(FileLeftAlone, match="changed"):
            replace_if_unchanged(source, NEW)
        assert path.read_bytes() == saves[max(saves)]
    else:
        replace_if_unchanged(source, NEW)
        assert path.read_bytes() == NEW  # there was no second exchange, and therefore no save
    assert os.listdir(path.parent) == ["a.py"]


def test_what_is_saved_through_the_old_file_is_not_lost(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if has_writers(path) is None:
        pytest.skip("the kernel does not tell who writes")
    editor = path.open("r+b")
    waits = 0

    def saving_later(beside: Path) -> bool | None:
        nonlocal waits
        waits += 1
        if waits == 2:
            editor.write(SAVED)
            editor.close()
        return has_writers(beside)

    monkeypatch.setattr(replacing, "has_writers", saving_later)
    with pytest.raises(FileLeftAlone, match="changed"):
        replace_if_unchanged(read_source(path), NEW)
    assert path.read_bytes() == SAVED


def test_a_file_that_stays_open_is_left_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if has_writers(path) is None:
        pytest.skip("the kernel does not tell who writes")
    monkeypatch.setattr(replacing, "_LONGEST_SAVE", 0.0)
    with path.open("r+b"):
        left_alone(path, "keeps it open")


def test_creating_never_overwrites(path: Path) -> None:
    made = path.parent / "deep" / "a.py"
    create(made, OLD)
    with pytest.raises(FileLeftAlone):
        create(made, NEW)
    assert made.read_bytes() == OLD
    assert os.listdir(made.parent) == ["a.py"]


@pytest.mark.parametrize(
    ("lies_there", "beside", "stays"),
    [
        (OLD, b"half of it", OLD),  # killed before the exchange
        (NEW, OLD, NEW),  # killed after it
        (NEW, SAVED, SAVED),  # killed after it, when another program's save had come out of it
        (SAVED_AGAIN, SAVED, SAVED_AGAIN),
        (OLD, None, OLD),
    ],
)
def test_what_a_killed_run_left(path: Path, lies_there: bytes, beside: bytes | None, stays: bytes) -> None:
    path.write_bytes(lies_there)
    if beside is not None:
        beside_of(path, digest_of(NEW)).write_bytes(beside)
    tidy(path, digest_of(OLD), digest_of(NEW))
    assert path.read_bytes() == stays
    assert os.listdir(path.parent) == ["a.py"]
