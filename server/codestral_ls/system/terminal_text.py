"""Filters what reaches a terminal: text, colours and a progress bar's needs, but no commands from a server or a file name.

A terminal obeys escape sequences in the text printed to it: some write the clipboard, change the title or hide lines. They
come in servers' error texts and in names of files. They are shown as text instead (``\\x1b``).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO, cast

_OURS = r"\x1b\[(?:(?!(?:[0-7;]*;)?8[;m])[0-9;]*m|\?25[lh]|[0-9]*[AK])"
"""The sequences that rich writes for tables and progress bars: colours (no hidden text), cursor hidden and shown, up a line, erase
a line."""
_CONTROL = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
"""Control characters (C0 except tab and newline, DEL, C1), and those that reverse the direction of text."""
_ANY = re.compile(_CONTROL)
_NOT_OURS = re.compile(f"({_OURS}|\r)|{_CONTROL}")


@contextmanager
def safe_streams() -> Iterator[None]:
    """Let only text and our own colours through to standard output and error while the command runs."""
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = cast("TextIO", _Safe(out)), cast("TextIO", _Safe(err))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


class _Safe:
    """A text stream that shows control characters; everything else is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write ``text`` and return its length."""
        if _ANY.search(text):
            text_shown = _NOT_OURS.sub(lambda match: match[1] or _visible(match), text)
            self._stream.write(text_shown)
        else:
            self._stream.write(text)
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        """Write each of ``lines``."""
        for line in lines:
            self.write(line)

    def __iter__(self) -> Iterator[str]:
        return iter(self._stream)

    def __getattr__(self, name: str) -> object:
        return cast("object", getattr(self._stream, name))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
