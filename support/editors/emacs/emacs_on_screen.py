"""A real Emacs with windows on an invisible screen: a program types into it, and the screen's pixels can be read."""

from __future__ import annotations

import mmap
import struct
import subprocess
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.editors.emacs.emacs_driver import EmacsInTerminal, lisp
from support.editors.emacs.setup_graphical_emacs import GraphicalEmacs, UnseenScreen

CURSOR = (0xFF, 0x00, 0x10)
"""Red, green and blue of the cursor: nothing else on the screen has this colour."""
LOOKS = (
    "(tool-bar-mode -1) (scroll-bar-mode -1) (blink-cursor-mode -1)\n"
    "(setq use-dialog-box nil initial-frame-alist '((left . 0) (top . 0) (fullscreen . fullboth)"
    f' (font . "DejaVu Sans Mono-12") (cursor-color . "#{bytes(CURSOR).hex()}")))\n'
)


@dataclass(frozen=True)
class Box:
    """A rectangle of the screen in pixels; its right and lower edges do not belong to it."""

    left: int
    top: int
    right: int
    bottom: int


class EmacsOnScreen(EmacsInTerminal):
    """Emacs with a window; its terminal only shows the messages of its start."""

    on_terminal: Sequence[str] = ()

    def __init__(self, found: GraphicalEmacs, screen: UnseenScreen, folder: Path, environment: dict[str, str], **more: Any) -> None:
        self.screen = screen
        # An installed compat must come before the stub that Emacs brings.
        paths = "".join(f"(push {lisp(str(path))} load-path)\n" for path in found.emacs.packages)
        before = LOOKS + paths + more.pop("before", "")
        super().__init__(found.emacs, folder, {**environment, **screen.environment}, before=before, **more)

    def type(self, keys: str) -> None:
        """Type text, as fast as a person."""
        self._typist("type", "--delay", "60", keys)

    def press(self, key: str) -> None:
        """Press a key by its name, such as ``ctrl+g``."""
        self._typist("key", key)

    def _typist(self, *arguments: str) -> None:
        subprocess.run([str(self.screen.typist), *arguments], env=self.screen.environment, check=True, timeout=60)

    def rows(self) -> list[bytes]:
        """The screen's rows, with four bytes per pixel: blue, green, red and an unused byte."""
        with self.screen.pixels.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as dump:
            header = struct.unpack(">25I", dump[:100])  # XWDFile.h: the header's size, ..., width, height, ..., bytes per line, ...
            size, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
            first = size + colours * 12
            return [dump[first + row * line : first + row * line + width * 4] for row in range(height)]

    def cursor(self) -> Box | None:
        """Where the cursor is drawn; None while it is hidden."""
        red, green, blue = CURSOR
        pixel = bytes((blue, green, red))
        found = [
            (column // 4, number)
            for number, row in enumerate(self.rows())
            for column in range(0, len(row), 4)
            if row[column : column + 3] == pixel
        ]
        if not found:
            return None
        lefts, tops = zip(*found, strict=True)
        return Box(min(lefts), min(tops), max(lefts) + 1, max(tops) + 1)

    def photograph(self, path: Path, width: int, height: int) -> None:
        """Write the upper left part of the screen as a PNG file."""
        pixels = (row[: width * 4] for row in self.rows()[:height])
        plain = b"".join(b"\0" + bytes(row[at + part] for at in range(0, len(row), 4) for part in (2, 1, 0)) for row in pixels)
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(plain, 9)), (b"IEND", b""))
        chunks = (struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts)
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
