"""Stop strings in a stream: text up to the first of them, however it is cut into pieces.

Servers apply them too; this makes it certain, because some allow only four strings and some send the string as part of the text.
"""

from __future__ import annotations


class StopCutter:
    """Feed pieces, take text. A possible beginning of a stop string is held back until it is decided."""

    def __init__(self, stop: tuple[str, ...]) -> None:
        self._stop = tuple(ending for ending in stop if ending)
        self._held = ""
        self.stopped = False
        """True once a stop string came; later text is dropped."""

    def feed(self, text: str) -> str:
        """The text that is certain now."""
        if self.stopped or not self._stop:
            return "" if self.stopped else text
        self._held += text
        places = [place for ending in self._stop if (place := self._held.find(ending)) >= 0]
        if places:
            self.stopped = True
            sure, self._held = self._held[: min(places)], ""
            return sure
        keep = max(self._overlap(ending) for ending in self._stop)
        sure = self._held[: len(self._held) - keep]
        self._held = self._held[len(self._held) - keep :]
        return sure

    def end(self) -> str:
        """The text held back, when the stream ends without a stop string."""
        held, self._held = self._held, ""
        return held

    def _overlap(self, ending: str) -> int:
        """Characters at the end of the held text that may begin ``ending``."""
        for length in range(min(len(ending) - 1, len(self._held)), 0, -1):
            if self._held.endswith(ending[:length]):
                return length
        return 0
