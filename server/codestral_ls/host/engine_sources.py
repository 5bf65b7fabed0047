"""Where prebuilt llama.cpp libraries come from: packages of node-llama-cpp on npm, each pinned by version and checksum.

They are built for every system from one release of llama.cpp, without OpenMP, with a backend for each generation of processors.
A new version may be used once its release of llama.cpp fits llama-cpp-python's declarations. Nothing is fetched here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

VERSION = "3.21.1"
LLAMA_CPP = "v0.4.0"
COMMIT = "0c1e570"
"""llama.cpp in llama-cpp-python's own sources; ``support/release/engine_build.py`` compiles the same package from it."""
SUITED = frozenset((LLAMA_CPP, COMMIT))
"""The release that fits llama-cpp-python's declarations."""
LARGEST = 200_000_000
"""In bytes. A larger file cannot be such a package."""


@dataclass(frozen=True, slots=True)
class LibraryPackage:
    """A package. ``system`` and ``machine`` are those of ``sys.platform`` and ``platform.machine()``, in lower case.

    ``tag`` is the platform of the wheel made from it; ``megabytes`` is the size of the download.
    """

    name: str
    system: str
    machines: tuple[str, ...]
    device: str
    tag: str
    sha512: str
    megabytes: int

    @property
    def glibc(self) -> tuple[int, int]:
        """The oldest glibc that loads it, as its wheel's tag says; (0, 0) on other systems."""
        found = re.match(r"manylinux_(\d+)_(\d+)_", self.tag)
        return (int(found[1]), int(found[2])) if found else (0, 0)

    @property
    def package(self) -> str:
        """Its name on npm."""
        return f"@node-llama-cpp/{self.name}@{VERSION}"


_X86, _ARM = ("x86_64", "amd64"), ("arm64", "aarch64")
SOURCES = (
    LibraryPackage("win-x64", "win32", _X86, "cpu", "win_amd64",
           "JcIpCnra7bAd7JNWA8ehdn2DIRaTMuj+fBC8bw+5rKSNzszWFbuj2XA05c5QHovonDMBLN1ePXE/hcfZtzXoUQ==", 10),
    LibraryPackage("win-x64-vulkan", "win32", _X86, "vulkan", "win_amd64",
           "HJ237Azh5m4Sz+w3A1IU/fYLaSDOocskcfn2ILTgqTuuORCB86EMnu3Yt/XsNhRHTtEiwz1Q/E0mO4PLIbZLAA==", 27),
    LibraryPackage("win-arm64", "win32", _ARM, "cpu", "win_arm64",
           "/UDR7Y0B8iKfc/tqxBmWkcgRdZQ9Wrkwod7fYl4J6iZXcTIj286RkHvZSED7VMY67TrcUXVvxJVMNFtmjeYnDg==", 4),
    LibraryPackage("mac-arm64-metal", "darwin", _ARM, "metal", "macosx_14_0_arm64",
           "6MIDAZV7DXD9R1+jEXWJkFuolni3GATGE6mmuyFYc6ZmtOh9djAy15df0T0AXK3sCmVKL+fQcOAWZezxx4MvQQ==", 5),
    LibraryPackage("mac-x64", "darwin", _X86, "cpu", "macosx_14_0_x86_64",
           "Q4nyNmbcNiKygBZQZjX+qLk2w3YzoiFpLWsxNURQN7xjyUi2p2rWxjRa7Otg0FrjGf/ri4aQ+X3Uj5Y0zD06eg==", 5),
    LibraryPackage("linux-x64", "linux", _X86, "cpu", "manylinux_2_34_x86_64",
           "Totj6RTDMGo3FoK2yNUaz/oGmZD0olAqTrRluFUWmu0kW2i9TOzHSW0OWCAiGkzRCVX0WsU2CyUQo/W2NYtdPA==", 11),
    LibraryPackage("linux-x64-vulkan", "linux", _X86, "vulkan", "manylinux_2_35_x86_64",
           "flEeSzONQ6OIm5bYKLQf4eEnBzcC5WugFbyPUwkCqyyOFZ8pH0H9ulQ7ZNDLSIczeKneMRJornlyY1Hq7d3GDA==", 27),
    LibraryPackage("linux-arm64", "linux", _ARM, "cpu", "manylinux_2_35_aarch64",
           "eI3anSEGzJiwF2rpMpZVTdHzw47LztbvfvuRzlu/fPO18ROnBOd+75RPUBlV6qENPpmNtbov85+3VODwEwBurg==", 10),
)  # fmt: skip


def sources(system: str, machine: str) -> tuple[LibraryPackage, ...]:
    """The packages that run on this system, the processor's own first. Pure."""
    return tuple(each for each in SOURCES if each.system == system and machine.lower() in each.machines)


def chosen(system: str, machine: str, device: str) -> LibraryPackage | None:
    """The package for ``device`` ("cpu", "vulkan", "metal") here; None if there is none. Pure.

    If a system has only one package, it is used for the processor too: Metal's also runs on it.
    """
    fitting = sources(system, machine)
    exact = [each for each in fitting if each.device == device]
    if exact:
        return exact[0]
    return fitting[0] if len(fitting) == 1 and device == "cpu" else None


def source_of(archive: Path) -> LibraryPackage | None:
    """The package whose checksum ``archive`` has; None if it is none of them. Raises: OSError."""
    if archive.stat().st_size > LARGEST:
        return None
    with archive.open("rb") as file:
        found = base64.b64encode(hashlib.file_digest(file, "sha512").digest()).decode()
    return next((each for each in SOURCES if each.sha512 == found), None)
