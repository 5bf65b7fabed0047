"""The boundary of a project's configuration: no `codestral-ls.toml` or `pyproject.toml` takes the machine's time or memory.

Python's TOML reader takes both in the square of a dotted key's parts: 200 kB in one line fill the memory of a machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from codestral_ls.config.load import load_options
from codestral_ls.config.read_files import PROJECT_FILE, read_toml
from codestral_ls.config.sections import Options
from codestral_ls.generate.docstrings.house_rules import HouseRules, read_house_rules
from codestral_ls.generate.testing.profile import read_test_profile
from codestral_ls.system.toml_text import UnfitTomlError, parsed_toml

PATIENCE = 4.0
"""Seconds of processor time. Each takes less than one; without the bounds minutes, or more memory than there is."""
LENGTH = 990_000
KEYS = {
    "a key": "a" + ".a" * 20_000 + " = 1\n",
    "a key with spaces": "a" + " . a" * 20_000 + " = 1\n",
    "a quoted key": '"a"' + '."="' * 20_000 + " = 1\n",
    "a table": "[a" + ".a" * 20_000 + "]\n",
    "a key inside": "a = {a" + ".a" * 20_000 + " = 1}\n",
    "many keys": "".join(f"b{number}{'.a' * 300} = 1\n" for number in range(1_000)),
}
TEXTS = {
    "a bracket and spaces": 'a = """\n[' + " " * (LENGTH - 100) + '\n"""\n[completion]\nx = 1\n',
    "many options": "[completion]\n" + "".join(f"o{number} = 1\n" for number in range(LENGTH // 12)),
    "many sections": "".join(f"[s{number}]\nx = 1\n" for number in range(LENGTH // 15)),
    "many tables": "[[a]]\n[a.b]\n[a.b.c]\n" * (LENGTH // 22),
    "empty lines": "\n" * LENGTH,
    "quotes": "a = '''" + "''x" * (LENGTH // 3) + "'''\n",
    "digits": "a = " + "9" * (LENGTH - 10) + "\n",
    "brackets": "a = " + "[" * (LENGTH - 10) + "\n",
    "braces": "a = " + "{a = " * (LENGTH // 5 - 10) + "\n",
    "patterns": "[completion]\ndisabled_globs = ['" + "*a" * (LENGTH // 2 - 30) + "']\n",
}


def options(project: Path, text: str) -> None:
    (project / PROJECT_FILE).write_text(text)
    loaded = load_options(project, None, {}, user_file=project / "none.toml")
    assert loaded.options.backend == Options().backend
    assert sum(map(len, loaded.problems)) < 20_000


def house_rules(project: Path, text: str) -> None:
    for name in ("pyproject.toml", "ruff.toml", "rustfmt.toml"):
        (project / name).write_text(text)
    assert read_house_rules(project) == HouseRules()


@pytest.mark.parametrize("name", [*KEYS, *TEXTS])
@pytest.mark.parametrize("read", [options, house_rules], ids=lambda read: read.__name__)
def test_no_text_takes_long(tmp_path: Path, read: Callable[[Path, str], None], name: str) -> None:
    began = time.thread_time()
    read(tmp_path, {**KEYS, **TEXTS}[name])
    assert time.thread_time() - began < PATIENCE


@pytest.mark.parametrize(
    "text",
    [
        "[flake8]\na" + " " * 450_000 + "b\n",
        "[flake8]\na" + "\t" * 450_000 + "b\n",
        "[" * 450_000,
        "[flake8]\n" + "max-line-length = " + "9" * 400_000 + "\n",
        "[flake8]\na = 1\n" + " x\n" * 150_000,
        "[flake8]\n" + "=:" * 200_000,
        "[*]\nmax_line_length" + " " * 450_000 + "=1\n",
        "[" + "{" * 200_000 + "]\nmax_line_length = 1\n",
        "[{" + "*.py," * 80_000 + "}]\nindent = 1\n",
        "[" * 450_000 + '"' + ":" * 40_000,
    ],
    ids=range(10),
)
def test_no_other_configuration_of_tools_takes_long(tmp_path: Path, text: str) -> None:
    for name in (
        "setup.cfg",
        "tox.ini",
        ".flake8",
        ".editorconfig",
        ".prettierrc",
        "package.json",
        "pytest.ini",
        "vitest.config.ts",
    ):
        (tmp_path / name).write_text(text)
    (tmp_path / "test_a.py").write_text("def test_a():\n    pass\n")
    began = time.thread_time()
    assert read_house_rules(tmp_path) == HouseRules()
    read_test_profile(tmp_path, [tmp_path / "test_a.py"], "auto", None)
    assert time.thread_time() - began < PATIENCE


@pytest.mark.parametrize("name", KEYS)
def test_keys_of_too_many_parts_are_said_and_not_read(tmp_path: Path, name: str) -> None:
    (tmp_path / PROJECT_FILE).write_text(KEYS[name])
    found = read_toml(tmp_path / PROJECT_FILE)
    assert found is not None
    assert found.problem.endswith("has keys of too many parts and was not read")


def test_what_people_write_is_read() -> None:
    text = "".join(f"[tool.a{number}.b.c]\nd.e = 'https://www.example.org/a.b.c?d=1.2.3'\n" for number in range(3_000))
    assert len(parsed_toml(text)["tool"]) == 3_000
    assert parsed_toml("a = [" + "1.5, " * 1_500 + "]")
    with pytest.raises(UnfitTomlError, match="too deeply"):
        parsed_toml("a = " + "[" * 100_000)
    with pytest.raises(UnfitTomlError, match="too long"):
        parsed_toml("a = " + "9" * 10_000)


def test_the_line_of_an_option_is_the_first_that_sets_it(tmp_path: Path) -> None:
    (tmp_path / PROJECT_FILE).write_text(
        "completion.x = 1\n\n[ 'context' ]\ny = 2 # z = 3\n  \"z\" = 4\n[[more]]\n[nothing]\n[fake]\ntext = 'a'\n"
    )
    found = read_toml(tmp_path / PROJECT_FILE)
    assert found is not None
    place = found.place()
    wanted = {("completion", "x"): ":1", ("context", ""): ":3", ("context", "y"): ":4", ("context", "z"): ":5"}
    wanted |= {("more", ""): "", ("nothing", ""): ":7", ("fake", "text"): ":9", ("fake", "y"): "", ("x", ""): ""}
    assert {key: place(*key).removeprefix(str(tmp_path / PROJECT_FILE)) for key in wanted} == wanted
