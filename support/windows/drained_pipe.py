"""A pipe that a thread empties until the test has seen enough, because processes that can write into it may never end."""

from __future__ import annotations

import os
import select
import threading
from types import TracebackType


class DrainedPipe:
    """The pipe. Inside the ``with`` block ``end`` is the descriptor to write into; close it once a process has it."""

    def __init__(self) -> None:
        self._read, self.end = os.pipe()
        self._told, self._tell = os.pipe()
        self._data = bytearray()
        self._thread = threading.Thread(target=self._empty, daemon=True)
        self._thread.start()

    def _empty(self) -> None:
        while True:
            ready, _, _ = select.select([self._read, self._told], [], [])
            if self._read not in ready:
                return
            data = os.read(self._read, 1 << 16)
            if not data:
                return
            self._data += data

    def close_end(self) -> None:
        """Close ``end`` in this process. Idempotent."""
        if self.end >= 0:
            os.close(self.end)
            self.end = -1

    def text(self) -> str:
        """What has been written so far, with plain line ends."""
        return self._data.decode("utf-8", "replace").replace("\r\n", "\n")

    def finish(self) -> str:
        """Read what is in the pipe now and stop; return the whole text. Idempotent."""
        if self._thread.is_alive():
            os.write(self._tell, b"!")
            self._thread.join()
        return self.text()

    def __enter__(self) -> DrainedPipe:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None:
            error.add_note(f"--- written until then\n{self.text()[-20_000:]}")
        self.finish()
        self.close_end()
        for descriptor in (self._read, self._told, self._tell):
            os.close(descriptor)
