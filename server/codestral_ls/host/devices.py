"""The devices llama.cpp can compute on, and their free memory, from ggml's own registry."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from codestral_ls.host import llama

Kind = Literal["cpu", "gpu"]


@dataclass(frozen=True, slots=True)
class Device:
    """One device; memory in bytes (0 if the driver does not say)."""

    kind: Kind
    name: str
    free: int
    total: int


def devices() -> tuple[Device, ...]:
    """All devices of this llama.cpp. Graphics built into the processor count as GPUs."""
    library = llama.load()._lib
    count = library.ggml_backend_dev_count
    count.restype = ctypes.c_size_t
    get = library.ggml_backend_dev_get
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    kind = library.ggml_backend_dev_type
    kind.restype, kind.argtypes = ctypes.c_int, [ctypes.c_void_p]
    describe = library.ggml_backend_dev_description
    describe.restype, describe.argtypes = ctypes.c_char_p, [ctypes.c_void_p]
    memory = library.ggml_backend_dev_memory
    size = ctypes.POINTER(ctypes.c_size_t)
    memory.restype, memory.argtypes = None, [ctypes.c_void_p, size, size]
    found: list[Device] = []
    for number in range(count()):
        device = get(number)
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        memory(device, ctypes.byref(free), ctypes.byref(total))
        name = (describe(device) or b"").decode(errors="replace")
        found.append(Device("gpu" if kind(device) in (1, 2) else "cpu", name, free.value, total.value))
    return tuple(found)


def free_memory() -> int:
    """Bytes of main memory that a new process could take without swapping; 0 if the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return 0
