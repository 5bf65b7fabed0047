"""A batch that is killed at random moments has the same result as an uninterrupted batch and pays for nothing twice.

``GENERATE_KILLS=100`` kills it a hundred times.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from support.generate.fim_api import StandInFimApi
from support.generate.scene import MODEL, batch, command, environment, make_project, tree_digest
from support.waiting import wait_until

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("GENERATE_KILLS", "5"))
CONCURRENCY = 4


def journalled(journal: Path) -> set[str]:
    """The keys of texts that were paid for and journalled."""
    if not journal.exists():
        return set()
    with closing(sqlite3.connect(journal)) as connection:
        try:
            return {key for (key,) in connection.execute("SELECT key FROM answers")}
        except sqlite3.OperationalError:
            return set()


@pytest.mark.timeout(110 + 6 * KILLS)
def test_kill_minus_nine(tmp_path: Path) -> None:
    functions = max(40, 10 * KILLS)
    original, home = tmp_path / "original", tmp_path / "h"
    home.mkdir()
    make_project(original, functions // 8, 8)
    for name in ("whole", "killed"):
        shutil.copytree(original, tmp_path / name / "p")
    with StandInFimApi(tmp_path / "s", MODEL, 0.1) as api:
        words = ("--write", "--concurrency", str(CONCURRENCY), "--style", "google")
        done = batch(home, command("docstrings", [tmp_path / "whole/p"], *words, address=api.address, journal=tmp_path / "w.db"))
        assert done.returncode == 0, done.stderr
        expected, asked_for = tree_digest(tmp_path / "whole/p"), len(api.seen)
        assert expected != tree_digest(original)
        assert len(set(api.seen)) == asked_for

        api.seen.clear()
        journal = tmp_path / "k.db"
        line = command("docstrings", [tmp_path / "killed/p"], *words, "--resume", address=api.address, journal=journal)
        chance = random.Random(os.environ.get("GENERATE_SEED", "1"))
        kept: set[str] = set()
        killed = working = 0
        for _ in range(KILLS):
            seen_before = len(api.seen)
            process = subprocess.Popen(line, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            give_up = time.monotonic() + (20.0 if chance.random() < 0.9 else chance.uniform(0.0, 2.0))
            wait_until(  # most kills come while it works, some while it starts
                lambda: len(api.seen) > seen_before or process.poll() is not None or time.monotonic() > give_up  # noqa: B023
            )
            try:
                process.wait(chance.uniform(0.0, 0.5))
            except subprocess.TimeoutExpired:
                process.kill()
                killed += 1
            process.wait()
            working += len(api.seen) > seen_before
            assert not kept & set(api.seen[seen_before:]), "a finished request was sent again"
            kept |= journalled(journal)
        seen_before = len(api.seen)
        done = batch(home, line)
        assert done.returncode == 0, done.stderr
        assert not kept & set(api.seen[seen_before:])
        assert tree_digest(tmp_path / "killed/p") == expected
        assert len(api.seen) <= asked_for + killed * CONCURRENCY
        assert working
        again = Counter(Counter(api.seen).values())
        lost = len(api.seen) - asked_for
        print(f"{killed} kills, {working} while it asked, {asked_for} requests, {lost} in flight at a kill and sent again, {again}")
        assert not list((tmp_path / "killed").rglob("*.tmp"))
