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
"""What the host imports beside llama.cpp, and what fetches models."""
FLAGS: dict[Device, str] = {"cpu": "", "vulkan": "-DGGML_VULKAN=on", "metal": "-DGGML_METAL=on", "cuda": "-DGGML_CUDA=on",
                            "rocm": "-DGGML_HIP=on"}  # fmt: skip
"""How llama.cpp is told to compile for a device."""
DECLARATIONS_MEGABYTES, XLLAMACPP_MEGABYTES, SUPPORT_MEGABYTES = 77, 33, 22


@dataclass(frozen=True, slots=True)
class InstallTarget:
    """What decides: ``system`` and ``machine`` as Python tells them, the processor's flags, GPUs."""

    system: str
    machine: str
    processor: frozenset[str]
    glibc: bool
    graphics: Graphics


@dataclass(frozen=True, slots=True)
class EnginePlan:
    """Where llama.cpp comes from: an npm package, the wheel of xllamacpp, or neither, and then it has to be compiled."""

    device: Device
    source: LibraryPackage | None = None
    xllamacpp: bool = False

    @property
    def compiled(self) -> bool:
        """Whether nothing prebuilt fits."""
        return self.source is None and not self.xllamacpp

    @property
    def engine(self) -> str:
        """What is taken, with its size."""
        if self.source is not None:
            return f"{self.source.package} from npm ({self.source.megabytes} MB)"
        if self.xllamacpp:
            return f"{' '.join(prebuilt.WHEEL)} with pip ({XLLAMACPP_MEGABYTES} MB)"
        return f"llama.cpp compiled here ({FLAGS[self.device] or 'for the processor'}), 5 to 12 minutes on two cores"

    @property
    def megabytes(self) -> int:
        """What is downloaded in all."""
        engine = self.source.megabytes if self.source is not None else XLLAMACPP_MEGABYTES if self.xllamacpp else 0
        return engine + DECLARATIONS_MEGABYTES + SUPPORT_MEGABYTES


def plan(here: InstallTarget, wanted: Device | None) -> EnginePlan:
    """The best for ``here``, or for the ``wanted`` device. Raises: ModelError where that device is not here."""
    device = wanted or best_device(here.graphics)
    if wanted not in (None, "cpu") and not getattr(here.graphics, device):
        raise ModelError(f"No driver for {device} was found on this machine (there is {here.graphics.words}).")
    source = chosen(here.system, here.machine, device)
    if source is None and wanted is None:  # nothing prebuilt for the GPU: the processor's is there at once
        device = "cpu"
        source = chosen(here.system, here.machine, device)
    runs = here.glibc and not prebuilt.unsuited(prebuilt.PROCESSOR, here.machine, here.processor)
    if device == "cpu" and here.system == "linux" and here.machine in ("x86_64", "aarch64") and runs:
        return EnginePlan(device, xllamacpp=True)  # pip alone brings it
    return EnginePlan(device, source if here.glibc or here.system != "linux" else None)


def best_device(graphics: Graphics) -> Device:
    """What computes fastest of what is there and has something prebuilt."""
    return "metal" if graphics.metal else "vulkan" if graphics.vulkan or graphics.cuda or graphics.rocm else "cpu"
