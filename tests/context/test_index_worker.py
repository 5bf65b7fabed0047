"""The real index worker: it builds, reacts to saved files, survives kill -9 and damage, and ends with its server."""

from __future__ import annotations

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codestral_ls.context.index import store
from codestral_ls.context.index.index_keeper import IndexKeeper
from codestral_ls.context.index.read import IndexReader
from support.waiting import wait_until

SECONDS = 60.0


class Worker:
    """A running worker and the messages it has sent."""

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "codestral_ls.context.index.worker", str(root)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        self._pending = b""

    def told(self, state: str) -> dict[str, object]:
        """Wait until the worker reports ``state``."""
        assert self.process.stdout is not None
        ends = time.monotonic() + SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while time.monotonic() < ends:
                *lines, self._pending = self._pending.split(b"\n")
                for i, line in enumerate(lines):
                    said: dict[str, object] = json.loads(line)
                    if said["state"] == state:
                        self._pending = b"\n".join([*lines[i + 1 :], self._pending])
                        return said
                if selector.select(0.5):
                    read = os.read(self.process.stdout.fileno(), 65536)
                    assert read, f"the worker ended with {self.process.wait(5)}"
                    self._pending += read
        raise AssertionError(f"the worker never said {state}")

    def tell(self, paths: list[Path]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write((json.dumps([str(path) for path in paths]) + "\n").encode())

    def end(self) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        code = self.process.wait(20)
        self.process.stdout.close()
        return code


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    for number in range(400):
        body = "".join(f"def f{number}_{i}(one, two):\n    return other_{i}(one)\n\n" for i in range(25))
        (folder / f"m{number}.py").write_text(body)
    return folder


@pytest.fixture
def start(root: Path) -> Iterator[Callable[[], Worker]]:
    workers: list[Worker] = []

    def begin() -> Worker:
        workers.append(Worker(root))
        return workers[-1]

    yield begin
    for worker in workers:
        if worker.process.poll() is None:
            worker.process.kill()
            worker.process.wait(10)
        for pipe in (worker.process.stdin, worker.process.stdout):
            if pipe is not None:
                pipe.close()


def has(root: Path, name: str) -> bool:
    reader = IndexReader(root)
    try:
        return bool(reader.definitions_named([name]))
    finally:
        reader.close()


def test_builds_hears_and_ends(root: Path, start: Callable[[], Worker]) -> None:
    worker = start()
    assert worker.told("ready")["indexed"] == 400
    (root / "new.py").write_text("def saved_just_now(): pass\n")
    worker.tell([root / "new.py"])
    worker.told("updated")
    assert has(root, "saved_just_now")
    for number in range(400):
        (root / f"m{number}.py").write_text(f"def switched_{number}(): pass\n")
    (root / ".git" / "HEAD").write_text("ref: refs/heads/other\n")
    assert worker.told("ready")["indexed"] == 400, "a branch switch is seen without being told"
    assert has(root, "switched_7")
    assert worker.end() == 0


def test_killed_at_any_point_and_goes_on(root: Path, start: Callable[[], Worker]) -> None:
    for pause in (0.3, 0.5, 0.7, 0.9):
        worker = start()
        time.sleep(pause)  # pace: a moment at which it is killed, whatever it does then
        worker.process.send_signal(signal.SIGKILL)
        worker.process.wait(10)
        has(root, "f7_7")  # a query meanwhile is answered with what there is, or with nothing
    worker = start()
    worker.told("ready")
    reader = IndexReader(root)
    assert len(reader.siblings_of("m0.py")) == 399
    assert all(reader.definitions_named([f"f{number}_3"]) for number in range(0, 400, 40))
    reader.close()


def test_a_database_destroyed_under_it(root: Path, start: Callable[[], Worker]) -> None:
    worker = start()
    worker.told("ready")
    file = store.database_file(root)
    store.delete(file)
    file.write_bytes(b"rubbish" * 5000)
    assert not has(root, "f7_7")
    worker.tell([])
    worker.told("ready")
    assert has(root, "f7_7")


def test_two_windows(root: Path, start: Callable[[], Worker]) -> None:
    one, other = start(), start()
    one.told("ready")
    other.told("ready")
    for worker, name in ((one, "first_window"), (other, "second_window")):
        (root / f"{name}.py").write_text(f"def {name}(): pass\n")
        worker.tell([root / f"{name}.py"])
        worker.told("updated")
    assert has(root, "first_window")
    assert has(root, "second_window")


def test_a_cache_folder_that_cannot_be_written(root: Path, start: Callable[[], Worker], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    worker = start()
    assert "error" in worker.told("failed")
    assert not has(root, "f7_7")
    assert worker.end() == 0


def test_the_keeper_says_why_an_index_cannot_be_kept(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.write_text("a file where the folder should be")
    said: list[str] = []
    keeper = IndexKeeper(root, on_problem=said.append)
    try:
        keeper.ensure()
        wait_until(lambda: bool(said))
        assert re.fullmatch(r"Cannot update the index of .*project: .*cache.*\.", said[0])
        assert "\n" not in said[0]
        process = keeper.process_id
        assert process is not None
        os.kill(process, signal.SIGKILL)
        wait_until(lambda: len(said) == 2)
        assert said[1].endswith("ended with code -9.")
    finally:
        keeper.close()


PROGRAMS = [
    ("#!/bin/sh\nexit 1\n", "its process ended with code 1."),
    ("#!/bin/sh\necho Traceback; echo 'ImportError: no grammar'; exit 1\n", "ended with code 1 (ImportError: no grammar)."),
    ("", "its process cannot be started (Permission denied)."),
]


@pytest.mark.parametrize(("program", "told"), PROGRAMS)
def test_an_end_is_reported_in_one_line(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, told: str
) -> None:
    python = tmp_path / "python"
    python.write_text(program)
    python.chmod(0o755 if program else 0o644)
    monkeypatch.setattr(sys, "executable", str(python))
    said: list[str] = []
    keeper = IndexKeeper(root, on_problem=said.append)
    keeper.ensure()
    wait_until(lambda: bool(said))
    keeper.close()
    assert len(said) == 1
    assert said[0].endswith(told)


def test_a_worker_that_does_not_read_holds_up_nobody(root: Path) -> None:
    """Its pipe fills up and messages are lost; afterwards the worker looks at every file again."""
    keeper = IndexKeeper(root)
    try:
        keeper.ensure()
        process = keeper.process_id
        assert process is not None
        wait_until(lambda: has(root, "f7_7"))
        os.kill(process, signal.SIGSTOP)
        for turn in range(60):
            keeper.changed([root / f"{'made_' * 20}{turn}_{number}.py" for number in range(150)])
        (root / "late.py").write_text("def not_told_of(): pass\n")
        keeper.changed([root / "late.py"])
        os.kill(process, signal.SIGCONT)

        def found() -> bool:
            keeper.ensure()
            return has(root, "not_told_of")

        wait_until(found)
    finally:
        keeper.close()


def test_the_keeper_starts_it_again_and_ends_it(root: Path) -> None:
    now = [0.0]
    keeper = IndexKeeper(root, clock=lambda: now[0])
    try:
        keeper.ensure()
        first = keeper.process_id
        assert first is not None
        wait_until(lambda: has(root, "f7_7"))
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: keeper.process_id is None)
        keeper.ensure()
        assert keeper.process_id is None, "not at once: what kills it may kill it again"
        now[0] += 2.0
        (root / "later.py").write_text("def came_later(): pass\n")
        keeper.changed([root / "later.py"])
        assert keeper.process_id not in (None, first)
        wait_until(lambda: has(root, "came_later"))
    finally:
        keeper.close()
    assert keeper.process_id is None
    keeper.ensure()
    assert keeper.process_id is None
