"""Puts the README's pictures into the extension's package, so that VS Code shows its page without loading anything from the web.

vsce requires pictures with an address, and marketplaces show no others; VS Code itself also shows pictures inside the text.
"""

from __future__ import annotations

import base64
import re
import zipfile
from pathlib import Path

README = "extension/readme.md"
_PICTURE = re.compile(r"(!\[[^]]*\]\()https://[^)\s]*/docs/images/([\w.-]+\.png)\)")


def with_pictures(text: str, images: Path) -> str:
    """The text with each of the repository's pictures in place of its address. Raises: FileNotFoundError."""

    def inside(found: re.Match[str]) -> str:
        data = base64.b64encode((images / found[2]).read_bytes()).decode()
        return f"{found[1]}data:image/png;base64,{data})"

    return _PICTURE.sub(inside, text)


def put_pictures_into(package: Path, images: Path) -> None:
    """Rewrite the page in a ``.vsix`` and leave everything else unchanged."""
    draft = package.with_suffix(".draft")
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry, with_pictures(data.decode(), images).encode() if entry.filename == README else data)
    draft.replace(package)
