"""What ``codestral-ls local install`` would fetch for a machine, as plain data. Pure: nothing is looked at or installed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from codestral_ls.errors import ModelError
from codestral_ls.host import prebuilt
from codestral_ls.host.engine_sources import LibraryPackage, chosen
from codestral_ls.system.graphics import Graphics

Device = Literal["cpu", "vulkan", "metal", "cuda", "rocm"]
DEVICES: tuple[Device, ...] = ("cpu", "vulkan", "metal", "cuda", "rocm")
SUPPORT = ("numpy>=1.26", "huggingface_hub>=0.30")
"""What the host imports besides llama.cpp, and what is needed to fetch models."""
FLAGS: dict[Device, str] = {"cpu": "", "vulkan": "-DGGML_VULKAN=on", "metal": "-DGGML_METAL=on", "cuda": "-DGGML_CUDA=on",
                            "rocm": "-DGGML_HIP=on"}  # fmt: skip
"""The CMake options that compile llama.cpp for a device."""
DECLARATIONS_MEGABYTES, XLLAMACPP_MEGABYTES, SUPPORT_MEGABYTES = 77, 33, 22


@dataclass(frozen=True, slots=True)
class InstallTarget:
    """The facts for a plan: ``system`` and ``machine`` as Python names them, the processor's flags, the GPUs, whether npm is here.

    ``glibc`` is the version of the C library on Linux, None if it is another one.
    """

    system: str
    machine: str
    processor: frozenset[str]
    glibc: tuple[int, int] | None
    graphics: Graphics
    npm: bool = True


@dataclass(frozen=True, slots=True)
class EnginePlan:
    """Where llama.cpp comes from: an npm package, xllamacpp's wheel, or, with neither, it is compiled here."""

    device: Device
    source: LibraryPackage | None = None
    xllamacpp: bool = False

    @property
    def compiled(self) -> bool:
        """True if nothing prebuilt fits."""
        return self.source is None and not self.xllamacpp

    @property
    def engine(self) -> str:
        """The chosen source, with its size."""
        if self.source is not None:
            return f"{self.source.package} from npm ({self.source.megabytes} MB)"
        if self.xllamacpp:
            return f"{' '.join(prebuilt.WHEEL)} with pip ({XLLAMACPP_MEGABYTES} MB)"
        return f"llama.cpp compiled here ({FLAGS[self.device] or 'for the processor'}), 5 to 12 minutes on two cores"

    @property
    def megabytes(self) -> int:
        """Megabytes to download in all."""
        engine = self.source.megabytes if self.source is not None else XLLAMACPP_MEGABYTES if self.xllamacpp else 0
        return engine + DECLARATIONS_MEGABYTES + SUPPORT_MEGABYTES


def plan(here: InstallTarget, wanted: Device | None) -> EnginePlan:
    """The best plan for ``here``, or for the ``wanted`` device. Raises: ModelError if that device is not here.

    For a processor on Linux the npm package comes first: on two cores of an AMD EPYC its embedded model answers a typing
    request in 0.8 of the time of xllamacpp's wheel and reads a prompt in 0.5 to 0.7 of it. The wheel needs neither npm nor a
    recent C library.
    """
    device = wanted or best_device(here.graphics)
    if wanted not in (None, "cpu") and not getattr(here.graphics, device):
        raise ModelError(f"No driver for {device} was found on this machine (there is {here.graphics.words}).")
    source = _loadable(here, device)
    if source is None and wanted is None:  # nothing prebuilt for this GPU: the processor's build works at once
        device = "cpu"
        source = _loadable(here, device)
    if device == "cpu" and _wheel_runs(here) and (source is None or not here.npm):
        return EnginePlan(device, xllamacpp=True)
    return EnginePlan(device, source)


def _loadable(here: InstallTarget, device: Device) -> LibraryPackage | None:
    """The npm package for ``device``, unless its libraries need a newer glibc than this machine has."""
    source = chosen(here.system, here.machine, device)
    if source is None or here.system != "linux":
        return source
    return source if here.glibc is not None and here.glibc >= source.glibc else None


def _wheel_runs(here: InstallTarget) -> bool:
    if here.system != "linux" or here.machine not in ("x86_64", "aarch64") or here.glibc is None:
        return False
    return not prebuilt.unsuited(prebuilt.PROCESSOR, here.machine, here.processor)


def best_device(graphics: Graphics) -> Device:
    """The fastest device of this machine for which there is something prebuilt."""
    return "metal" if graphics.metal else "vulkan" if graphics.vulkan or graphics.cuda or graphics.rocm else "cpu"
