"""The journal and the shelf of a batch survive kills, full disks and other programs' files."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from codestral_ls.backends.base import Usage
from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.planned import Shelf
from codestral_ls.generate.batch.work import FilePlan


def test_a_journal_in_use_and_a_broken_one(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    with pytest.raises(GenerateError, match="in use"):
        Journal(tmp_path / "j.db")
    journal.set("a", [1])
    journal.close()
    again = Journal(tmp_path / "j.db")
    assert again.setting("a") == [1]
    again.close()
    again = Journal(tmp_path / "j.db", restart=True)
    assert again.setting("a") is None
    again.close()


def test_a_file_that_is_not_a_journal_stays_as_it_is(tmp_path: Path) -> None:
    text, other, folder = tmp_path / "notes.md", tmp_path / "other.db", tmp_path / "folder"
    text.write_text("mine\n" * 100)
    with contextlib.closing(sqlite3.connect(other)) as db, db:
        db.execute("CREATE TABLE files (name TEXT)")
        db.execute("INSERT INTO files VALUES ('mine')")
    folder.mkdir()
    for path in (text, other):
        path.chmod(0o644)
    before = text.read_bytes(), other.read_bytes()
    for path in (text, other, folder):
        for restart in (False, True):
            with pytest.raises(GenerateError, match="is not the journal of a batch"):
                Journal(path, restart=restart)
    assert (text.read_bytes(), other.read_bytes()) == before
    assert {path.stat().st_mode & 0o777 for path in (text, other)} == {0o644}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "notes.md", "other.db"]
    (tmp_path / "empty.db").touch()
    Journal(tmp_path / "empty.db").close()


async def kept_together(journal: Journal, count: int) -> None:
    await asyncio.gather(*(journal.keep_answer(f"k{number}", "text", Usage(1, 1, 0, 1), 0.5) for number in range(count)))


async def test_answers_wait_for_the_disk_together(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    said: list[str] = []
    journal._db.set_trace_callback(said.append)
    await kept_together(journal, 50)
    journal._db.set_trace_callback(None)
    assert journal.spent() == (50, 50, 50, 25.0)
    turns = [text for text in said if text.startswith(("PRAGMA", "COMMIT"))]
    assert turns[:3] == ["PRAGMA synchronous = FULL", "COMMIT", "PRAGMA synchronous = NORMAL"]
    assert turns.count("COMMIT") <= 2
    journal.close()


async def test_an_asker_that_is_gone_loses_no_answer(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")

    task = asyncio.create_task(journal.keep_answer("k", "text", Usage(), 0.0))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await journal.keep_answer("l", "text", Usage(), 0.0)
    assert journal.answer("k") is not None
    journal.close()


async def test_a_full_disk_is_called_one(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
    journal._db.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(GenerateError, match="disk is full"):
        journal.set("n", "x" * 100_000)
    with pytest.raises(GenerateError, match="disk is full"):
        await journal.keep_answer("k", "x" * 100_000, Usage(), 0.0)
    assert journal.answer("k") is None
    journal.close()


def test_no_room_for_the_plan_is_reported(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf._db.execute(f"PRAGMA max_page_count = {shelf._db.execute('PRAGMA page_count').fetchone()[0] + 1}")
    with pytest.raises(GenerateError, match="temporary folder"):
        shelf.lay(1, FilePlan(tmp_path / ("x" * 100_000)))
    shelf.close()
