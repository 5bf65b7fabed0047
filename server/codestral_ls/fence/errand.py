"""What is run in a fence, what it may use, and how it ended. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

PROJECT, SCRATCH = "@project@", "@scratch@"
"""In a command and its variables these become the folders that the copy of the project and everything else lie in."""
Cause = Literal["", "time", "memory", "processes", "disk", "stopped", "fence"]


@dataclass(frozen=True, slots=True)
class Limits:
    """For all processes of one run together: ``seconds`` of time, ``megabytes`` of memory, ``disk_megabytes`` that may be written
    to the project's copy and again to the scratch folder, ``processes`` (threads count where the kernel counts them).

    ``address_space`` also bounds each process's address space by ``megabytes``: not for Node, which reserves far more than it uses.
    """

    seconds: float = 30.0
    megabytes: int = 2048
    disk_megabytes: int = 256
    processes: int = 256
    address_space: bool = True


@dataclass(frozen=True, slots=True)
class Errand:
    """One command. ``project`` is the folder that is copied: inside, the copy lies at the same path where the fence can do that.

    ``visible`` are folders and files of the machine that may be read besides the system's. ``changes`` are files of the copy, by
    their path relative to it, that hold something else in this run; ``files`` lie in the scratch folder, and ``results`` are
    names of files there that are brought out.
    """

    command: tuple[str, ...]
    project: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    visible: tuple[Path, ...] = ()
    changes: Mapping[str, bytes] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    results: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: the exit ``code`` (minus the signal's number; None where it was ended), the ``cause`` of its being ended,
    the end of what it printed, and the result files that were there.
    """

    code: int | None
    cause: Cause
    output: str
    results: Mapping[str, bytes] = field(default_factory=dict)
