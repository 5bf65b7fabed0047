"""A parse with a time limit, without the memory that tree-sitter's binding for Python leaks.

A limit needs a callback that supplies the text in pieces, and the binding (0.26.1, ``parser_read_wrapper``) keeps a reference to
every piece: a key cost 260 kB, and a file of Perl, whose scanner goes back and forth, 130 MB. So in a thread every piece is the
same object, whose content is replaced.
"""

from __future__ import annotations

import threading
import time

import tree_sitter

CHUNK = 16_384
"""Bytes that are handed out at once; a parser that goes back asks again."""


class _Thread(threading.local):
    """Data of one thread: another thread may parse between two pieces."""

    def __init__(self) -> None:
        self.piece = bytearray()


_thread = _Thread()


def timed_parse(
    grammar: tree_sitter.Language, encoded: bytes, old: tree_sitter.Tree | None, within_ms: float | None
) -> tree_sitter.Tree | None:
    """One parse, incremental if ``old`` is the edited old tree; None if ``within_ms`` of CPU time was not enough."""
    parser = tree_sitter.Parser(grammar)
    if within_ms is None:
        return parser.parse(encoded, old, encoding="utf16le") if old else parser.parse(encoded, encoding="utf16le")
    ends = time.thread_time() + within_ms / 1000.0
    piece = _thread.piece

    def read(offset: int, _point: object) -> bytearray:
        piece[:] = encoded[offset : offset + CHUNK]
        return piece

    def is_late(_offset: int, _has_error: bool) -> bool:
        return time.thread_time() > ends

    try:
        if old is None:
            return parser.parse(read, encoding="utf16le", progress_callback=is_late)
        return parser.parse(read, old, encoding="utf16le", progress_callback=is_late)
    except ValueError:  # tree-sitter's error for a parse that was stopped
        return None
    finally:
        piece.clear()
