"""The boundary of a workspace's shape: no depth of its folders, time of its files or length of its numbers stops a command.

An archive can hold folders in folders by the thousand, files of the year 2300, and a configuration with an integer of thousands of
digits. A generated test can leave such folders, too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from codestral_ls.config.load import load_options
from codestral_ls.context.index.build_index import open_writer, refresh
from codestral_ls.context.index.indexed_files import DEEPEST, Walk
from codestral_ls.fence.removal import remove_tree
from codestral_ls.fence.watch import used_by
from codestral_ls.generate.batch.discover import Selection, find_files
from codestral_ls.generate.docstrings.house_rules import read_house_rules

pytestmark = pytest.mark.skipif(os.mkdir not in os.supports_dir_fd, reason="the system opens no folder from a folder")
LEVELS = 2 * sys.getrecursionlimit() + 200
"""More than the interpreter's calls, and a path longer than the system takes."""


def deep(top: Path, levels: int) -> None:
    """Nested folders below ``top``, with a file in the innermost."""
    here = os.open(top, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("dd", dir_fd=here)
        inner = os.open("dd", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    file = os.open("z.py", os.O_CREAT | os.O_WRONLY, dir_fd=here)
    os.write(file, b"def z():\n    pass\n")
    os.close(file)
    os.close(here)


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    top = tmp_path / "work"
    (top / "src").mkdir(parents=True)
    (top / "src" / "a.py").write_text("def a():\n    pass\n")
    deep(top, LEVELS)
    yield top
    remove_tree(top)  # pytest could not


def test_the_index_looks_into_so_many_folders_and_no_more(tree: Path) -> None:
    assert [stamp.path for stamp in Walk(tree).stamps()] == ["src/a.py"]


def test_what_is_just_deep_enough_is_seen(tmp_path: Path) -> None:
    deep(tmp_path, DEEPEST)
    assert len(list(Walk(tmp_path).stamps())) == 1
    assert len(list(find_files(Selection((tmp_path,), frozenset({"python"}))))) == 1


def test_a_batch_looks_into_so_many_folders_and_no_more(tree: Path) -> None:
    assert list(find_files(Selection((tree,), frozenset({"python"})))) == [tree / "src" / "a.py"]


@pytest.mark.parametrize("seconds", [2**34, 9_300_000_000, -9_300_000_000, -(2**31)])
def test_no_time_of_a_file_stops_the_index(tmp_path: Path, seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    top = tmp_path / "work"
    top.mkdir()
    for name in ("a.py", "b.py"):
        (top / name).write_text("def f():\n    pass\n")
    try:
        os.utime(top / "a.py", (seconds, seconds))
    except OverflowError:
        pytest.skip("the system has no such time")
    for expected in ((2, 0), (0, 2)):
        writer, connection = open_writer(top)
        found = refresh(top, writer, jobs=1)
        connection.close()
        assert (found.indexed, found.unchanged) == expected


@pytest.mark.parametrize("content", ["max_lines = " + "9" * 6_000, "max_lines = " + "[" * 50_000, "max_lines = 0x" + "f" * 60_000])
def test_no_number_of_a_projects_file_stops_a_command(tmp_path: Path, content: str) -> None:
    (tmp_path / "codestral-ls.toml").write_text(f"[completion]\n{content}\n")
    (own := tmp_path / "own.toml").touch()
    loaded = load_options(tmp_path, None, {}, user_file=own)
    assert len(loaded.problems) == 1
    assert len(loaded.problems[0]) < 500
    assert loaded.options == load_options(None, None, {}, user_file=own).options


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", "[tool.ruff]\nline-length = " + "9" * 6_000),
        (".editorconfig", "[*]\nmax_line_length = " + "9" * 6_000),
        (".flake8", "[flake8]\nmax-line-length = " + "9" * 6_000),
        (".prettierrc", "printWidth: " + "9" * 6_000),
        (".prettierrc.json", '{"printWidth": ' + "9" * 6_000 + "}"),
    ],
)
def test_no_number_of_a_tools_configuration_stops_a_batch(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    assert read_house_rules(tmp_path) == read_house_rules(tmp_path / "nowhere")


def test_folders_that_a_test_nested_are_removed(tmp_path: Path) -> None:
    top = tmp_path / "scratch"
    (top / "b" / "c").mkdir(parents=True)
    (top / "link").symlink_to(tmp_path)
    deep(top / "b", LEVELS)
    remove_tree(top)
    assert list(tmp_path.iterdir()) == []


def test_what_lies_too_deep_to_be_counted_is_too_much(tree: Path) -> None:
    assert used_by(str(tree)) == sys.maxsize
    assert 0 < used_by(str(tree / "src")) < 100_000
