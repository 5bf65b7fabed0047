"""Build a release: ``python -m support.release [--target linux-x64 …] [--python 3.11 …]`` (``make release``).

``dist/VERSION`` receives the wheel and the source distribution, the wheels of llama.cpp and of its Python declarations, the
extension for every platform, the extensions that bundle the server, the list of parts (CycloneDX), and checksums of all files. It
publishes nothing: a workflow does that.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from clients.vscode.scripts.carried_wheels import declarations, engine_wheel
from clients.vscode.scripts.make_vsix import make_vsix
from clients.vscode.scripts.node_tools import Missing, run
from clients.vscode.scripts.platforms import PLATFORMS, PYTHONS, named
from codestral_ls import __version__
from support.release.bill import bill
from support.release.version import stale
from support.repository import ROOT

FOLDER = ROOT / "dist" / __version__
SUMS = "SHA256SUMS"


def commit_time() -> datetime:
    """The time of the checked-out commit, which everything in the release gets. Raises: Missing."""
    said = run(["git", "log", "-1", "--format=%ct"], "the commit's time is not known", ROOT)
    return datetime.fromtimestamp(int(said), UTC)


def changed() -> str:
    """What git says has changed since the commit, "" if nothing. Raises: Missing."""
    return run(["git", "status", "--porcelain", "--untracked-files=no"], "git cannot be asked", ROOT)


def python_packages(folder: Path) -> None:
    """Build the wheel and the source distribution. Raises: Missing."""
    run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], "the Python packages could not be built", ROOT)


def extensions(folder: Path, targets: Sequence[str], pythons: Sequence[str]) -> None:
    """Build the extension for every platform, and for each of ``targets`` the extension with llama.cpp's wheel in it.

    Raises: Missing.
    """
    make_vsix(path=folder / f"codestral-ls-{__version__}.vsix", for_marketplace=True)
    shutil.copy(declarations(), folder)
    for target in targets:
        shutil.copy(engine_wheel(named(target)), folder)
        make_vsix(named(target), pythons, folder / f"codestral-ls-{__version__}-{target}.vsix", for_marketplace=True)


def write_sums(folder: Path) -> None:
    """Write the SHA-256 of every file in ``folder``, in the format of ``sha256sum --check``."""
    lines = []
    for path in sorted(folder.iterdir()):
        if path.name != SUMS:
            with path.open("rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    (folder / SUMS).write_text("".join(lines), "utf-8")


def main(argv: list[str] | None = None) -> int:
    """Build everything; return 1 if something is missing or not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m support.release", description=__doc__)
    targets = [each.target for each in PLATFORMS]
    parser.add_argument("--target", choices=targets, action="append", help="an extension with everything inside (default: all)")
    parser.add_argument("--python", choices=PYTHONS, action="append", help="whose wheels it carries (default: all)")
    parser.add_argument("--changed", action="store_true", help="build although files differ from the commit")
    given = parser.parse_args(argv)
    if names := stale():
        print(f"Not version {__version__}: {', '.join(names)}; run `make render`.", file=sys.stderr)
        return 1
    try:
        if not given.changed and (files := changed()):
            print(f"These files differ from the commit (--changed builds all the same):\n{files}", file=sys.stderr)
            return 1
        when = commit_time()
        os.environ["SOURCE_DATE_EPOCH"] = str(int(when.timestamp()))
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        python_packages(FOLDER)
        extensions(FOLDER, given.target or targets, given.python or PYTHONS)
    except (Missing, subprocess.SubprocessError) as reason:
        print(f"The release cannot be built here: {reason}", file=sys.stderr)
        return 1
    (FOLDER / f"codestral-ls-{__version__}.cdx.json").write_text(bill(FOLDER, when), "utf-8")
    write_sums(FOLDER)
    for path in sorted(FOLDER.iterdir()):
        print(f"{path.stat().st_size / 1e6:8.1f} MB  {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
