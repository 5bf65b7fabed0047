"""Other work for the machine while the engine is measured: loops that never rest, or a compiler."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOOP = "while True: pass"
UNIT = "#include <algorithm>\n#include <map>\n#include <regex>\n#include <string>\n#include <vector>\n" + "".join(
    f'std::map<std::string, std::vector<int>> f{n}(const std::string &s) {{ std::regex r(s + "{n}"); std::vector<int> v(9);'
    f" std::sort(v.begin(), v.end()); return {{{{s, v}}}}; }}\n"
    for n in range(40)
)
AGAIN = "import subprocess, sys\nwhile True: subprocess.run(sys.argv[1:], check=True)"


@contextmanager
def busy_loops(count: int | None = None) -> Iterator[None]:
    """Run this many endless loops (default: one per core) during the block."""
    with _running([[sys.executable, "-c", LOOP]] * (count or os.cpu_count() or 1)):
        yield


@contextmanager
def compiler(count: int | None = None) -> Iterator[None]:
    """Run this many compilers (default: one per core) during the block, compiling C++ again and again as ``make -j`` does."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "unit.cpp"
        source.write_text(UNIT)
        commands = [
            [sys.executable, "-c", AGAIN, "c++", "-O2", "-c", str(source), "-o", str(Path(folder) / f"{number}.o")]
            for number in range(count or os.cpu_count() or 1)
        ]
        with _running(commands):
            yield


def _weigh_like_this(pid: int) -> None:
    """Give the session of ``pid`` our own weight, so that a benchmark with raised priority does not outrank its load."""
    with suppress(OSError, ValueError, IndexError):
        nice = Path("/proc/self/autogroup").read_text("ascii").split()[-1]
        Path(f"/proc/{pid}/autogroup").write_text(nice, "ascii")


@contextmanager
def _running(commands: list[list[str]]) -> Iterator[None]:
    # In a session of their own, like programs from another terminal: the scheduler divides the cores between sessions.
    processes = [subprocess.Popen(command, start_new_session=True) for command in commands]
    for process in processes:
        _weigh_like_this(process.pid)
    try:
        yield
    finally:
        for process in processes:
            os.killpg(process.pid, 9)
        for process in processes:
            process.wait(10)
