"""What the fence's watcher reports about processes that end while it looks at them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from codestral_ls.fence.watch import descendants

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_a_process_that_ends_meanwhile_stops_no_look() -> None:
    coming_and_going = ["sh", "-c", "while :; do (exec true) & wait; done"]
    with subprocess.Popen(coming_and_going, start_new_session=True) as shell:
        try:
            seen = [shell.pid in descendants(os.getpid()) for _ in range(1_500)]
        finally:
            os.killpg(shell.pid, 9)
    assert all(seen)
