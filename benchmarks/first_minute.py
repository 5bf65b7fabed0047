"""How long a newcomer takes from nothing to the first ghost text in each editor: ``python -m benchmarks.first_minute``.

Runs the newcomers' tests, asks them to keep their times and pictures, and writes a section of benchmarks/results/editors.md; the
pictures go to docs/images.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.page_sections import machine, write_section
from support.editors.newcomer_minute import FOLDER
from support.repository import ROOT

TESTS = (
    "tests/editors/vscode/test_vscode_first_run.py",
    "tests/editors/neovim/test_neovim_install.py",
    "tests/editors/emacs/test_emacs_install.py",
)
IMAGES = ROOT / "docs" / "images"
PICTURED = ("VS Code", "Neovim 0.12", "Emacs 30")
STEPS = ("installed", "ready", "ghost text")


def measure(folder: Path) -> list[dict[str, Any]]:
    """Run the tests and return what each of them kept. Raises: SystemExit if a test fails."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS, "-k", "by_the or ghost_text"]
    done = subprocess.run(command, check=False, cwd=ROOT, env={**os.environ, FOLDER: str(folder)}, timeout=1800)
    if done.returncode != 0:
        raise SystemExit("A newcomer's test failed: nothing is written.")
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def report(kept: list[dict[str, Any]], pictures: list[str]) -> str:
    """The section: a row for each kind of newcomer, and the pictures of the first ghost texts."""
    lines = [
        f"`python -m benchmarks.first_minute`; {machine()} Seconds from opening the editor. In VS Code the server is installed "
        "by the extension, with packages that are on the machine already; for Neovim and Emacs it is installed beforehand, and the "
        "lines of the README are in the configuration. The API is a stand-in that answers at once; local is the embedded model.",
        "",
        "| editor | way | " + " | ".join(STEPS) + " |",
        "|---|---|" + "---|" * len(STEPS),
    ]
    for one in kept:
        seconds = [f"{one['seconds'][step]:.1f}" if step in one["seconds"] else "–" for step in STEPS]
        lines.append("| " + " | ".join([one["editor"], one["way"], *seconds]) + " |")
    for name in pictures:
        lines += ["", f"![{caption(name)}](../../docs/images/{name})"]
    return "\n".join(lines)


def caption(name: str) -> str:
    """The caption for a picture with this file name."""
    _, file_name, way = Path(name).stem.rsplit("-", 2)
    editor = next(editor for editor in PICTURED if editor.replace(" ", "").lower() == file_name)
    return f"The first ghost text in {editor}, {'by the API' if way == 'api' else 'by the model in the package'}"


def main() -> int:
    """Run the tests and write the section."""
    with tempfile.TemporaryDirectory(prefix="cls-") as name:
        folder = Path(name)
        kept = measure(folder)
        wanted = tuple(f"first-{editor.replace(' ', '').lower()}-" for editor in PICTURED)
        pictures = sorted(path for path in folder.iterdir() if path.name.startswith(wanted) and path.suffix in (".png", ".svg"))
        for picture in pictures:
            shutil.copy(picture, IMAGES / picture.name)
        text = report(kept, [picture.name for picture in pictures])
    print(text)
    write_section("editors.md", "A newcomer's first minute", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
