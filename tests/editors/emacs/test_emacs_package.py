"""The Emacs package as Emacs' own tools see it: compiled without a warning, linted, documented, its ERT tests passed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.editors.emacs.emacs_driver import CLIENT
from support.editors.setup_emacs import Emacs
from support.editors.workplace import Place

SOURCES = sorted(path.name for path in CLIENT.glob("codestral-ls*.el"))
PACKAGE = [name for name in SOURCES if not name.endswith("-tests.el")]

QUIET = "(setq native-comp-jit-compilation nil native-comp-enable-subr-trampolines nil)"
#: package-lint asks the package archives whether a dependency exists; there are none here, so this stands in for one.
ARCHIVES = """
(progn
  (setq package-lint-main-file "codestral-ls.el" package-archives nil)
  (advice-add 'package-initialize :after
              (lambda (&rest _)
                (setq package-archive-contents
                      (list (list 'jsonrpc (package-desc-create :name 'jsonrpc :version '(1 0 27) :archive "gnu")))))))
"""


def batch(emacs: Emacs, place: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Emacs on a copy of the package (compiling must leave nothing in the sources)."""
    folder = place.folder / "package"
    if not folder.exists():
        shutil.copytree(CLIENT, folder)
    paths = [argument for path in emacs.packages for argument in ("-L", str(path))]
    command = [*emacs.command, "--batch", "-Q", "--eval", QUIET, *paths, "-L", str(folder), *arguments]
    environment = {**os.environ, **place.environment, **emacs.environment}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("name", SOURCES)
def test_it_compiles_without_a_warning(emacs: Emacs, place: Place, name: str) -> None:
    done = batch(emacs, place, "--eval", "(setq byte-compile-error-on-warn t)", "-f", "batch-byte-compile", name)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr


def test_package_lint_has_nothing_to_say(emacs: Emacs, place: Place) -> None:
    asked = ["-l", "package-lint", "--eval", "(require 'package)", "--eval", ARCHIVES]
    done = batch(emacs, place, *asked, "-f", "package-lint-batch-and-exit", *PACKAGE)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("name", PACKAGE)
def test_checkdoc_has_nothing_to_say(emacs: Emacs, place: Place, name: str) -> None:
    done = batch(emacs, place, "-l", "checkdoc", "--eval", f'(checkdoc-file "{name}")')
    assert done.stderr.strip() == ""


def test_ert(emacs: Emacs, place: Place) -> None:
    done = batch(emacs, place, "-l", "codestral-ls-tests.el", "-f", "ert-run-tests-batch-and-exit")
    assert done.returncode == 0, done.stderr
    assert "0 unexpected" in done.stderr


def test_no_file_is_too_long_to_read_in_one_sitting() -> None:
    lengths = {name: len((Path(CLIENT) / name).read_text().splitlines()) for name in SOURCES}
    assert max(lengths.values()) < 400, lengths


def test_package_el_installs_the_folder(emacs: Emacs, place: Place) -> None:
    """Afterwards the mode is there without a word in init.el but its own."""
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
