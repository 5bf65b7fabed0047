"""Where this checkout is on the disk."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The repository's root."""

EXTENSION = ROOT / "clients" / "vscode"
"""The VS Code extension's folder."""
