"""Only ``system/processes.py`` starts processes, by whatever name Python has for that.

Ruff refuses the known names where a module is not excepted. This also looks into the excepted modules, at names written as text and
at methods of an event loop, which no linter follows. The few other places are listed with the reason.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from support.repository import ROOT

PACKAGE = ROOT / "server" / "codestral_ls"
STARTERS = {
    "system/processes.py": "the place that starts processes",
    "fence/inside.py": "becomes the command inside the fence",
    "fence/namespaces.py": "becomes process 1 of the fence",
    "evaluation/trial_runner.py": "starts programs inside the fence",
}
NATIVE = {
    "fence/system_calls.py": "calls that Python lacks: namespaces, mounts, seccomp, Landlock",
    "generate/editing/exchanging.py": "exchanges two files in one step",
    "system/core_dumps.py": "prctl",
    "system/access_list.py": "access lists of Windows",
    "system/peer.py": "who is at the other end of a pipe of Windows",
    "system/graphics.py": "the drivers of graphics cards",
    "documents/grammars.py": "the grammars of tree-sitter",
}
"""Modules outside ``host/`` that call the system's libraries, which could start a process as well."""
MODULES = {"subprocess", "multiprocessing", "pty", "webbrowser", "_posixsubprocess", "_winapi", "pexpect", "sh", "plumbum"}
ENDS = ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")
VERBS = (
    *(f"{verb}{end}" for verb in ("exec", "spawn") for end in ENDS),
    *("posix_spawn", "posix_spawnp", "fork", "forkpty", "system", "popen", "startfile"),
)
METHODS = {"subprocess_exec", "subprocess_shell", "create_subprocess_exec", "create_subprocess_shell", "ProcessPoolExecutor"}


def starts(text: str) -> list[int]:
    """The lines of ``text`` that could start a process."""
    return sorted({node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.expr, ast.stmt)) and _starts(node)})


def _starts(node: ast.expr | ast.stmt) -> bool:
    match node:
        case ast.Import(names):
            return any(one.name.partition(".")[0] in MODULES for one in names)
        case ast.ImportFrom(module, names):
            base = (module or "").partition(".")[0]
            taken = {one.name for one in names}
            verbs = base in ("os", "posix", "nt") and taken & set(VERBS)
            return base in MODULES or bool(verbs) or bool(taken & (METHODS | {"subprocess"}))
        case ast.Attribute(ast.Name("os" | "posix" | "nt"), name):
            return name in VERBS
        case ast.Attribute(ast.Name("psutil"), "Popen"):
            return True
        case ast.Attribute(_, name):
            return name in METHODS
        case ast.Call(ast.Name("__import__" | "getattr") | ast.Attribute(_, "import_module"), arguments):
            said = {one.value for one in arguments if isinstance(one, ast.Constant)}
            return bool(said & (MODULES | METHODS | set(VERBS)))
    return False


def calls_natively(text: str) -> bool:
    names = {one.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for one in node.names}
    names |= {node.module or "" for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)}
    return bool({name.partition(".")[0] for name in names} & {"ctypes", "cffi", "_ctypes"})


def modules() -> dict[str, str]:
    return {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


def test_processes_are_started_in_one_place() -> None:
    assert {name: starts(text) for name, text in modules().items() if starts(text) and name not in STARTERS} == {}


def test_the_systems_libraries_are_called_where_it_is_listed() -> None:
    assert {name for name, text in modules().items() if calls_natively(text) and not name.startswith("host/")} == set(NATIVE)


def test_no_verb_of_this_python_is_left_out() -> None:
    assert {name for name in dir(os) if name.startswith(("exec", "spawn", "posix_spawn", "fork"))} <= set(VERBS)


def test_the_list_names_what_is_there() -> None:
    texts = modules()
    assert [name for name in STARTERS if not starts(texts[name])] == []


BREACHES = (
    *("import subprocess", "import multiprocessing.pool", "from multiprocessing import Pool", "from asyncio import subprocess"),
    *("import pty", "import webbrowser", "from os import execv", "from concurrent.futures import ProcessPoolExecutor"),
    *("import asyncio\n\nasyncio.create_subprocess_exec", "import asyncio\n\nasyncio.create_subprocess_shell"),
    *(f"import os\n\nos.{verb}" for verb in VERBS),
)


NO_BREACH = ("", "import os", "import asy")
"""How the lines begin that only make a breach possible."""


@pytest.mark.parametrize("text", BREACHES, ids=lambda text: text.split("\n")[-1])
def test_each_way_is_found(text: str) -> None:
    assert starts(text)


@pytest.mark.parametrize(
    "text",
    [
        "loop.subprocess_exec(protocol, 'ls')",
        "importlib.import_module('subprocess')",
        "__import__('multiprocessing')",
        "getattr(os, 'execv')('/bin/ls', [])",
        "concurrent.futures.ProcessPoolExecutor(2)",
    ],
)
def test_ways_that_no_linter_follows_are_found(text: str) -> None:
    assert starts(text) == [1]


def test_ruff_refuses_each_way_in_a_module_that_is_not_excepted() -> None:
    text = '"""Doc."""\n\n' + "\n".join(BREACHES) + "\n"
    command = ("check", "--no-cache", "--select", "TID251", "--output-format", "concise", "--stdin-filename", "server/x.py", "-")
    done = subprocess.run(
        [Path(sys.executable).with_name("ruff"), *command], cwd=ROOT, input=text, capture_output=True, text=True, timeout=100
    )
    found = {int(line) for line in re.findall(r"^[^\n]*x\.py:(\d+):", done.stdout, re.M)}
    lines = dict(enumerate(text.splitlines(), 1))
    assert [line for number, line in lines.items() if number > 2 and line[:10] not in NO_BREACH and number not in found] == []


def test_the_lint_rule_makes_no_other_exceptions() -> None:
    ignores = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]["per-file-ignores"]
    excepted = {
        name.removeprefix("server/codestral_ls/") for name, rules in ignores.items() if "TID251" in rules and "server" in name
    }
    others = {"lsp/protocol.py", "system/git_reading.py", "system/toml_text.py"}  # pygls' workings, pygit2, tomllib
    assert excepted == set(STARTERS) | others
