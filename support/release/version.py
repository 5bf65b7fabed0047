"""The version is written only in ``server/codestral_ls/__init__.py``; some files repeat it.

``python -m support.release.version`` brings those up to date; with ``--check`` it only names the files that are not.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from codestral_ls import __version__
from support.repository import ROOT

REPEATED: Mapping[str, str] = {
    "clients/vscode/package.json": r'^  "version": "(.*)",$',
    "clients/emacs/codestral-ls.el": r"^;; Version: (.*)$",
    "packaging/mason/packages/codestral-ls/package.yaml": r"codestral-ls@(.*)\?extra",
}
"""Files, and a pattern whose group is the version."""


def stale(root: Path = ROOT, version: str = __version__) -> list[str]:
    """The files in ``root`` that have another version, or none."""
    return [name for name, pattern in REPEATED.items() if _named(root / name, pattern) != version]


def write(root: Path = ROOT, version: str = __version__) -> None:
    """Put ``version`` into the files in ``root``. Raises: ValueError if a file has no place for it."""
    for name, pattern in REPEATED.items():
        path = root / name
        text = path.read_text("utf-8")
        found = re.search(pattern, text, re.MULTILINE)
        if found is None:
            raise ValueError(f"{name} has no place for a version")
        path.write_text(text[: found.start(1)] + version + text[found.end(1) :], "utf-8")


def _named(path: Path, pattern: str) -> str:
    found = re.search(pattern, path.read_text("utf-8"), re.MULTILINE)
    return found[1] if found else ""


def main(argv: list[str] | None = None) -> int:
    """Write or check; return 1 if a file is out of date."""
    parser = argparse.ArgumentParser(prog="python -m support.release.version", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when a file names another version")
    if not parser.parse_args(argv).check:
        write()
        return 0
    names = stale()
    if names:
        print(f"{', '.join(names)}: not version {__version__}; run `python -m support.release.version`", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
