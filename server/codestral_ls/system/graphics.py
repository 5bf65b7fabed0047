"""Which GPUs this machine has a driver for, judged by the files that drivers install. Loads nothing and starts nothing."""

from __future__ import annotations

import ctypes.util
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Graphics:
    """Devices a program could compute with in addition to the processor."""

    cuda: bool = False
    rocm: bool = False
    vulkan: bool = False
    metal: bool = False

    @property
    def words(self) -> str:
        """For the user: "NVIDIA's driver, Vulkan"."""
        named = {"NVIDIA's driver": self.cuda, "AMD's ROCm": self.rocm, "Vulkan": self.vulkan, "Metal": self.metal}
        return ", ".join(name for name, here in named.items() if here) or "no GPU's driver"


def graphics(
    system: str = sys.platform,
    machine: str = platform.machine(),
    exists: Callable[[str], bool] = lambda path: Path(path).exists(),
    library: Callable[[str], str | None] = ctypes.util.find_library,
    program: Callable[[str], str | None] = shutil.which,
) -> Graphics:
    """The devices here. The arguments are this machine's own unless a test gives others."""
    if system == "darwin":
        return Graphics(metal=machine == "arm64")
    if system == "win32":
        return Graphics(cuda=program("nvidia-smi") is not None, vulkan=library("vulkan-1") is not None)
    return Graphics(
        cuda=exists("/dev/nvidia0"),
        rocm=exists("/dev/kfd"),
        vulkan=library("vulkan") is not None and exists("/dev/dri/renderD128"),
    )
