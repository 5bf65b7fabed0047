"""Draw the layers of ARCHITECTURE.md: ``python -m support.layers [--check]`` writes ``docs/images/layers.svg``.

The boxes are import-linter's layers in ``pyproject.toml``. Each box names the parts that its code imports, except those that
follow from others (if a imports b and b imports c, then a's box leaves c out).
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from html import escape
from itertools import pairwise
from pathlib import Path

from support.repository import ROOT

PICTURE = ROOT / "docs" / "images" / "layers.svg"
PACKAGE = ROOT / "server" / "codestral_ls"
WIDTH, HEIGHT, ACROSS, DOWN = 206, 44, 16, 14
"""A box, and the gaps beside and below it, in pixels."""


def layers() -> list[str]:
    """The layers from the top as in ``pyproject.toml``: names joined by `` | ``."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return next(list(contract["layers"]) for contract in contracts if contract["type"] == "layers")


def imports(package: Path = PACKAGE) -> dict[str, set[str]]:
    """For each part of the package, the parts that it imports; a part is a folder or a module directly below the package."""
    found: dict[str, set[str]] = {}
    for file in sorted(package.rglob("*.py")):
        part = file.relative_to(package).parts[0].removesuffix(".py")
        for name in _imported(ast.parse(file.read_text("utf-8"))):
            target = name.split(".")[1] if "." in name else ""
            if target and target != part:
                found.setdefault(part, set()).add(target)
    return found


def _imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module == "codestral_ls":
            yield from (f"codestral_ls.{alias.name}" for alias in node.names if not alias.name.startswith("_"))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("codestral_ls."):
            yield node.module
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):  # import_module(f"…{name}")
            begin = str(node.values[0].value)
            yield from [begin.rstrip(".")] if begin.startswith("codestral_ls.") else []
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("codestral_ls."))


def reduced(arrows: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The imports without those that follow from a longer path."""

    def below(part: str) -> set[str]:
        return {found for target in arrows.get(part, ()) for found in (target, *below(target))}

    return {part: targets - {far for target in targets for far in below(target)} for part, targets in arrows.items()}


def drawing(rows: list[list[str]], arrows: Mapping[str, set[str]]) -> str:
    """The picture as SVG: a row per layer, and in each box the parts that it imports."""
    width = max(len(row) for row in rows) * (WIDTH + ACROSS) + ACROSS
    height = len(rows) * (HEIGHT + DOWN) + ACROSS - DOWN
    known = {name for row in rows for name in row}
    parts = []
    for number, row in enumerate(rows):
        left, top = (width - len(row) * (WIDTH + ACROSS) + ACROSS) / 2, ACROSS / 2 + number * (HEIGHT + DOWN)
        for at, name in enumerate(row):
            x, middle = left + at * (WIDTH + ACROSS), left + at * (WIDTH + ACROSS) + WIDTH / 2
            below = ", ".join(sorted(arrows.get(name, set()) & known))
            parts.append(f'<rect x="{x:g}" y="{top:g}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>')
            parts.append(f'<text x="{middle:g}" y="{top + (18 if below else 27):g}">{escape(name)}</text>')
            if below:
                parts.append(f'<text class="below" x="{middle:g}" y="{top + 35:g}">↓ {escape(below)}</text>')
    style = (
        "rect{fill:#eef3fb;stroke:#4a6fa5}text{font:bold 14px sans-serif;text-anchor:middle;fill:#1b2a41}"
        ".below{font:11px sans-serif;fill:#51606f}"
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
            f"<title>The layers of codestral_ls</title><style>{style}</style>",
            f'<rect width="{width}" height="{height}" style="fill:#fff;stroke:none"/>',
            *parts,
            "</svg>\n",
        ]
    )


def main(argv: list[str] | None = None) -> int:
    """Write (or check) the picture. Returns 1 if it is out of date or an import goes up."""
    parser = argparse.ArgumentParser(prog="python -m support.layers", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when the picture is stale")
    check = parser.parse_args(argv).check
    rows = [[name for name in re.split(r"[ |]+", layer) if name != "__main__"] for layer in layers()]
    rows = [row for row in rows if row]
    arrows = imports()
    for above, below in pairwise(rows):
        if upward := [(low, high) for low in below for high in above if high in arrows.get(low, ())]:
            print(f"imports that go up: {upward}", file=sys.stderr)
            return 1
    picture = drawing(rows, reduced(arrows))
    if PICTURE.is_file() and PICTURE.read_text("utf-8") == picture:
        return 0
    if check:
        print(f"{PICTURE.relative_to(ROOT)} is stale; run `python -m support.layers`", file=sys.stderr)
        return 1
    PICTURE.write_text(picture, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
