"""Server-sent events and JSON lines, from bytes cut anywhere.

Pure: bytes in, strings out. Event names, ids and retry fields are ignored; completion servers use only data.
"""

from __future__ import annotations

from typing import Literal

from codestral_ls.errors import BackendProtocolError

Framing = Literal["events", "lines"]
_LONGEST = 4_000_000  # bytes; a longer line cannot be a completion


class EventReader:
    """Feed bytes, take the data of whole events (``framing`` "events") or whole non-empty lines ("lines").

    Raises: BackendProtocolError (not UTF-8, an endless line).
    """

    def __init__(self, framing: Framing = "events") -> None:
        self._events = framing == "events"
        self._rest = b""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[str]:
        """The complete events or lines so far."""
        # A lone \r at the end may be the first half of \r\n: it stays until the next chunk.
        whole = self._rest + chunk
        tail = b"\r" if whole.endswith(b"\r") else b""
        lines = whole[: len(whole) - len(tail)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop() + tail
        if len(self._rest) > _LONGEST:
            raise BackendProtocolError("The server sent a line of more than 4 MB.")
        found: list[str] = []
        for line in lines:
            found += self._line(line)
        return found

    def end(self) -> list[str]:
        """The rest when the body ends: a last line without its line ending counts, half an event does too."""
        rest, self._rest = self._rest.rstrip(b"\r"), b""
        return (self._line(rest) if rest else []) + (self._line(b"") if self._events else [])

    def _line(self, raw: bytes) -> list[str]:
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BackendProtocolError("The server sent bytes that are not UTF-8.") from error
        if not self._events:
            return [line] if line.strip() else []
        if not line:
            data, self._data = self._data, []
            return ["\n".join(data)] if data else []
        field, _, value = line.partition(":")
        if field == "data":
            self._data.append(value.removeprefix(" "))
        return []
