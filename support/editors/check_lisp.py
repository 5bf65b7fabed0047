"""Check the Emacs package's sources: ``python -m support.editors.check_lisp`` (``make check``).

They must compile without a warning and satisfy package-lint and checkdoc. That takes three runs of the Emacs that the tests
drive, on a copy of the package, because compiling must leave nothing in the sources.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from support.editors.debian_packages import Unavailable
from support.editors.emacs.emacs_driver import CLIENT
from support.editors.setup_emacs import Emacs, emacs_30

SOURCES = sorted(path.name for path in CLIENT.glob("codestral-ls*.el"))
PACKAGE = [name for name in SOURCES if not name.endswith("-tests.el")]
QUIET = "(setq native-comp-jit-compilation nil native-comp-enable-subr-trampolines nil)"

ARCHIVES = """
(progn
  (setq package-lint-main-file "codestral-ls.el" package-archives nil)
  (advice-add 'package-initialize :after
              (lambda (&rest _)
                (setq package-archive-contents
                      (list (list 'jsonrpc (package-desc-create :name 'jsonrpc :version '(1 0 27) :archive "gnu")))))))
"""
"""package-lint asks the package archives whether a dependency exists; there are no archives here, so this replaces the question."""

COMPILE = ["--eval", "(setq byte-compile-error-on-warn t)", "-f", "batch-byte-compile", *SOURCES]
LINT = ["-l", "package-lint", "--eval", "(require 'package)", "--eval", ARCHIVES, "-f", "package-lint-batch-and-exit", *PACKAGE]
CHECKDOC = ["-l", "checkdoc", *(word for name in PACKAGE for word in ("--eval", f'(checkdoc-file "{name}")'))]


def batch(emacs: Emacs, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Emacs in ``folder``, where a copy of the package is."""
    paths = [argument for path in emacs.packages for argument in ("-L", str(path))]
    command = [*emacs.command, "--batch", "-Q", "--eval", QUIET, *paths, "-L", str(folder), *arguments]
    environment = {**os.environ, **emacs.environment, "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100)


def problems(emacs: Emacs, client: Path = CLIENT) -> list[str]:
    """The problems that the three checks report about the sources in ``client``."""
    found = []
    with tempfile.TemporaryDirectory(prefix="cls-") as name:
        for what, arguments in (("byte-compile", COMPILE), ("package-lint", LINT), ("checkdoc", CHECKDOC)):
            folder = Path(name) / what
            shutil.copytree(client, folder)
            done = batch(emacs, folder, *arguments)
            said = done.stderr if what == "checkdoc" else done.stdout + done.stderr
            if done.returncode != 0 or (said.strip() and what != "byte-compile") or "Warning" in said:
                found.append(f"{what}:\n{said}")
    return found


def main() -> int:
    """Run all checks; return 1 if one reports a problem or Emacs is not available."""
    try:
        emacs = emacs_30()
    except Unavailable as reason:
        print(
            f"Emacs 30: {reason}\nBring it, with a Debian mirror in reach: python -m support.editors.setup_emacs", file=sys.stderr
        )
        return 1
    found = problems(emacs)
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return min(1, len(found))


if __name__ == "__main__":
    sys.exit(main())
