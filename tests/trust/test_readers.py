"""The boundary of files: a pipe, an endless file and a file that is too large hold up no reader of a workspace."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from codestral_ls.commands.place import read_text
from codestral_ls.config.files import read_toml
from codestral_ls.context.index import files
from codestral_ls.errors import DocumentError
from codestral_ls.generate.batch.discover import _ignored
from codestral_ls.generate.docstrings.house_rules import HouseRules, read_house_rules
from codestral_ls.generate.editing import source
from codestral_ls.generate.testing.profile import read_test_profile

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes and devices are of Unix")


def configuration(file: Path) -> bool:
    found = read_toml(file)
    return found is not None and "was not read" in found.problem


def index(file: Path) -> bool:
    return files.read_source(file) is None


def batch(file: Path) -> bool:
    with pytest.raises(source.FileLeftAlone, match=r"regular file|larger"):
        source.read_source(file)
    return True


def command_line(file: Path) -> bool:
    with pytest.raises(DocumentError, match=r"regular file|larger"):
        read_text(file, 1_000_000)
    return True


def ignore_files(file: Path) -> bool:
    file.rename(file.with_name(".gitignore"))
    return _ignored(file.parent) == []


def house_rules(file: Path) -> bool:
    for name in ("ruff.toml", "setup.cfg", ".editorconfig", ".prettierrc"):
        os.link(file, file.with_name(name), follow_symlinks=False)
    file.rename(file.with_name("pyproject.toml"))
    return read_house_rules(file.parent) == HouseRules()


def profile(file: Path) -> bool:
    """Test frameworks are looked for in a Python project's and a Node project's configuration."""
    (file.parent / "test_a.py").write_text("import unittest\n\n\nclass A(unittest.TestCase):\n    pass\n")
    os.link(file, file.with_name("package.json"), follow_symlinks=False)
    file.rename(file.with_name("pytest.ini"))
    found = read_test_profile(file.parent, [file.parent / "test_a.py"], "auto", None)
    return (found.python_framework, found.node) == ("unittest", "vitest")


READERS = (configuration, index, batch, command_line, ignore_files, house_rules, profile)


def pipe(file: Path) -> None:
    os.mkfifo(file)


def endless(file: Path) -> None:
    file.symlink_to("/dev/zero")


def oversized(file: Path) -> None:
    with file.open("wb") as out:
        out.write(b"[pytest]\n*.py\n")
        out.truncate(3_000_000)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize("kind", [pipe, endless, oversized], ids=lambda kind: kind.__name__)
def test_no_reader_waits_or_reads_on(tmp_path: Path, reader: Callable[[Path], bool], kind: Callable[[Path], None]) -> None:
    kind(tmp_path / "file.py")
    assert reader(tmp_path / "file.py")
