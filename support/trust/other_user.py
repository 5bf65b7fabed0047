"""Another user of this machine: a Python process that gives up root before it runs some code."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

NOBODY = 65534
only_root = pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can become another user")


def command(code: str) -> list[str]:
    """The command line that runs ``code`` as the other user; modules of the standard library are imported before the change."""
    become = f"import fcntl, os, socket, sys, time, json; os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})"
    return [sys.executable, "-S", "-c", f"{become}\n{code}"]


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` as the other user and wait for its end."""
    return subprocess.run(command(code), capture_output=True, text=True, timeout=30, check=False)
