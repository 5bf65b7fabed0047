"""A new fixed sleep in a test fails the checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.check_waiting import files, sleeps


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("asyncio.sleep(0.05)", True),
        ("time.sleep(pause)", True),
        ("sleep(1)", True),
        ("asyncio.sleep(0)", False),
        ("asyncio.sleep(stroke)  # pace: of a typist", False),
        ('run("import time; time.sleep(600)")', False),
        ('nvim.lua("vim.wait(400)")', True),
        ('nvim.lua("vim.wait(400)")  # pace: of its timer', False),
        ('nvim.lua("vim.wait(400, done)")', False),
        ('emacs.ask("(progn (sleep-for 0.7) t)")', True),
        ('emacs.ask("(accept-process-output process 0.7)")', False),
    ],
)
def test_what_a_new_sleep_gets(line: str, refused: bool) -> None:
    assert list(sleeps(f"def test_x(tmp_path):\n    {line}\n")) == ([2] if refused else [])


def test_this_file_is_among_those_that_are_looked_at() -> None:
    assert Path(__file__) in files()
