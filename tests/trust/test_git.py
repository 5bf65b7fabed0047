"""The boundary of git: whatever a repository's configuration names, nothing of it runs."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from codestral_ls.system.git import RepositoryError, work_tree
from codestral_ls.system.git_files import unfit_file
from support.lsp.lsp_client import fake, serving
from support.trust.clone import CODE, committed, git, hostile_configuration, own_environment, script

COMMANDS = [
    ["generate", "docstrings", "--check", "."],
    ["generate", "docstrings", "--write", "--allow-dirty", "."],
    ["generate", "docstrings", "--write", "."],
    ["generate", "docstrings", "--since", "HEAD", "."],
    ["generate", "tests", "."],
    ["eval", "--holes", "2"],
    ["index"],
    ["context", "part1.py:2:5"],
    ["complete", "part1.py:2:5"],
    ["demo", "--count", "1", "part1.py"],
    ["doctor", "--no-ask"],
    ["generate", "docstrings", "--diff", "part1.py"],
    ["generate", "tests", "--write", "--allow-dirty", "."],
]
"""Every command that looks at a folder; the others (``test_processes.py`` has them all) know of none."""


def plant_hooks(mark: Path) -> None:
    hooks = mark.parent / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "post-checkout", "pre-commit", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (hooks / name).chmod(0o755)


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    mark = tmp_path / "ran"
    plant_hooks(mark)
    return mark


@pytest.fixture
def hostile(tmp_path: Path, mark: Path) -> Path:
    """An archive that was unpacked: its own configuration is hostile."""
    folder = tmp_path / "work"
    committed(folder)
    with (folder / ".git/config").open("a") as file:
        file.write(hostile_configuration(mark))
    return folder / "src"


@pytest.fixture
def embedding(tmp_path: Path, mark: Path) -> Path:
    """An ordinary clone with a bare repository in it, which git itself takes for one."""
    outer = tmp_path / "work"
    committed(outer)
    inner = outer / "src"
    git(outer, "init", "-q", "--bare", str(inner / "bare"))
    for path in (inner / "bare").iterdir():
        path.rename(inner / path.name)
    (inner / "bare").rmdir()
    config = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n" + hostile_configuration(mark)
    (inner / "config").write_text(config)
    return inner


def test_the_configuration_is_hostile(hostile: Path, mark: Path) -> None:
    subprocess.run(["git", "-C", str(hostile), "status"], capture_output=True, check=False, timeout=60)
    assert mark.exists()


@pytest.mark.parametrize("kind", ["hostile", "embedding"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_runs(request: pytest.FixtureRequest, tmp_path: Path, mark: Path, kind: str, command: list[str]) -> None:
    folder: Path = request.getfixturevalue(kind)
    environment = own_environment(tmp_path / "home")
    done = subprocess.run(
        [script(), *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=110, check=False
    )
    assert not mark.exists()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["hostile", "embedding"])
async def test_nothing_runs_while_an_editor_has_the_folder_open(
    request: pytest.FixtureRequest, tmp_path: Path, mark: Path, kind: str
) -> None:
    folder: Path = request.getfixturevalue(kind)
    uri = (folder / "part1.py").as_uri()
    async with serving(fake("return first", first_delay_ms=0), python=["-P"], cwd=folder) as editor:
        await editor.initialize("vscode", rootUri=folder.as_uri(), workspaceFolders=[{"uri": folder.as_uri(), "name": "w"}])
        editor.open(uri, CODE)
        await editor.ready()
        await editor.inline(uri, {"line": 1, "character": 4})
        editor.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        await editor.inline(uri, {"line": 1, "character": 4})
        assert await editor.shutdown() == 0
    assert not mark.exists()  # noqa: ASYNC240 - nothing else runs any more


def test_the_work_tree_is_the_folder_of_its_mark(embedding: Path) -> None:
    found = work_tree(embedding)
    assert found is not None
    assert found.top == embedding.parent.resolve()


def test_a_repository_that_points_elsewhere_is_refused(hostile: Path, tmp_path: Path) -> None:
    git(hostile, "config", "core.worktree", str(tmp_path))
    found = work_tree(hostile)
    assert found is not None
    with pytest.raises(RepositoryError):
        found.tracked()


def configured(text: str) -> Callable[[Path], None]:
    def plant(top: Path) -> None:
        os.mkfifo(top / ".git" / "pipe")
        with (top / ".git" / "config").open("a") as file:
            file.write(text.format(pipe=top / ".git" / "pipe"))

    return plant


def in_place_of(name: str, target: str = "") -> Callable[[Path], None]:
    def plant(top: Path) -> None:
        path = top / name
        path.unlink(missing_ok=True)
        path.parent.mkdir(exist_ok=True)
        if target:
            path.symlink_to(target)
        else:
            os.mkfifo(path)

    return plant


ENDLESS: dict[str, Callable[[Path], None]] = {
    "ignore file": in_place_of(".gitignore"),
    "ignore file below": in_place_of("src/.gitignore"),
    "attributes": in_place_of(".gitattributes"),
    "endless ignore file": in_place_of(".gitignore", "/dev/zero"),
    "exclude": in_place_of(".git/info/exclude"),
    "index": in_place_of(".git/index"),
    "configuration": in_place_of(".git/config"),
    "alternates": in_place_of(".git/objects/info/alternates"),
    "packed references": in_place_of(".git/packed-refs", "/dev/zero"),
    "include": configured("[include]\n\tpath = {pipe}\n"),
    "include beside": configured("[include]\n\tpath = pipe\n"),
    "include on a line": configured("[include] path = pipe\n"),
    "include under a condition": configured('[includeIf "gitdir:/"]\n\tpath = "{pipe}"\n'),
    "excludes": configured("[core]\n\texcludesFile = {pipe}\n"),
    "attributes elsewhere": configured("[core]\n\tattributesFile = {pipe}\n"),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_no_pipe_or_device_of_a_repository_is_waited_for(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "work"
    committed(folder)
    ENDLESS[kind](folder)
    done = subprocess.run(
        [script(), "generate", "docstrings", "--since", "HEAD", "."],
        cwd=folder,
        env=own_environment(tmp_path / "home"),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode != 0
    assert "is a pipe or a device" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_the_null_device_as_an_ignore_file_is_an_empty_one(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    committed(folder)
    git(folder, "config", "core.excludesFile", os.devnull)
    (folder / ".gitignore").symlink_to(os.devnull)
    found = work_tree(folder)
    assert found is not None
    assert found.files(folder)


@pytest.mark.parametrize(
    "text", [" " * 900_000 + "x\n", "[a]" + "\t" * 900_000 + "b\n", "[include]\npath = a" + " " * 200_000 + 'b"c\n']
)
def test_no_configuration_is_read_for_long(tmp_path: Path, text: str) -> None:
    committed(tmp_path / "work")
    (tmp_path / "work" / ".git" / "config").write_text(text)
    began = time.thread_time()
    assert unfit_file(tmp_path / "work") is None
    assert time.thread_time() - began < 5
