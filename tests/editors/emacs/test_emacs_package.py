"""Emacs' own tools accept the package: compiled without a warning, linted, documented, and its ERT tests pass."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from support.editors.check_lisp import QUIET, SOURCES, problems
from support.editors.check_lisp import batch as run
from support.editors.emacs.emacs_driver import CLIENT
from support.editors.setup_emacs import Emacs
from support.editors.workplace import EditorWorkplace


def batch(emacs: Emacs, place: EditorWorkplace, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Emacs on a copy of the package, because compiling must leave nothing in the sources."""
    folder = place.folder / "package"
    if not folder.exists():
        shutil.copytree(CLIENT, folder)
    return run(emacs, folder, *arguments)


def test_its_own_tools_have_nothing_to_say(emacs: Emacs) -> None:
    assert problems(emacs) == []


def test_ert(emacs: Emacs, place: EditorWorkplace) -> None:
    done = batch(emacs, place, "-l", "codestral-ls-tests.el", "-f", "ert-run-tests-batch-and-exit")
    assert done.returncode == 0, done.stderr
    assert "0 unexpected" in done.stderr


def test_no_file_is_too_long_to_read_in_one_sitting() -> None:
    lengths = {name: len((Path(CLIENT) / name).read_text().splitlines()) for name in SOURCES}
    assert max(lengths.values()) < 400, lengths


def test_package_el_installs_the_folder(emacs: Emacs, place: EditorWorkplace) -> None:
    """Afterwards the mode exists without any other line in init.el."""
    home = place.folder / "elpa"
    setup = f'(progn (setq package-user-dir "{home}" package-archives nil) (require \'package) (package-initialize))'
    done = batch(emacs, place, "--eval", setup, "--eval", f'(package-install-file "{place.folder}/package")')
    assert done.returncode == 0, done.stderr
    command = [*emacs.command, "--batch", "-Q", "--eval", QUIET, "--eval", setup]
    command += ["--eval", '(princ (list (autoloadp (symbol-function \'codestral-ls-mode)) (locate-library "codestral-ls")))']
    environment = {**os.environ, **place.environment, **emacs.environment}
    asked = subprocess.run(command, cwd=place.folder, env=environment, capture_output=True, text=True, timeout=60)
    assert asked.stdout.startswith("(t ")
    assert asked.stdout.rstrip(")").endswith("codestral-ls.elc")


def test_package_vc_installs_the_repository_by_its_address(emacs: Emacs, place: EditorWorkplace) -> None:
    """The line of the client's README, with the address replaced."""
    line = re.search(r"^\(package-vc-install .*\)$", (CLIENT / "README.md").read_text(), re.M)
    assert line
    remote = place.folder / "remote"
    shutil.copytree(CLIENT, remote / "clients" / "emacs")
    identity = ["-c", "user.name=A Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "First"]):
        subprocess.run(["git", *identity, *words], cwd=remote, check=True, timeout=60)
    install = re.sub(r':url "[^"]*"', f':url "file://{remote}"', line.group())
    home = place.folder / "elpa-vc"
    batch(emacs, place)  # copies the package into the home folder
    (place.folder / "package" / ".emacs.d").mkdir()
    setup = f'(progn (setq package-user-dir "{home}" package-archives nil) (require \'package) (package-initialize))'
    done = batch(emacs, place, "--eval", setup, "--eval", install, "--eval", '(princ (locate-library "codestral-ls"))')
    assert done.returncode == 0, done.stderr
    assert "elpa-vc/codestral-ls/clients/emacs/codestral-ls.el" in done.stdout
    assert next(home.rglob("codestral-ls-autoloads.el")).exists()
