"""A document's neighbours: which files are neighbours, which never are, and when they are read."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codestral_ls.context import neighbour_files as listing
from codestral_ls.context import neighbours
from codestral_ls.context.index.read import IndexReader
from codestral_ls.context.nearness import farness
from codestral_ls.context.neighbour_files import neighbour_files
from codestral_ls.context.neighbours import Neighbour, Neighbours, Reading, collect
from codestral_ls.context.recent import Recent
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.privacy import FileRules
from codestral_ls.documents.snapshot import Snapshot
from support.waiting import time_passes, until


def write(root: Path, *names: str, text: str = "") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text or f"# {name}\n")


def test_the_nearest_folders_go_first(tmp_path: Path) -> None:
    write(tmp_path, "top.py", "pkg/here.py", "pkg/b.py", "pkg/a.py", "pkg/deep/c.py", "other/d.py", "other/deep/e.py", "pkg/x.js")
    found = neighbour_files(tmp_path, "pkg/here.py", 40)
    assert found == ["pkg/a.py", "pkg/b.py", "pkg/deep/c.py", "top.py", "other/d.py", "other/deep/e.py"]
    assert neighbour_files(tmp_path, "pkg/here.py", 2) == ["pkg/a.py", "pkg/b.py"]
    assert neighbour_files(tmp_path, "pkg/no_suffix", 2) == []
    assert neighbour_files(tmp_path / "missing", "pkg/here.py", 2) == []


def test_tools_folders_hidden_ones_and_links_are_not_looked_into(tmp_path: Path) -> None:
    write(tmp_path, "here.py", "node_modules/a.py", ".hidden/b.py", "venv/c.py", "d.py")
    (tmp_path / "link.py").symlink_to(tmp_path / "d.py")
    (tmp_path / "around").symlink_to(tmp_path, target_is_directory=True)
    assert neighbour_files(tmp_path, "here.py", 40) == ["d.py"]


def test_a_huge_folder_is_listed_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, *(f"pkg/{number}.py" for number in range(30)), "top.py")
    monkeypatch.setattr(listing, "MOST_ENTRIES", 10)
    assert len(neighbour_files(tmp_path, "pkg/3.py", 40)) in {9, 10}


def test_steps_go_up_and_down_and_names_with_a_common_beginning_are_nearer() -> None:
    assert farness("x.py", "y.py") == (0, 0, "y.py")
    assert farness("a/b/x.py", "a/c/d/y.py")[0] == 3
    assert farness("a/x.py", "y.py")[0] == 1
    near = sorted(["b.py", "reader.py", "reading.py"], key=lambda one: farness("read.py", one))
    assert near == ["reader.py", "reading.py", "b.py"]


def at(path: Path, text: str = "x = 1\n") -> Snapshot:
    return Snapshot.of(text, language="python", uri=path.as_uri(), path=path)


def workspace(root: Path, recent: Recent | None = None) -> Workspace:
    return Workspace(root, IndexReader(root), recent or Recent(), FileRules(("private.py",)))


def names(found: Sequence[Neighbour]) -> list[str]:
    return [one.path.name for one in found]


def test_private_files_huge_ones_and_the_document_itself_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "here.py", "private.py", "b.py", "ignored.py", "credentials.py")
    write(tmp_path, "table.py", text="x = 1\n" * 30_000)
    (tmp_path / ".codestralignore").write_text("ignored.py\n")
    found = collect(workspace(tmp_path), at(tmp_path / "here.py")).files
    assert {"private.py", "ignored.py", "table.py", "here.py"}.isdisjoint(names(found))
    assert "b.py" in names(found)


def test_open_documents_go_first_as_they_are_now(tmp_path: Path) -> None:
    write(tmp_path, "here.py", "a.py", "far/b.py", "far/c.txt")
    recent = Recent()
    for path, language in (("far/c.txt", "plaintext"), ("far/b.py", "python"), ("here.py", "python")):
        recent.see(Snapshot.of("unsaved = 1\n", language=language, uri=(tmp_path / path).as_uri(), path=tmp_path / path))
    found = collect(workspace(tmp_path, recent), at(tmp_path / "here.py")).files
    assert [(one.path.name, one.text) for one in found] == [("b.py", "unsaved = 1\n"), ("a.py", "# a.py\n")]
    assert names(collect(workspace(tmp_path, recent), at(tmp_path / "here.py"), on_disk=False).files) == ["b.py"]


def test_no_more_than_there_is_room_for(tmp_path: Path) -> None:
    for name in ("here", "a", "b", "c"):
        write(tmp_path, f"{name}.py", text=f"# {name}\n" * 100)
    found = collect(workspace(tmp_path), at(tmp_path / "here.py"), most=1_100)
    assert names(found.files) == ["a.py", "b.py"]


def test_pipes_and_huge_files_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "here.py", "a.py")
    os.mkfifo(tmp_path / "pipe.py")
    write(tmp_path, "huge.py", text="x = 1\n" * 60_000)
    read: list[str] = []

    def reading(root: Path, path: str) -> tuple[str, str]:
        read.append(path)
        return (root / path).read_text(), ""

    monkeypatch.setattr("codestral_ls.context.workspace.read_source", reading)
    assert names(collect(workspace(tmp_path), at(tmp_path / "here.py")).files) == ["a.py"]
    assert read == ["a.py"]
    assert workspace(tmp_path).text_of("pipe.py") is None


def test_data_files_are_no_neighbours(tmp_path: Path) -> None:
    write(tmp_path, "here.jsonl", "dump.jsonl", "here.json", "table.json")
    assert neighbour_files(tmp_path, "here.jsonl", 40) == neighbour_files(tmp_path, "here.json", 40) == []


def test_a_linked_folder_brings_nothing_twice_and_not_the_document_itself(tmp_path: Path) -> None:
    write(tmp_path, "root/pkg/here.py", "root/pkg/b.py", "outside/c.py", "outside/here.py")
    write(tmp_path, "root/pkg/copy.py", text="# root/pkg/b.py\n")
    (tmp_path / "root" / "inside").symlink_to(tmp_path / "root" / "pkg", target_is_directory=True)
    (tmp_path / "root" / "out").symlink_to(tmp_path / "outside", target_is_directory=True)
    root = tmp_path / "root"
    assert names(collect(workspace(root), at(root / "inside" / "here.py")).files) == ["b.py"]
    assert collect(workspace(root), at(root / "out" / "here.py")).files == ()


def test_deleted_and_newly_private_files_are_reported(tmp_path: Path) -> None:
    write(tmp_path, "here.py", "a.py", "b.py")
    before = collect(workspace(tmp_path), at(tmp_path / "here.py"))
    again = collect(workspace(tmp_path), at(tmp_path / "here.py"), before.files)
    assert (again.files, before.some_gone, again.some_gone) == (before.files, False, False)
    assert not collect(workspace(tmp_path), at(tmp_path / "here.py"), before.files, most=0).some_gone, "crowded out, not gone"
    (tmp_path / ".codestralignore").write_text("a.py\n")
    assert collect(workspace(tmp_path), at(tmp_path / "here.py"), before.files).some_gone
    (tmp_path / ".codestralignore").unlink()
    (tmp_path / "b.py").unlink()
    assert collect(workspace(tmp_path), at(tmp_path / "here.py"), before.files).some_gone


def test_a_document_outside_the_root_or_without_a_path_has_no_neighbours(tmp_path: Path) -> None:
    write(tmp_path, "root/a.py", "b.py")
    assert collect(workspace(tmp_path / "root"), at(tmp_path / "b.py")).files == ()
    assert collect(workspace(tmp_path / "root"), Snapshot.of("x", language="python", uri="untitled:1")).files == ()


class Counting:
    """A reader for a single file; its text is the number of times it was read."""

    def __init__(self) -> None:
        self.readings = 0
        self.fails = False
        self.some_gone = False

    def prepare(self) -> Callable[[Sequence[Neighbour]], Reading]:
        return self._read

    def _read(self, _before: Sequence[Neighbour]) -> Reading:
        self.readings += 1
        if self.fails:
            raise OSError("gone")
        return Reading([Neighbour(Path("a.py"), str(self.readings))], self.some_gone)


async def scenario(play: Callable[[Neighbours, Counting, list[str]], Awaitable[None]]) -> None:
    gone: list[str] = []
    with ThreadPoolExecutor(1) as thread:
        keeper = Neighbours(thread, gone.append)
        await play(keeper, Counting(), gone)
        keeper.clear()


async def text_is(keeper: Neighbours, text: str) -> None:
    await until(lambda: keeper.known("u") and keeper.known("u")[0].text == text, f"the text {text}")


async def test_they_are_read_once_and_again_when_typing_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "REST_SECONDS", 0.02)

    async def play(keeper: Neighbours, disk: Counting, _gone: list[str]) -> None:
        for _ in range(3):
            keeper.look("u", disk.prepare)
        assert [one.text for one in await keeper.waited("u", 5)] == ["1"]
        keeper.look("u", disk.prepare)
        keeper.look("u", disk.prepare, rests=True)
        await time_passes(1.0, keeper._thread)
        assert disk.readings == 1, "what was read just now is fresh"
        keeper.changed()
        for _ in range(5):
            keeper.look("u", disk.prepare)
        assert disk.readings == 1, "somebody types"
        await text_is(keeper, "2")
        keeper.changed()
        keeper.look("u", disk.prepare, rests=True)
        await text_is(keeper, "3")

    await scenario(play)


async def test_a_closed_documents_files_are_forgotten() -> None:
    async def play(keeper: Neighbours, disk: Counting, _gone: list[str]) -> None:
        keeper.look("u", disk.prepare)
        await keeper.waited("u", 5)
        keeper.closed("u")
        assert keeper.known("u") == ()
        keeper.look("u", disk.prepare)
        keeper.closed("u")
        await time_passes(1.0, keeper._thread)
        assert keeper.known("u") == (), "what was being read then is not kept either"

    await scenario(play)


async def test_it_is_reported_when_a_file_may_no_longer_be_used() -> None:
    async def play(keeper: Neighbours, disk: Counting, gone: list[str]) -> None:
        keeper.look("u", disk.prepare)
        await keeper.waited("u", 5)
        assert gone == []
        disk.some_gone = True
        keeper.changed()
        keeper.look("u", disk.prepare, rests=True)
        await text_is(keeper, "2")
        assert gone == ["u"]
        keeper.clear()
        assert gone == ["u", "u"]

    await scenario(play)


async def test_files_that_cannot_be_read_leave_an_empty_answer(caplog: pytest.LogCaptureFixture) -> None:
    async def play(keeper: Neighbours, disk: Counting, _gone: list[str]) -> None:
        disk.fails = True
        keeper.look("u", disk.prepare)
        assert await keeper.waited("u", 5) == ()
        assert "could not be read" in caplog.text

    await scenario(play)
