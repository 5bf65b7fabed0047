"""An index is damaged while a completer uses it: the next completion works, and the index repairs itself."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from codestral_ls.backends.fake import FakeBackend, fixed
from codestral_ls.completion.answer import Ask
from codestral_ls.completion.build_completer import build_completer
from codestral_ls.completion.completer import Completer
from codestral_ls.config.sections import CompletionOptions, Options
from codestral_ls.context import project as module
from codestral_ls.context.index import store
from codestral_ls.context.index.index_keeper import IndexKeeper
from codestral_ls.context.index.read import IndexReader
from codestral_ls.documents.snapshot import Snapshot
from support.repository import ROOT

pytestmark = pytest.mark.slow

SECONDS = 90.0
WRITTEN = "something(3)"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CACHE_HOME", "STATE_HOME", "CONFIG_HOME"):
        monkeypatch.setenv(f"XDG_{name}", str(tmp_path / name))
    monkeypatch.setattr(module, "REST_SECONDS", 0.05)
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return folder


class Typist:
    """Types in a project's ``main.py``: each key requests a completion from a real completer; a real index worker runs as well."""

    def __init__(self, root: Path, completer: Completer) -> None:
        self.root = root
        self.completer = completer
        self.keys = 0
        self.problems: list[str] = []
        completer.on_index_problem.append(self.problems.append)

    async def key(self) -> None:
        """Type one key and request a completion, which must come."""
        self.keys += 1
        path = self.root / "main.py"
        text = f"import m1\n\ndef caller():\n    value_{self.keys} = "
        snapshot = Snapshot.of(text, len(text), "python", path.as_uri(), path, self.keys)
        answer = await asyncio.wait_for(self.completer.complete(snapshot, Ask(invoked=True)), 10.0)
        assert [item.text for item in answer.items] == [WRITTEN], answer

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Type now and then until the condition holds."""
        ends = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < ends, f"{what}; told: {self.problems}"
            await self.key()
            await asyncio.sleep(0.2)  # pace: of somebody who types now and then

    @property
    def keeper(self) -> IndexKeeper:
        """The index keeper of the project."""
        assert self.completer._project is not None
        (keeper,) = self.completer._project._keepers.values()
        return keeper

    def find(self, name: str) -> list[str]:
        """The files that define ``name`` according to the index now."""
        reader = IndexReader(self.root)
        try:
            return sorted(one.path for one in reader.definitions_named([name]))
        finally:
            reader.close()

    def files(self) -> int:
        """How many files are in the index; -1 if it cannot be read."""
        try:
            with closing(store.open_for_reading(store.database_file(self.root))) as connection:
                return int(connection.execute("SELECT count(*) FROM files").fetchone()[0])
        except (store.UnusableIndexError, sqlite3.Error):
            return -1


async def play(root: Path, scene: Callable[[Typist], Awaitable[None]]) -> None:
    """Run ``scene`` with a completer on the fake backend."""

    completion = CompletionOptions(debounce_ms=0, prefetch=False, copy=False, show="eager")
    completer = build_completer(FakeBackend(fixed(WRITTEN)), Options(completion=completion), [root])
    await completer.start()
    try:
        await scene(Typist(root, completer))
    finally:
        await completer.aclose()


def make(root: Path, count: int, name: str, lines: int = 2) -> None:
    """Write ``count`` files that define ``name`` with their number."""
    for number in range(count):
        body = "".join(f"def {name}{number}_{i}(one):\n    return one\n" for i in range(lines // 2))
        (root / f"m{number}.py").write_text(body)


@pytest.mark.timeout(300)
async def test_ten_thousand_files_changed_by_a_branch_switch(root: Path) -> None:
    make(root, 10_000, "before")

    async def scene(typist: Typist) -> None:
        await typist.until(lambda: typist.find("before9999_0") == ["m9999.py"] and typist.files() == 10_000, "the first index")
        await asyncio.to_thread(make, root, 5_000, "after")
        for number in range(5_000, 10_000):
            (root / f"m{number}.py").rename(root / f"n{number}.py")
        (root / ".git" / "HEAD").write_text("ref: refs/heads/other\n")
        await typist.key()
        await typist.until(lambda: bool(typist.find("after4999_0")) and typist.files() == 10_000, "the new branch")
        await typist.until(lambda: not typist.find("before17_0"), "old definitions to be gone")
        assert typist.find("after17_0") == ["m17.py"]
        assert typist.find("before9999_0") == ["n9999.py"]
        assert typist.problems == []

    await play(root, scene)


async def test_a_worker_killed_in_the_middle(root: Path) -> None:
    make(root, 1_500, "made", lines=40)

    async def scene(typist: Typist) -> None:
        await typist.key()
        await typist.until(lambda: typist.keeper.process_id is not None and typist.files() > 0, "the first batch")
        assert typist.files() < 1_500, "it is in the middle"
        assert typist.keeper.process_id is not None
        os.kill(typist.keeper.process_id, signal.SIGKILL)
        await typist.key()
        await typist.until(lambda: typist.files() == 1_500 and bool(typist.find("made1499_3")), "the rest")
        assert "ended with code -9" in typist.problems[0]
        await typist.until(lambda: typist.problems[-1] == "", "the all-clear")

    await play(root, scene)


@pytest.mark.parametrize("kind", ["full", "quota"])
async def test_a_full_disk(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    make(root, 400, "made", lines=40)
    full = tmp_path / "full"
    full.write_text(kind)
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {ROOT / "support/full_disk_worker.py"} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("FULL_DISK", str(full))
    monkeypatch.setattr(sys, "executable", str(program))

    async def scene(typist: Typist) -> None:
        await typist.key()
        await typist.until(lambda: bool(typist.problems), "a reason")
        assert "disk" in typist.problems[0]
        worker = typist.keeper.process_id
        await typist.key()
        assert typist.files() < 400
        full.unlink()
        await typist.until(lambda: typist.files() == 400 and bool(typist.find("made399_3")), "the index")
        await typist.until(lambda: typist.problems[-1] == "", "the all-clear")
        assert typist.keeper.process_id == worker, "it has not ended"

    await play(root, scene)


def rubbish(file: Path) -> None:
    file.write_bytes(b"rubbish " * (file.stat().st_size // 8))


def rubbish_behind_the_head(file: Path) -> None:
    with file.open("r+b") as out:
        out.seek(4096)
        out.write(b"rubbish " * (file.stat().st_size // 8 - 512))


def cut_short(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 3)


@pytest.mark.parametrize("damage", [rubbish, rubbish_behind_the_head, cut_short])
async def test_a_damaged_database(root: Path, damage: Callable[[Path], None]) -> None:
    make(root, 300, "made", lines=40)

    async def scene(typist: Typist) -> None:
        await typist.until(lambda: typist.files() == 300, "the index")
        file = store.database_file(root)
        with closing(store.open_for_writing(file)) as connection:
            await typist.until(lambda: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, "one file")
        damage(file)
        await typist.key()
        await typist.until(lambda: typist.files() == 300 and bool(typist.find("made299_3")), "a new index")
        assert "Traceback" not in str(typist.problems)

    await play(root, scene)
