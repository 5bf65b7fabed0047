"""Cuts the byte stream of an editor into message bodies, and resynchronises after broken headers.

A pure core: bytes go in, bodies and error messages come out. Reads no file descriptor and no JSON.
The format is the base protocol of the LSP specification: header lines, an empty line, ``Content-Length`` bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_BODY_BYTES = 512 * 1024 * 1024
"""In bytes. A longer body is skipped without being kept: no editor sends one on purpose, and it would fill the memory."""

MAX_HEADER_BYTES = 8 * 1024
"""In bytes. Headers that have not ended by then are garbage."""

_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_CONTENT_LENGTH = re.compile(rb"(?:^|\n)content-length[ \t]*:[ \t]*(\d{1,18})[ \t]*(?:\r?\n|$)", re.IGNORECASE)
_NEXT_START = re.compile(rb"content-length[ \t]*:[ \t]*\d", re.IGNORECASE)
_LONGEST_START = 64
"""In bytes. The beginning of a header that the end of a read may have cut off is never longer."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Bytes that are not a message. ``reason`` is a sentence for the log; reading continues after them."""

    reason: str


class Framing:
    """The state between two reads: the unused bytes, and the length of the next body."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._body_bytes: int | None = None
        self._skip_bytes = 0

    def feed(self, data: bytes) -> Iterator[bytes | Broken]:
        """Take ``data`` in and yield every body that is now complete, in order. Lazy: iterate to the end."""
        self._buffer += data
        while True:
            if self._skip_bytes:
                skipped = min(self._skip_bytes, len(self._buffer))
                del self._buffer[:skipped]
                self._skip_bytes -= skipped
                if self._skip_bytes:
                    return
            if self._body_bytes is None:
                headers_end = _HEADERS_END.search(self._buffer, 0, MAX_HEADER_BYTES)
                if headers_end is None and len(self._buffer) < MAX_HEADER_BYTES:
                    return
                problem = self._read_headers(headers_end)
                if problem is not None:
                    yield problem
            elif len(self._buffer) >= self._body_bytes:
                body = bytes(self._buffer[: self._body_bytes])
                del self._buffer[: self._body_bytes]
                self._body_bytes = None
                yield body
            else:
                return

    def resume_inside(self, body: bytes) -> bool:
        """Continue inside ``body``, which was not JSON, because its announced length was too long and included another message.

        Call it while iterating over ``feed``. Returns whether the start of another message was found there.
        """
        start = _NEXT_START.search(body)
        if start is None:
            return False
        self._buffer[:0] = body[start.start() :]
        return True

    def _read_headers(self, headers_end: re.Match[bytes] | None) -> Broken | None:
        """Take one block of headers off the buffer. Takes at least one byte, so that ``feed`` ends."""
        if headers_end is None:
            return self._resynchronise("headers without an end", len(self._buffer) - _LONGEST_START)
        headers, past = bytes(self._buffer[: headers_end.start()]), headers_end.end()
        match = _CONTENT_LENGTH.search(headers)
        if match is None:
            return self._resynchronise("headers without a usable Content-Length", past)
        del self._buffer[:past]
        length = int(match.group(1))
        if length > MAX_BODY_BYTES:
            self._skip_bytes = length
            return Broken(f"a message of {length} bytes was skipped; the limit is {MAX_BODY_BYTES}")
        self._body_bytes = length
        return None

    def _resynchronise(self, reason: str, past: int) -> Broken:
        """Drop bytes up to where the next message seems to begin, or ``past`` of them if none is in sight."""
        next_start = _NEXT_START.search(self._buffer, 1)
        dropped = past if next_start is None else next_start.start()
        del self._buffer[:dropped]
        return Broken(f"{reason}: {dropped} bytes were skipped")
