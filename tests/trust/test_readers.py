"""The boundary of files: a pipe, an endless file and a file that is too large block no code that reads a workspace."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from codestral_ls.commands.file_position import read_text
from codestral_ls.config.read_files import read_toml
from codestral_ls.context.index import indexed_files
from codestral_ls.documents import editorconfig
from codestral_ls.errors import DocumentError, GenerateError, ModelError
from codestral_ls.fence.visible import _settings
from codestral_ls.generate.at_cursor.single import _existing
from codestral_ls.generate.batch.discover import _ignored
from codestral_ls.generate.docstrings.house_rules import HouseRules, read_house_rules
from codestral_ls.generate.editing import source
from codestral_ls.generate.editing.replacing import beside_of, replace_if_unchanged, tidy
from codestral_ls.generate.testing.profile import read_test_profile
from codestral_ls.generate.testing.running import _uses_xdist
from codestral_ls.host.gguf_file import read_header
from codestral_ls.host.shelf import _origin

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes and devices are of Unix")


def configuration(file: Path) -> bool:
    found = read_toml(file)
    return found is not None and "was not read" in found.problem


def index(file: Path) -> bool:
    return indexed_files.read_source(file.parent, file.name) is None


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


def indentation(file: Path) -> bool:
    """The nearest file is good: the library would open the next one above by itself."""
    inner = file.parent / "inner"
    inner.mkdir()
    (inner / ".editorconfig").write_text("[*]\nindent_size = 3\n")
    file.rename(file.with_name(".editorconfig"))
    return editorconfig.settings_for(inner / "a.py") == editorconfig.NOTHING


def existing_tests(file: Path) -> bool:
    with pytest.raises(GenerateError, match="cannot be read"):
        _existing(file, None)
    return True


def replacing(file: Path) -> bool:
    """A file that a batch has read has become something else since."""
    before = file.with_name("before.py")
    before.write_text("a = 1\n")
    read = replace(source.read_source(before), path=file)
    with pytest.raises(source.FileLeftAlone, match=r"changed|regular"):
        replace_if_unchanged(read, b"a = 2\n")
    return [path.name for path in file.parent.iterdir() if path not in (file, before)] == []


def what_a_killed_run_left(file: Path) -> bool:
    text = file.with_name("text.py")
    text.write_text("a = 1\n")
    file.rename(beside_of(text, "1" * 64))
    tidy(text, "0" * 64, "1" * 64)
    return text.read_text() == "a = 1\n" and list(file.parent.iterdir()) == [text]


def options_of_tests(file: Path) -> bool:
    file.rename(file.with_name("pytest.ini"))
    return not _uses_xdist(file.parent)


def environments(file: Path) -> bool:
    file.rename(file.with_name("pyvenv.cfg"))
    return _settings(file.with_name("pyvenv.cfg")) == {}


def model(file: Path) -> bool:
    with pytest.raises(ModelError):
        read_header(file)
    return True


def models_note(file: Path) -> bool:
    file.rename(file.with_name("model.json"))
    return _origin(file.with_name("model.gguf")) == {}


READERS = (
    *(configuration, index, batch, command_line, ignore_files, house_rules, profile, indentation, existing_tests, replacing),
    *(what_a_killed_run_left, options_of_tests, environments, model, models_note),
)


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
