"""The file system inside a fence, as mounts: the system's programs, named folders, and two folders of limited size.

There is no home, no ``/run``, no ``/var`` and of ``/etc`` only what programs need to start. Pure, apart from looking which files
exist.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

SCRATCH_FOLDER = "/tmp"  # noqa: S108 - the fence's own, of limited size
OWN_CODE = "/fence"
"""Where this package is mounted inside."""
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
_ETC = (
    "alternatives", "ca-certificates", "ca-certificates.conf", "debian_version", "fonts", "group", "hosts", "inputrc",
    "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "ld-musl-x86_64.path", "locale.conf", "localtime", "mime.types", "nsswitch.conf",
    "os-release", "passwd", "pki/tls/certs", "pki/ca-trust/extracted", "protocols", "services", "ssl/certs", "ssl/openssl.cnf",
    "terminfo", "timezone",
)  # fmt: skip
DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = (
    ("/proc/self/fd", "/dev/fd"),
    ("/proc/self/fd/0", "/dev/stdin"),
    ("/proc/self/fd/1", "/dev/stdout"),
    ("/proc/self/fd/2", "/dev/stderr"),
    (f"{SCRATCH_FOLDER}/.shm", "/dev/shm"),  # noqa: S108
    (SCRATCH_FOLDER, "/var/tmp"),  # noqa: S108
)


@dataclass(frozen=True, slots=True)
class Mount:
    """One mount: ``source`` of the machine (a link's target, a tmpfs's megabytes) at ``target`` inside."""

    kind: Literal["read", "device", "link", "proc", "disk"]
    source: str
    target: str


def layout(
    project: Path, visible: Iterable[Path], package: Path, python: Iterable[Path], *, project_megabytes: int, disk_megabytes: int
) -> list[Mount]:
    """The mounts in their order: a later one may be inside an earlier one.

    ``package`` is this package's parent, ``python`` what the interpreter that runs ``inside.py`` needs.
    """
    steps = [
        Mount("disk", str(disk_megabytes), SCRATCH_FOLDER),
        Mount("disk", str(project_megabytes + disk_megabytes), str(project)),
        Mount("proc", "", "/proc"),
        Mount("read", str(package), f"{OWN_CODE}/codestral_ls"),
        *(Mount("device", f"/dev/{name}", f"/dev/{name}") for name in DEVICES),
        *(Mount("link", source, target) for source, target in _LINKS),
    ]
    for name in _SYSTEM:
        if Path(name).is_symlink():
            steps.append(Mount("link", str(Path(name).readlink()), name))
        elif Path(name).exists():
            steps.append(Mount("read", name, name))
    readable = [Path("/etc", name) for name in _ETC]
    readable += [each for path in (*visible, *python) for each in (path, Path(os.path.realpath(path)))]
    known = {step.target for step in steps}
    for path in readable:
        if path.exists() and str(path) not in known:
            known.add(str(path))
            steps.append(Mount("read", os.path.realpath(path), str(path)))
    return _needed(sorted(steps, key=lambda step: len(PurePosixPath(step.target).parts)))


def readable_paths(steps: Iterable[Mount]) -> list[str]:
    """What may be read, for a fence that cannot make a file system of its own."""
    return [step.source for step in steps if step.kind in ("read", "device")]


def _needed(steps: list[Mount]) -> list[Mount]:
    """The mounts without those that an earlier mount shows already."""
    kept: dict[str, Mount] = {}
    for step in steps:
        above = next((kept[str(up)] for up in PurePosixPath(step.target).parents if str(up) in kept), None)
        shown = above is not None and above.kind == "read" and step.kind in ("read", "link")
        inside_link = above is not None and above.kind == "link"
        if not shown and not inside_link:
            kept[step.target] = step
    return list(kept.values())
