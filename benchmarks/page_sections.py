"""Puts a benchmark's result under its heading of a results page, and leaves the other sections unchanged."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


def machine() -> str:
    """The machine and the day, as a sentence."""
    day = datetime.now(UTC).date().isoformat()
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    kernel = f"{platform.system()} {platform.release()}"
    return f"{day}; {platform.machine()}, {os.cpu_count()} cores ({load}), {kernel}, Python {platform.python_version()}."


def write_section(page: str, heading: str, text: str) -> None:
    """Replace the section ``## heading`` of ``results/page``, or add it at the end."""
    path = RESULTS / page
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    section = f"## {heading}\n\n{text.strip()}\n"
    before, found, rest = old.partition(f"## {heading}\n")
    _, more, after = rest.partition("\n## ")
    following = f"\n## {after}" if more else ""
    path.write_text(before + section + following if found else f"{old.rstrip()}\n\n{section}".lstrip(), encoding="utf-8")


def read_section(page: str, heading: str) -> str:
    """The text of the section ``## heading`` of ``results/page``, "" if there is none."""
    path = RESULTS / page
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0].strip()
