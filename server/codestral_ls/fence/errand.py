"""The command to run in a fence, its limits, and how it ended. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

PROJECT, SCRATCH = "@project@", "@scratch@"
"""In a command and its variables these become the folders of the project's copy and of all other files."""
Cause = Literal["", "time", "memory", "processes", "disk", "stopped", "fence"]


@dataclass(frozen=True, slots=True)
class FenceLimits:
    """For all processes of one run together: ``seconds`` of time, ``megabytes`` of memory, ``disk_megabytes`` that may be written
    to the project's copy and again to the scratch folder, ``processes`` (threads count if the kernel counts them).

    ``address_space`` also limits each process's address space to ``megabytes``: not for Node, which reserves far more than it uses.
    """

    seconds: float = 30.0
    megabytes: int = 2048
    disk_megabytes: int = 256
    processes: int = 256
    address_space: bool = True


@dataclass(frozen=True, slots=True)
class Errand:
    """One command. ``project`` is the folder that is copied: inside, the copy has the same path if the fence can do that.

    ``visible`` are folders and files of the machine that may be read in addition to the system's. ``changes`` are files of the
    copy, by their relative path, with another content in this run; ``files`` are put into the scratch folder, and ``results`` are
    names of files there that are brought out.
    """

    command: tuple[str, ...]
    project: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    visible: tuple[Path, ...] = ()
    changes: Mapping[str, bytes] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    results: tuple[str, ...] = ()
    limits: FenceLimits = field(default_factory=FenceLimits)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: the exit ``code`` (minus the signal's number; None if the fence ended it), the ``cause`` if the fence ended
    it, the end of the printed output, and the result files that exist.
    """

    code: int | None
    cause: Cause
    output: str
    results: Mapping[str, bytes] = field(default_factory=dict)
