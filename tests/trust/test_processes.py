"""The boundary of processes: a working folder with modules named like all importable modules runs nothing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from codestral_ls import cli
from codestral_ls.system import processes
from support.lsp.lsp_client import Editor
from support.trust.clone import CODE, committed, importable, own_environment, plant_modules, script
from support.waiting import until

COMMANDS = [
    ["--help"],
    ["index"],
    ["context", "src/part1.py:2:5"],
    ["complete", "src/part1.py:2:5"],
    ["complete", "--set", "backend.primary=local", "src/part1.py:2:5"],
    ["eval", "--holes", "2"],
    ["eval", "--holes", "2", "--compare", "fake", "embedded"],
    ["costs"],
    ["local", "install"],
    ["models", "list"],
    ["models", "path"],
    ["models", "pull", "nowhere"],
    ["models", "remove", "nowhere"],
    ["models", "info", "embedded"],
    ["models", "recommend"],
    ["demo", "--count", "1", "src/part1.py"],
    ["doctor"],
    ["generate", "docstrings", "--check", "src"],
    ["generate", "docstrings", "--write", "--allow-dirty", "src"],
    ["generate", "docstrings", "--since", "HEAD", "src"],
    ["generate", "tests", "src"],
]


FOLDERS = ("cache_home", "state_home", "config_home", "run")
"""Where ``own_environment`` puts the user's folders."""

APART = {"serve", "host"}
"""Commands that go on until they are told to end; each has a test of its own below."""


def test_every_command_is_tried() -> None:
    assert {command[0] for command in COMMANDS if command[0] != "--help"} | APART == set(cli.COMMANDS)


@pytest.mark.parametrize("name", sorted(set(cli.COMMANDS) - APART))
def test_every_action_of_a_command_is_tried(name: str) -> None:
    subcommands = cli._parser([name])._subparsers
    assert subcommands is not None
    command = subcommands._group_actions[0].choices[name]  # type: ignore[index]
    actions = {choice for action in command._actions for choice in action.choices or () if not action.option_strings}
    assert actions <= {command[1] for command in COMMANDS if command[0] == name and len(command) > 1}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clone")
    committed(folder, files=9)
    plant_modules(folder, folder.with_name("ran"))
    return folder


def what_ran(clone: Path) -> str:
    mark = clone.with_name("ran")
    return mark.read_text() if mark.exists() else ""


def test_the_mines_work(clone: Path, tmp_path: Path) -> None:
    plant_modules(tmp_path, tmp_path / "ran")
    # A pool that another test started has set this for the whole process.
    unsafe = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    subprocess.run([sys.executable, "-c", "import tree_sitter"], cwd=tmp_path, check=True, timeout=60, env=unsafe)
    assert "tree_sitter in" in (tmp_path / "ran").read_text()
    assert {"argparse", "sqlite3", "multiprocessing", "codestral_ls", "pathspec", "aiohttp"} <= set(importable())


def open_to_others(home: Path) -> list[str]:
    """What a command made in our folders that others may read or change."""
    made = [path for folder in FOLDERS for path in (home / folder).rglob("*") if "codestral-ls" in path.parts]
    return [f"{path.relative_to(home)} {path.lstat().st_mode:o}" for path in made if path.lstat().st_mode & 0o077]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_runs_what_lies_in_the_working_folder(clone: Path, tmp_path: Path, command: list[str]) -> None:
    done = subprocess.run(
        [script(), *command],
        cwd=clone, env=own_environment(tmp_path), umask=0, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert what_ran(clone) == ""
    assert "Traceback" not in done.stderr
    assert open_to_others(tmp_path) == []


async def test_serve_and_its_index_worker_run_nothing_of_the_folder(clone: Path, tmp_path: Path) -> None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(script(), "serve"), cwd=clone, env=own_environment(tmp_path), stdin=pipe, stdout=pipe, stderr=pipe, limit=1 << 26, umask=0
    )
    assert process.stdout is not None
    editor = Editor(process, process.stdout, process.stdin)
    try:
        await editor.initialize("bare", rootUri=clone.as_uri())
        uri = (clone / "src/part1.py").as_uri()
        editor.open(uri, CODE)
        await editor.ready()
        await editor.inline(uri, {"line": 1, "character": 4})
        database = tmp_path / "cache_home"
        await until(lambda: list(database.rglob("*.sqlite3")), "the index", 60)
        assert await editor.shutdown() == 0
        await editor.close()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # or its finalizer warns after the loop is gone
    assert what_ran(clone) == ""
    assert open_to_others(tmp_path) == []


async def test_the_host_runs_nothing_of_the_folder_while_it_loads_and_answers(clone: Path, tmp_path: Path) -> None:
    environment = own_environment(tmp_path) | {"CODESTRAL_LS_TOKEN": "t"}
    process = await asyncio.create_subprocess_exec(
        *(script(), "host", "--listen", "127.0.0.1:0"), cwd=clone, env=environment, stdout=asyncio.subprocess.PIPE, umask=0
    )
    assert process.stdout is not None
    try:
        address = (await process.stdout.readline()).decode().split()[-1]
        body = {"model": "m", "prompt": "def add(a, b):\n    return ", "suffix": "\n", "max_tokens": 4}
        async with (
            aiohttp.ClientSession(headers={"Authorization": "Bearer t"}) as session,
            session.post(f"{address}/v1/fim/completions", json=body) as response,
        ):
            assert response.status == 200, await response.text()
        process.terminate()
        await asyncio.wait_for(process.wait(), 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert what_ran(clone) == ""
    assert open_to_others(tmp_path) == []


def test_children_inherit_nothing_that_misleads_python() -> None:
    given = {
        "PYTHONPATH": os.pathsep.join(["", ".", "src", "/opt/deps"]),
        "PYTHONSTARTUP": "start.py",
        "PYTHONWARNINGS": "error::mine.Warning",
        "PYTHONUTF8": "1",
        "XDG_CACHE_HOME": "cache",
        "XDG_STATE_HOME": "/state",
        "OTHER": "1",
    }
    kept = processes.own_environment(given)
    assert kept["PYTHONPATH"] == "/opt/deps"
    assert kept["PYTHONSAFEPATH"] == "1"
    assert (kept.get("XDG_CACHE_HOME"), kept["XDG_STATE_HOME"]) == (None, "/state")
    assert {"PYTHONSTARTUP", "PYTHONWARNINGS"}.isdisjoint(kept)
    assert kept["GGML_NO_BACKTRACE"] == "1"  # or an abort would start a debugger
    assert (kept["PYTHONUTF8"], kept["OTHER"]) == ("1", "1")
    assert "-P" in processes.python("codestral_ls.host")
