"""Where runs are kept: a folder for each, with checkpoints, exported files and a log; git ignores them."""

from __future__ import annotations

from pathlib import Path

RUNS = Path(__file__).parent / "runs"
