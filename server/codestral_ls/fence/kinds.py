"""Which fence works on this machine, found out by setting one up."""

from __future__ import annotations

import functools
import shutil
import sys
import tempfile
from pathlib import Path

from codestral_ls.fence.errand import Errand, FenceLimits
from codestral_ls.fence.pack import packed
from codestral_ls.fence.run_errand import Kind, run_fenced

ALL: tuple[Kind, ...] = ("bubblewrap", "namespaces", "landlock")
"""From the best to the weakest."""
WORDS: dict[Kind, str] = {
    "bubblewrap": "bubblewrap: a file system of its own, no home, no network, limits for all processes together",
    "namespaces": "the kernel's namespaces: a file system of its own, no home, no network, limits for all processes together",
    "landlock": "the kernel's Landlock: only the system's files can be read, no home, no network, limits that are watched",
    "none": "no fence: generated code could read, write and send what you can",
}


@functools.cache
def why_not(kind: Kind) -> str:
    """Why a fence of that kind does not work here; "" if it does."""
    if sys.platform != "linux":
        return "this system has no fence that codestral-ls can use"
    if kind == "bubblewrap" and shutil.which("bwrap") is None:
        return "bubblewrap (bwrap) is not installed"
    if kind == "landlock":
        from codestral_ls.fence.landlock import is_available
        from codestral_ls.fence.seccomp import is_known_machine

        if not is_available():
            return "the kernel has no Landlock"
        if not is_known_machine():
            return "the system calls of this machine are not known"
    with tempfile.TemporaryDirectory() as empty, packed(Path(empty)) as copy:
        ended = run_fenced(kind, Errand(("true",), Path(empty), limits=FenceLimits(seconds=10.0)), copy)
    return "" if ended.code == 0 else ended.output.strip() or f"it ended with {ended.code}"


def find_fence() -> Kind:
    """The best fence that works here; "none" if none does."""
    return next((kind for kind in ALL if not why_not(kind)), "none")
