"""Locks that are released when their holder ends."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from codestral_ls.system import file_lock

HOLD = "import sys; from pathlib import Path; from codestral_ls.system import file_lock\n" + (
    "print(file_lock.take(Path(sys.argv[1])) is not None, flush=True); sys.stdin.read()"
)


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    held = file_lock.take(tmp_path / "lock")
    assert held is not None
    assert file_lock.take(tmp_path / "lock") is None
    os.close(held)
    again = file_lock.take(tmp_path / "lock")
    assert again is not None
    os.close(again)
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o600


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "True"
        assert file_lock.take(tmp_path / "lock") is None
        process.kill()
        process.wait()
    held = file_lock.take(tmp_path / "lock")
    assert held is not None
    os.close(held)
