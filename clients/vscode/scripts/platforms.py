"""The platforms for which we build an extension that bundles everything. Plain data."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from codestral_ls.host.engine_sources import LibraryPackage, chosen

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""The versions of Python for which an extension has wheels."""


@dataclass(frozen=True, slots=True)
class ExtensionPlatform:
    """A platform. ``target`` is VS Code's name for it, ``resolver`` uv's; ``tags`` are the tags of wheels that run there.

    ``system`` and ``machine`` are the values of ``sys.platform`` and ``platform.machine()``; ``device`` is what llama.cpp
    computes with.
    """

    target: str
    resolver: str
    tags: tuple[str, ...]
    system: str
    machine: str
    device: str = "cpu"

    @property
    def engine(self) -> LibraryPackage:
        """The source of its llama.cpp."""
        source = chosen(self.system, self.machine, self.device)
        assert source is not None, f"no llama.cpp for {self.target}"
        return source


def _manylinux(machine: str) -> tuple[str, ...]:
    """The manylinux tags from glibc 2.28, which VS Code itself needs, downwards."""
    return (*(f"manylinux_2_{minor}_{machine}" for minor in range(28, 4, -1)), f"manylinux2014_{machine}")


PLATFORMS = (
    ExtensionPlatform("linux-x64", "x86_64-manylinux_2_34", _manylinux("x86_64"), "linux", "x86_64"),
    ExtensionPlatform("linux-arm64", "aarch64-manylinux_2_35", _manylinux("aarch64"), "linux", "aarch64"),
    ExtensionPlatform("win32-x64", "x86_64-pc-windows-msvc", ("win_amd64",), "win32", "AMD64"),
    ExtensionPlatform("darwin-arm64", "aarch64-apple-darwin", ("macosx_14_0_arm64",), "darwin", "arm64", "metal"),
    ExtensionPlatform("darwin-x64", "x86_64-apple-darwin", ("macosx_14_0_x86_64",), "darwin", "x86_64"),
)


def named(target: str) -> ExtensionPlatform:
    """The platform with this name. Raises: KeyError."""
    return {each.target: each for each in PLATFORMS}[target]


def here() -> ExtensionPlatform | None:
    """This machine's platform; None if no extension is built for it."""
    machine = platform.machine()
    return next((each for each in PLATFORMS if each.system == sys.platform and each.machine == machine), None)
