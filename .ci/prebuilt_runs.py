"""Whether the prebuilt llama.cpp runs on this machine: exits with 0 if it does, otherwise with 1 and a sentence that says why
not.
"""

import ctypes
import platform
import sys
from pathlib import Path

PROCESSOR = {"avx2", "fma", "f16c", "bmi2"}
LIBRARIES = ("libgomp.so.1", "libstdc++.so.6")


def reason() -> str:
    """Why it does not run, "" if it does."""
    if sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"}:
        return f"there is none for {sys.platform} on {platform.machine()}"
    if platform.libc_ver()[0] != "glibc":
        return "it needs glibc"
    if platform.machine() == "x86_64":
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        flags = next((set(line.partition(":")[2].split()) for line in lines if line.startswith("flags")), set())
        if missing := sorted(PROCESSOR - flags):
            return f"the processor lacks {', '.join(missing)}"
    for name in LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            return f"{name} is missing (Debian's libgomp1 and libstdc++6)"
    return ""


if why := reason():
    sys.exit(f"No prebuilt llama.cpp: {why}.")
