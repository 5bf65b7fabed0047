"""A folder's index: how it is built, kept up to date, queried and repaired, and what must not enter it."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from codestral_ls.context.index import build_index, store
from codestral_ls.context.index.build_index import BuildResult, open_writer, refresh, update
from codestral_ls.context.index.read import IndexReader
from codestral_ls.context.index.turns import taken_turn
from codestral_ls.documents.privacy import FileRules


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / "shapes.py").write_text("class Circle:\n    def area(self): return 3\n")
    (folder / "canvas.py").write_text("from shapes import Circle\n\ndef draw(): Circle().area()\n")
    return folder


def built(root: Path, jobs: int = 1) -> BuildResult:
    writer, connection = open_writer(root)
    with closing(connection):
        return refresh(root, writer, jobs=jobs)


def names(root: Path, *wanted: str) -> set[str]:
    reader = IndexReader(root)
    try:
        return {one.name for one in reader.definitions_named(wanted)}
    finally:
        reader.close()


def test_built_and_asked(root: Path) -> None:
    assert built(root).indexed == 2
    reader = IndexReader(root)
    assert [(one.path, one.container, one.users) for one in reader.definitions_named(["area"])] == [("shapes.py", "Circle", 2)]
    assert reader.definitions_named(["area"], but="shapes.py") == []
    assert reader.files_meant(["shapes", "os"], "canvas.py") == {"shapes": ["shapes.py"], "os": []}
    assert reader.importers_of("shapes.py") == ["canvas.py"]
    assert reader.uses_in(["canvas.py"])["Circle"] == 1
    assert reader.imported_names("canvas.py") == [("shapes", ("Circle",))]
    assert reader.siblings_of("canvas.py") == ["shapes.py"]
    reader.close()


def test_only_what_changed_is_read_again(root: Path) -> None:
    built(root)
    os.utime(root / "shapes.py", ns=(1, 1))
    (root / "canvas.py").write_text("def paint(): pass\n")
    result = built(root)
    assert (result.indexed, result.unchanged) == (1, 1), "a new time with the old content is not extracted again"
    assert names(root, "draw", "paint", "area") == {"paint", "area"}
    assert built(root).indexed == 0


def test_a_branch_switch_of_many_files(root: Path) -> None:
    for number in range(300):
        (root / f"m{number}.py").write_text(f"def old_{number}(): pass\n")
    assert built(root).indexed == 302
    for number in range(300):
        (root / f"m{number}.py").unlink()
        (root / f"n{number}.py").write_text(f"def new_{number}(): pass\n")
    result = built(root, jobs=2)
    assert (result.indexed, result.removed) == (300, 300)
    assert names(root, "old_7", "new_7") == {"new_7"}


def test_what_stays_out(root: Path) -> None:
    (root / ".gitignore").write_text("ignored.py\n")
    (root / ".codestralignore").write_text("secret_part.py\n")
    for name in ("ignored.py", "secret_part.py"):
        (root / name).write_text("def hidden(): pass\n")
    (root / "min.js").write_text("function hidden(){};" * 500)
    (root / "huge.py").write_text("def hidden(): pass\n" * 60_000)
    (root / "binary.py").write_bytes(b"def hidden(): pass\n\0")
    (root / "node_modules").mkdir()
    (root / "node_modules" / "m.js").write_text("function hidden() {}\n")
    (root / "link.py").symlink_to(root / "huge.py")
    (root / "loop").symlink_to(root)
    assert built(root).indexed == 2
    assert names(root, "hidden") == set()
    assert built(root).skipped == [], "what could not be indexed is not read again until it changes"


def test_a_changed_ignore_file_has_everything_judged_again(root: Path) -> None:
    built(root)
    (root / ".codestralignore").write_text("shapes.py\n")
    assert built(root).removed == 1
    (root / ".codestralignore").unlink()
    assert built(root).indexed == 1


def test_single_files(root: Path) -> None:
    built(root)
    writer, connection = open_writer(root)
    with closing(connection):
        (root / "new.py").write_text("def fresh(): pass\n")
        (root / "shapes.py").unlink()
        for name in ("secrets.py", "secret_part.py"):
            (root / name).write_text("def hidden(): pass\n")
        (root / ".codestralignore").write_text("secret_part.py\ncanvas.py\n")
        files = ("new.py", "shapes.py", "secrets.py", "secret_part.py", "canvas.py")
        assert update(root, writer, [*(root / name for name in files), root.parent / "outside.py"], FileRules()) == 5
    assert names(root, "fresh", "area", "draw", "hidden") == {"fresh"}


def test_a_deleted_folder_takes_its_files_with_it(root: Path) -> None:
    for name in ("parts/one.py", "parts/deep/two.py", "parts_of_others/three.py", "node_modules/four.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"def in_{Path(name).stem}(): pass\n")
    built(root)
    writer, connection = open_writer(root)
    with closing(connection):
        assert update(root, writer, [root / "parts", root / "notes.txt", root / "node_modules" / "four.py"], FileRules()) == 0
        (root / "parts").rename(root.parent / "elsewhere")
        assert update(root, writer, [root / "parts"], FileRules()) == 2
    assert names(root, "in_one", "in_two", "in_three", "in_four") == {"in_three"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")
def test_names_that_are_no_text_stay_out(root: Path) -> None:
    file, folder = (root / os.fsdecode(name) for name in (b"odd\xff.py", b"folder\xff"))
    file.write_text("def odd(): pass\n")
    folder.mkdir()
    (folder / "a.py").write_text("def odd(): pass\n")
    assert built(root).indexed == 2
    writer, connection = open_writer(root)
    with closing(connection):
        assert update(root, writer, [file, folder / "a.py", root / "shapes.py"], FileRules()) == 1
    assert names(root, "odd", "area") == {"area"}


def test_an_open_reader_sees_what_is_written(root: Path) -> None:
    built(root)
    reader = IndexReader(root)
    assert len(reader.definitions_in(["canvas.py"])) == 1
    (root / "canvas.py").write_text("def one(): pass\ndef two(): pass\n")
    built(root)
    assert len(reader.definitions_in(["canvas.py"])) == 2
    reader.close()


@pytest.mark.parametrize("damage", [b"no database at all" * 500, b""])
def test_a_damaged_file_is_built_anew(root: Path, damage: bytes) -> None:
    built(root)
    file = store.database_file(root)
    store.delete(file)
    file.write_bytes(damage)
    reader = IndexReader(root)
    assert reader.definitions_named(["area"]) == []
    assert reader.problem
    assert built(root).indexed == 2
    assert len(reader.definitions_named(["area"])) == 1, "the reader opens the new file by itself"
    reader.close()


def test_pages_overwritten_in_the_middle(root: Path) -> None:
    for number in range(200):
        (root / f"m{number}.py").write_text("".join(f"def f{number}_{i}(): pass\n" for i in range(20)))
    built(root)
    file = store.database_file(root)
    content = bytearray(file.read_bytes())
    content[4096 : len(content) // 2] = b"\xff" * (len(content) // 2 - 4096)
    store.delete(file)
    file.write_bytes(content)

    def use_it() -> None:
        writer, connection = open_writer(root)
        with closing(connection):
            refresh(root, writer)
            connection.execute("SELECT count(*), max(signature) FROM definitions").fetchall()

    with pytest.raises((sqlite3.DatabaseError, store.UnusableIndexError)) as raised:
        use_it()
    assert not isinstance(raised.value, sqlite3.Error) or store.is_damage(raised.value)
    assert IndexReader(root).definitions_named(["f1_1"]) == []
    store.delete(file)
    assert built(root).indexed == 202


def test_another_version_is_built_anew(root: Path) -> None:
    built(root)
    with closing(sqlite3.connect(store.database_file(root))) as connection:
        connection.execute("PRAGMA user_version = 1")
    assert IndexReader(root).definitions_named(["area"]) == []
    assert built(root).indexed == 2


def test_a_full_disk_leaves_what_was_there(root: Path) -> None:
    built(root)
    for number in range(100):
        (root / f"m{number}.py").write_text("".join(f"def f{number}_{i}(): pass\n" for i in range(50)))
    writer, connection = open_writer(root)
    with closing(connection):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(sqlite3.OperationalError, match="full") as raised:
            refresh(root, writer)
        assert not store.is_damage(raised.value)
    assert names(root, "area") == {"area"}
    built(root)
    assert names(root, "f3_3") == {"f3_3"}


def test_one_scan_at_a_time(root: Path) -> None:
    file = store.database_file(root)
    with taken_turn(file) as mine:
        assert mine
        with taken_turn(file) as other:
            assert not other
    with taken_turn(file) as again:
        assert again


def test_a_transaction_that_breaks_is_undone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(root)
    writer, connection = open_writer(root)
    one = build_index.extract_batch(root, [(next(iter(build_index.Walk(root).stamps())), "")]).new[0]  # type: ignore[attr-defined]
    with closing(connection):
        with pytest.raises(AttributeError):
            writer.write([one, None])  # type: ignore[list-item]
        writer.write([one])
    assert names(root, "draw") == {"draw"}


def test_two_writers(root: Path) -> None:
    first, one = open_writer(root)
    second, other = open_writer(root)
    with closing(one), closing(other):
        assert refresh(root, first).indexed == 2
        assert refresh(root, second).unchanged == 2
