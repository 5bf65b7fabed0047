"""Which processor cores may evaluate a model: one thread per core, only the fast kind, at most as many as a container allows.

Two threads on one core share its arithmetic, and with slow cores among fast ones all wait for the slow ones, so neither is used.
Everything is read from the system's own description; nothing is measured.
"""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path

SYSTEM = Path("/sys")
DIFFERENT = 0.9
"""A core below this share of the fastest core's capacity is a slow core (the kernel's numbers differ by a few percent between
equal cores)."""


@dataclass(frozen=True, slots=True)
class Cores:
    """One logical processor (by the system's number) of each usable core. ``mixed``: slow cores were left out.

    ``usable`` are all logical processors on which this process may run.
    """

    fast: tuple[int, ...]
    mixed: bool
    usable: tuple[int, ...]

    @property
    def count(self) -> int:
        """The most threads worth starting, at least 1."""
        return max(1, len(self.fast))


def cores(system: Path = SYSTEM) -> Cores:
    """The cores this process may use."""
    usable = _usable()
    if sys.platform == "darwin":
        fast, every = _mac("hw.perflevel0.physicalcpu"), _mac("hw.physicalcpu")
        count = fast or every or len(usable)
        return Cores(usable[:count], False, usable)  # macOS has no affinity: its own scheduler prefers the fast cores
    whole = first_of_each_core(usable, system)
    fast_ones = fastest(whole, system)
    limit = quota(system)
    chosen = fast_ones[: max(1, int(limit))] if limit else fast_ones
    return Cores(chosen, len(fast_ones) < len(whole), usable)


def _usable() -> tuple[int, ...]:
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def first_of_each_core(usable: tuple[int, ...], system: Path = SYSTEM) -> tuple[int, ...]:
    """One logical processor of each core; all of them if the system does not say which belong together."""
    seen: set[str] = set()
    kept: list[int] = []
    for number in usable:
        siblings = _read(system / f"devices/system/cpu/cpu{number}/topology/thread_siblings_list") or str(number)
        if siblings not in seen:
            seen.add(siblings)
            kept.append(number)
    return tuple(kept)


def fastest(numbers: tuple[int, ...], system: Path = SYSTEM) -> tuple[int, ...]:
    """The fast cores: Intel's performance cores, or Arm's with the greatest capacity; all cores if there is only one kind."""
    performance = parse_list(_read(system / "devices/cpu_core/cpus"))
    if chosen := tuple(number for number in numbers if number in performance):
        return chosen
    capacity = {number: _number(system / f"devices/system/cpu/cpu{number}/cpu_capacity") for number in numbers}
    most = max(capacity.values(), default=0.0)
    return tuple(number for number in numbers if capacity[number] >= most * DIFFERENT)


def quota(system: Path = SYSTEM) -> float:
    """The number of processors a container may use (a control group's limit); 0.0 if there is no limit."""
    limit, _, period = _read(system / "fs/cgroup/cpu.max").partition(" ")
    if limit.isdigit() and period.isdigit() and int(period) > 0:
        return int(limit) / int(period)
    used, every = _number(system / "fs/cgroup/cpu/cpu.cfs_quota_us"), _number(system / "fs/cgroup/cpu/cpu.cfs_period_us")
    return used / every if used > 0 and every > 0 else 0.0


def parse_list(text: str) -> frozenset[int]:
    """The kernel's lists such as ``0-3,8``; unreadable parts are left out."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if first.isdigit() and (last or first).isdigit():
            found.update(range(int(first), min(int(last or first), int(first) + 4095) + 1))
    return frozenset(found)


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii", errors="replace").strip()
    except OSError:
        return ""


def _number(path: Path) -> float:
    try:
        return float(_read(path))
    except ValueError:
        return 0.0


def _mac(name: str) -> int:
    """A number from macOS's ``sysctl``, 0 if it has no such name."""
    value = ctypes.c_int32()
    size = ctypes.c_size_t(ctypes.sizeof(value))
    try:
        wrong = ctypes.CDLL(None).sysctlbyname(name.encode(), ctypes.byref(value), ctypes.byref(size), None, ctypes.c_size_t(0))
    except (OSError, AttributeError):
        return 0
    return 0 if wrong else max(0, value.value)
