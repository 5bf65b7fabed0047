"""`python -m training.fetch FOLDER`: fetch the archives from which the corpus is read, with the registries' ordinary clients.

`training/sources/` names them, one per line. A package that a registry no longer has is reported and left out. Debian's source
packages need a `deb-src` line in apt's sources.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).parent / "sources"
AT_ONCE = 40
"""Names in one call: starting a client takes longer than a download."""

PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "any")
PIP = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--python-version", "3.12")
CLIENTS: dict[str, tuple[str, ...]] = {
    "pypi": (*PIP, *(word for platform in PLATFORMS for word in ("--platform", platform))),
    "npm": ("npm", "pack", "--silent"),
    "debian-packages": ("apt-get", "download"),
    "debian-sources": ("apt-get", "source", "--download-only"),
}
"""The client for each list, by the list's name; every client downloads into its working folder."""


def names(kind: str) -> list[str]:
    return (SOURCES / f"{kind}.txt").read_text("utf-8").split()


def fetch(kind: str, folder: Path) -> Iterator[str]:
    """Fetch the packages of a list; returns the names that are not available. A failed call is repeated for each of its names."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = names(kind)

    def fails(some: list[str]) -> bool:
        return subprocess.run([*CLIENTS[kind], *some], check=False, cwd=folder, stdout=subprocess.DEVNULL).returncode != 0

    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        if fails(some):
            yield from (name for name in some if fails([name]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of one folder for each registry")
    parser.add_argument("--only", choices=CLIENTS, nargs="*", default=list(CLIENTS))
    arguments = parser.parse_args()
    for kind in arguments.only:
        missing = list(fetch(kind, arguments.folder / kind))
        print(f"{kind}: {len(names(kind)) - len(missing)} of {len(names(kind))}; not to be had: {', '.join(missing) or 'none'}")


if __name__ == "__main__":
    main()
