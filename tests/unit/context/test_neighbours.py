"""The files beside a document: which they are, what never is one, and when they are read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codestral_ls.context import near_files, neighbours
from codestral_ls.context.index.read import IndexReader
from codestral_ls.context.near_files import farness, files_near
from codestral_ls.context.neighbours import Neighbour, Neighbours, collect
from codestral_ls.context.recent import Recent
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.privacy import FileRules
from codestral_ls.documents.snapshot import Snapshot


def write(root: Path, *names: str, text: str = "") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text or f"# {name}\n")


def test_the_nearest_folders_go_first(tmp_path: Path) -> None:
    write(tmp_path, "top.py", "pkg/here.py", "pkg/b.py", "pkg/a.py", "pkg/deep/c.py", "other/d.py", "other/deep/e.py", "pkg/x.js")
    found = files_near(tmp_path, "pkg/here.py", 40)
    assert found == ["pkg/a.py", "pkg/b.py", "pkg/deep/c.py", "top.py", "other/d.py", "other/deep/e.py"]
    assert files_near(tmp_path, "pkg/here.py", 2) == ["pkg/a.py", "pkg/b.py"]
    assert files_near(tmp_path, "pkg/no_suffix", 2) == []
    assert files_near(tmp_path / "missing", "pkg/here.py", 2) == []


def test_tools_folders_hidden_ones_and_links_are_not_looked_into(tmp_path: Path) -> None:
    write(tmp_path, "here.py", "node_modules/a.py", ".hidden/b.py", "venv/c.py", "d.py")
    (tmp_path / "link.py").symlink_to(tmp_path / "d.py")
    (tmp_path / "around").symlink_to(tmp_path, target_is_directory=True)
    assert files_near(tmp_path, "here.py", 40) == ["d.py"]


def test_a_huge_folder_is_listed_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, *(f"pkg/{number}.py" for number in range(30)), "top.py")
    monkeypatch.setattr(near_files, "MOST_ENTRIES", 10)
    assert len(files_near(tmp_path, "pkg/3.py", 40)) in {9, 10}


def test_steps_go_up_and_down_and_names_that_begin_alike_are_nearer() -> None:
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
    found = collect(workspace(tmp_path), at(tmp_path / "here.py"))
    assert {"private.py", "ignored.py", "table.py", "here.py"}.isdisjoint(names(found))
    assert "b.py" in names(found)


def test_open_documents_go_first_as_they_are_now(tmp_path: Path) -> None:
    write(tmp_path, "here.py", "a.py", "far/b.py", "far/c.txt")
    recent = Recent()
    for path, language in (("far/c.txt", "plaintext"), ("far/b.py", "python"), ("here.py", "python")):
        recent.see(Snapshot.of("unsaved = 1\n", language=language, uri=(tmp_path / path).as_uri(), path=tmp_path / path))
    found = collect(workspace(tmp_path, recent), at(tmp_path / "here.py"))
    assert [(one.path.name, one.text) for one in found] == [("b.py", "unsaved = 1\n"), ("a.py", "# a.py\n")]
    assert names(collect(workspace(tmp_path, recent), at(tmp_path / "here.py"), on_disk=False)) == ["b.py"]


def test_no_more_than_there_is_room_for(tmp_path: Path) -> None:
    write(tmp_path, "here.py", "a.py", "b.py", "c.py")
    assert names(collect(workspace(tmp_path), at(tmp_path / "here.py"), most=len("# a.py\n") * 2)) == ["a.py", "b.py"]


def test_a_document_outside_the_root_or_without_a_path_has_no_neighbours(tmp_path: Path) -> None:
    write(tmp_path, "root/a.py", "b.py")
    assert collect(workspace(tmp_path / "root"), at(tmp_path / "b.py")) == ()
    assert collect(workspace(tmp_path / "root"), Snapshot.of("x", language="python", uri="untitled:1")) == ()


class Counting:
    """Reads one file whose text is the number of the reading."""

    def __init__(self) -> None:
        self.readings = 0
        self.fails = False

    def prepare(self) -> Callable[[], Sequence[Neighbour]]:
        return self._read

    def _read(self) -> Sequence[Neighbour]:
        self.readings += 1
        if self.fails:
            raise OSError("gone")
        return [Neighbour(Path("a.py"), str(self.readings))]


def scenario(play: Callable[[Neighbours, Counting], Awaitable[None]]) -> None:
    async def run() -> None:
        with ThreadPoolExecutor(1) as thread:
            keeper = Neighbours(thread)
            await play(keeper, Counting())
            keeper.clear()

    asyncio.run(run())


def test_they_are_read_once_and_again_when_typing_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "REST_SECONDS", 0.02)

    async def play(keeper: Neighbours, disk: Counting) -> None:
        for _ in range(3):
            keeper.look("u", disk.prepare)
        assert [one.text for one in await keeper.waited("u", 5)] == ["1"]
        keeper.look("u", disk.prepare)
        await asyncio.sleep(0.05)
        assert disk.readings == 1, "what was read just now is fresh"
        monkeypatch.setattr(neighbours, "FRESH_SECONDS", 0.0)
        for _ in range(5):
            keeper.look("u", disk.prepare)
        assert disk.readings == 1, "somebody types"
        while keeper.known("u")[0].text != "2":  # noqa: ASYNC110 - the reading is what ends it
            await asyncio.sleep(0.01)

    scenario(play)


def test_a_closed_documents_files_are_forgotten() -> None:
    async def play(keeper: Neighbours, disk: Counting) -> None:
        keeper.look("u", disk.prepare)
        await keeper.waited("u", 5)
        keeper.closed("u")
        assert keeper.known("u") == ()
        keeper.look("u", disk.prepare)
        keeper.closed("u")
        await asyncio.sleep(0.05)
        assert keeper.known("u") == (), "what was being read then is not kept either"

    scenario(play)


def test_files_that_cannot_be_read_leave_an_empty_answer(caplog: pytest.LogCaptureFixture) -> None:
    async def play(keeper: Neighbours, disk: Counting) -> None:
        disk.fails = True
        keeper.look("u", disk.prepare)
        assert await keeper.waited("u", 5) == ()
        assert "could not be read" in caplog.text

    scenario(play)
