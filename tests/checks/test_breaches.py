"""A breach of each wall makes ``make check`` fail: each check gets something that it must refuse.

Every tool runs with this project's own configuration, on text that is in no file of the checkout.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from clients.vscode.scripts.lint import TOOLS, commands
from clients.vscode.scripts.node_tools import EXTENSION, Missing, node_environment
from support.editors import check_lisp, check_lua
from support.editors.debian_packages import Unavailable
from support.editors.emacs.emacs_driver import CLIENT as EMACS
from support.editors.neovim.neovim_driver import CLIENT as NEOVIM
from support.editors.setup_emacs import emacs_30
from support.repository import ROOT

PROGRAMS = Path(sys.executable).parent


def run(folder: Path, *command: str | Path, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a check in ``folder`` with ``text`` as its standard input."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder, input=text, env={**os.environ, **environment}, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


def ruff(text: str, path: str, *words: str) -> subprocess.CompletedProcess[str]:
    return run(ROOT, PROGRAMS / "ruff", *words, "--no-cache", "--stdin-filename", path, "-", text=text)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and its configuration, for tests to change."""
    shutil.copytree(ROOT / "server", tmp_path / "server", ignore=shutil.ignore_patterns("*.gguf", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
BREACHES = (
    {
        "Imports go one way": ("documents/text.py", "import codestral_ls.lsp.session"),
        "No folder's parts go in circles": ("generate/editing/edits.py", "from codestral_ls.generate.editing import proof"),
        "LSP is spoken in lsp/ alone": ("completion/place.py", "import pygls"),
        "llama.cpp's numbers and downloads are handled in host/ alone": ("backends/guard.py", "import numpy"),
        "Mistral's SDK is known in backends/ and the batch writers alone": ("generate/batch/seam.py", "import mistralai.client"),
        "tree-sitter is known in documents/ alone": ("commands/complete.py", "import tree_sitter"),
        "HTTP is known in backends/, host/ and the batch writers alone": ("context/window.py", "import aiohttp"),
        "The terminal is drawn on by commands/ alone": ("generate/batch/runner.py", "from rich.console import Console"),
        "Batches know no command line": ("generate/batch_work.py", "import argparse"),
        "Git is asked in system/ alone": ("documents/privacy.py", "import pygit2"),
        "llama.cpp is known in host/ alone": ("doctor/installation.py", "import llama_cpp"),
    },
    {
        "Imports go one way": ("config/__init__.py", "from codestral_ls.doctor import installation"),
        "No folder's parts go in circles": ("generate/batch/seam.py", "import codestral_ls.generate.writers.live"),
        "llama.cpp's numbers and downloads are handled in host/ alone": ("documents/text.py", "import huggingface_hub"),
        "HTTP is known in backends/, host/ and the batch writers alone": ("commands/complete.py", "import httpx2"),
        "LSP is spoken in lsp/ alone": ("doctor/installation.py", "import lsprotocol.types"),
        "llama.cpp is known in host/ alone": ("timing.py", "import llama_cpp"),
    },
    {
        "Imports go one way": ("new_part/__init__.py", ""),
        "No folder's parts go in circles": ("generate/testing/verify.py", "import codestral_ls.generate.testing.plan"),
    },
)
"""For each contract, lines to add to files of the package.

The lines of one entry are added together, because each contract is judged separately.
"""


@pytest.mark.parametrize("breaches", BREACHES, ids=["of each", "and another way", "and one more"])
def test_imports_through_walls(copy: Path, breaches: dict[str, tuple[str, str]]) -> None:
    for file, line in breaches.values():
        path = copy / "server" / "codestral_ls" / file
        path.parent.mkdir(exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + f"\n{line}\n")
    done = run(copy, PROGRAMS / "lint-imports", PYTHONPATH=str(copy / "server"))
    assert done.returncode == 1
    for contract in CONTRACTS:
        assert f"{contract['name']} {'BROKEN' if contract['name'] in breaches else 'KEPT'}" in done.stdout, done.stdout


def test_each_wall_is_breached_here() -> None:
    assert set(BREACHES[0]) == {contract["name"] for contract in CONTRACTS}


def test_the_wall_around_llama_cpp_leaves_no_part_out() -> None:
    (wall,) = (contract for contract in CONTRACTS if contract["name"] == "llama.cpp is known in host/ alone")
    package = ROOT / "server" / "codestral_ls"
    parts = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert set(wall["source_modules"]) == {f"codestral_ls.{part}" for part in parts - {"host", "__init__"}}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('"""Doc."""\n\nfrom pygls.protocol import LanguageServerProtocol\n\n__all__ = ["LanguageServerProtocol"]\n', "TID251"),
        ('"""Doc."""\n\nimport subprocess\n\nsubprocess.run(["ls"], check=True)\n', "TID251"),
        ('"""Doc."""\n\nfrom pygls.lsp.server import LanguageServer\n\nprint(LanguageServer._x)\n', "SLF001"),
        ('"""Doc."""\n\n\ndef public() -> None:\n    print()\n', "D103"),
    ],
)
def test_a_private_name_of_pygls_a_process_started_elsewhere_and_an_undocumented_function(text: str, rule: str) -> None:
    done = ruff(text, "server/codestral_ls/lsp/breach.py", "check")
    assert done.returncode == 1
    assert rule in done.stdout


def test_an_unformatted_file() -> None:
    assert ruff("x = 1\n", "tests/test_x.py", "format", "--check").returncode == 0
    assert ruff("x=1\n", "tests/test_x.py", "format", "--check").returncode == 1


def test_an_undeclared_dependency(copy: Path) -> None:
    assert run(copy, PROGRAMS / "deptry", "server").returncode == 0
    (copy / "server/codestral_ls/breach.py").write_text("import pycparser\n")
    done = run(copy, PROGRAMS / "deptry", "server", NO_COLOR="1")
    assert done.returncode == 1
    assert "'pycparser' imported but" in done.stderr


@pytest.mark.parametrize("folder", ["tests", "benchmarks", "training", "support"])
def test_an_untyped_test(tmp_path: Path, folder: str) -> None:
    configuration = (ROOT / "pyproject.toml").read_text()
    assert f'"{folder}"' in configuration.partition("[tool.mypy]\n")[2].partition("\nexclude")[0]
    (tmp_path / "pyproject.toml").write_text(configuration)
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "test_x.py").write_text("def test_x(a):\n    assert a\n")
    done = run(tmp_path, PROGRAMS / "mypy", f"{folder}/test_x.py")
    assert done.returncode == 1
    assert "[no-untyped-def]" in done.stdout


def test_a_call_that_windows_lacks(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "x.py").write_text("import os\n\nUSER = os.getuid()\n")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    command = next(line for line in run(ROOT, "make", "--dry-run", "check-windows-types").stdout.splitlines() if "win32" in line)
    done = run(tmp_path, "bash", "-c", command.replace(".venv/bin/mypy", str(PROGRAMS / "mypy")))
    assert done.returncode == 1
    assert "getuid" in done.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("async function wait(): Promise<void> {\n  await Promise.resolve();\n}\nwait();\n", "no-floating-promises"),
        ("export const x = {a:1};\n", "Code style issues"),
    ],
)
def test_a_floating_promise_and_an_unformatted_script(tmp_path: Path, text: str, said: str) -> None:
    try:
        wanted, environment = commands(fix=False), node_environment()
    except Missing as reason:
        pytest.skip(f"ESLint and Prettier: {reason}")
    (tmp_path / "src").mkdir()
    (tmp_path / "test").mkdir()
    (tmp_path / "src" / "breach.ts").write_text(text)
    (tmp_path / "test" / "fine.ts").write_text("export const fine = 1;\n")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "fine.mjs").write_text("export const fine = 1;\n")
    shutil.copy(EXTENSION / "tsconfig.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(EXTENSION / "node_modules")
    done = [run(tmp_path, *command, **environment) for command in wanted if str(TOOLS) in " ".join(command)]
    assert any(one.returncode == 1 and said in one.stdout + one.stderr for one in done), done


@pytest.mark.parametrize(
    ("text", "said"),
    [("local M = {}\n\nlater = M\n\nreturn M\n", "setting non-standard global"), ("local M={}\nreturn M\n", "not formatted")],
)
def test_a_global_variable_and_an_unformatted_file_in_lua(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    if shutil.which("luacheck") is None:
        pytest.skip("luacheck is not installed")
    client = tmp_path / "neovim"
    (client / "lua").mkdir(parents=True)
    for name in (".luacheckrc", "stylua.toml"):
        shutil.copy(NEOVIM / name, client)
    (client / "lua" / "fine.lua").write_text("return {}\n")
    assert check_lua.main([], client) == 0
    (client / "lua" / "breach.lua").write_text(text)
    assert check_lua.main([], client) == 1
    shown = capfd.readouterr()
    assert said in shown.out + shown.err


def test_a_warning_of_emacs_a_foreign_name_and_a_missing_docstring(tmp_path: Path) -> None:
    try:
        emacs = emacs_30()
    except Unavailable as reason:
        pytest.skip(f"Emacs 30: {reason}")
    client = tmp_path / "emacs"
    shutil.copytree(EMACS, client)
    file = client / "codestral-ls.el"
    breach = "(defun foreign-name ()\n  (codestral-ls--nowhere-defined))\n\n(provide 'codestral-ls)"
    file.write_text(file.read_text().replace("(provide 'codestral-ls)", breach))
    byte_compile, package_lint, checkdoc = check_lisp.problems(emacs, client)
    assert "codestral-ls--nowhere-defined" in byte_compile
    assert "foreign-name" in package_lint
    assert "documentation" in checkdoc


def test_a_careless_shell_script(tmp_path: Path) -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    (tmp_path / "script").write_text("#!/usr/bin/env bash\nrm -r $1\n")
    done = run(tmp_path, "shellcheck", "script")
    assert done.returncode == 1
    assert "SC2086" in done.stdout


def test_a_missing_tool_is_an_error_that_says_what_brings_it(tmp_path: Path) -> None:
    for program in ("bash", "id"):
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    done = run(ROOT, tmp_path / "bash", ".ci/need", "no-such-linter", "its-package", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "apt-get install its-package" in done.stderr


def test_make_check_runs_every_check() -> None:
    said = run(ROOT, "make", "--dry-run", "check").stdout
    for tool in (
        "mypy",
        "mypy --platform win32",
        "ruff format",
        "ruff check",
        "lint-imports",
        "deptry",
        "vscode.scripts.lint",
        "luacheck",
        "check_lisp",
        "check_waiting",
        "shellcheck",
    ):
        assert tool in said, tool
