"""Get the Emacs that the tests drive into ``.cache/editors``: ``python -m support.editors.setup_emacs``.

Emacs 30 with lsp-mode, company and package-lint are Debian's packages, extracted, so that the system is not touched. Where they
cannot be had, tests are skipped with the reason that is given here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from support.editors.debian_packages import CACHE, Unavailable, extracted, relink


@dataclass(frozen=True)
class Emacs:
    """An Emacs that can be started: its command line, its environment, and the folders of extra packages."""

    command: tuple[str, ...]
    environment: dict[str, str]
    packages: tuple[Path, ...]


def emacs_30() -> Emacs:
    """Emacs 30. Raises: Unavailable."""
    wanted = ["emacs-nox", "emacs-el", "elpa-package-lint", "elpa-lsp-mode", "elpa-company"]
    root = extracted("emacs-30", "forky", wanted)
    terminals = f"{root}/usr/share/terminfo:{root}/usr/lib/terminfo:/usr/share/terminfo:/lib/terminfo"
    return unpacked(root, relink(root, "usr/bin/emacs-nox"), TERMINFO_DIRS=terminals)


def unpacked(root: Path, program: Path, **more: str) -> Emacs:
    """The Emacs of the packages extracted into ``root``; ``more`` are further variables."""
    share = next((root / "usr/share/emacs").glob("3*.*"))
    libexec = next((root / "usr/libexec/emacs").glob("3*.*/*-linux-gnu"))
    dump = next(libexec.glob("*.pdmp"))
    environment = {
        "EMACS_INHIBIT_AUTOMATIC_NATIVE_COMPILATION": "1",  # otherwise each start compiles in the background for seconds
        "EMACSDATA": str(share / "etc"),
        "EMACSDOC": str(share / "etc"),
        "EMACSPATH": str(libexec),
        "EMACSLOADPATH": str(share / "lisp"),
        **more,
    }
    packages = tuple(sorted((root / "usr/share/emacs/site-lisp/elpa-src").iterdir()))
    return Emacs((str(program), f"--dump-file={dump}"), environment, packages)


def main() -> int:
    """Fetch it; the exit status is 1 if it is not available."""
    CACHE.mkdir(parents=True, exist_ok=True)
    try:
        print(f"Emacs 30: {emacs_30().command[0]}")
    except Unavailable as reason:
        print(f"Emacs 30: not available: {reason}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
