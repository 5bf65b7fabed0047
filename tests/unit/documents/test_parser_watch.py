"""A process whose parser never returns is ended, and the next process does without that language's trees."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

HANG = """
import sys
from pathlib import Path
from codestral_ls.documents import parser_watch, syntax
parser_watch.watch(Path(sys.argv[1]), hung_s=0.5)
syntax._WAITING = frozenset()
print(syntax.SyntaxTree.parse("python", "x = 1").shape(), flush=True)
syntax.SyntaxTree.parse("kotlin", "class A {\\n  val a = 1\\n\\n  @J")
"""
NEXT = """
import sys
from pathlib import Path
from codestral_ls.documents import parser_watch
from codestral_ls.documents.syntax import SyntaxTree
parser_watch.AVOIDED_S = float(sys.argv[2])
parser_watch.watch(Path(sys.argv[1]))
print(SyntaxTree.parse("kotlin", "val a = 1") is None, SyntaxTree.parse("python", "x = 1") is None)
"""
CRASH = """
import os, sys
from pathlib import Path
from codestral_ls.documents import parser_watch
parser_watch.watch(Path(sys.argv[1]))
with parser_watch.parsing("python"):
    pass
with parser_watch.parsing("kotlin"):
    os.kill(os.getpid(), int(sys.argv[2]))
"""


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run code in a new process."""
    words = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no timer that ends a process")
def test_a_parser_that_never_returns_ends_its_process(tmp_path: Path) -> None:
    ended = run(HANG, tmp_path)
    assert ended.returncode == -signal.SIGVTALRM
    assert ended.stdout.startswith("(module")
    assert run(NEXT, tmp_path, 3_600).stdout.split() == ["True", "False"]
    assert run(NEXT, tmp_path, 3_600).stdout.split() == ["True", "False"]  # remembered across processes
    assert run(NEXT, tmp_path, 0).stdout.split() == ["False", "False"]
    assert run(NEXT, tmp_path, 3_600).stdout.split() == ["False", "False"]  # forgotten after that time


def test_the_parser_of_a_crash_is_avoided(tmp_path: Path) -> None:
    assert run(CRASH, tmp_path, int(signal.SIGABRT)).returncode != 0
    assert run(NEXT, tmp_path, 3_600).stdout.split() == ["True", "False"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_killed_process_says_nothing_about_a_parser(tmp_path: Path) -> None:
    assert run(CRASH, tmp_path, int(signal.SIGKILL)).returncode != 0
    assert run(NEXT, tmp_path, 3_600).stdout.split() == ["False", "False"]


def test_without_a_folder_nothing_is_watched(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert run(NEXT, tmp_path / "file" / "notes", 3_600).stdout.split() == ["False", "False"]
