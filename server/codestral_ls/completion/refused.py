"""Lines that the user recently refused. The copy tier must not offer them again one character earlier. Pure state."""

from __future__ import annotations

from collections import OrderedDict

LINES = 8
DOCUMENTS = 50


class Refused:
    """The last few refused lines of the last few documents."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()

    def add(self, uri: str, line: str) -> None:
        """Remember a line as it would have been after acceptance, without blanks at its ends."""
        lines = self._lines.setdefault(uri, OrderedDict())
        self._lines.move_to_end(uri)
        lines[line.strip()] = None
        lines.move_to_end(line.strip())
        if len(lines) > LINES:
            lines.popitem(last=False)
        if len(self._lines) > DOCUMENTS:
            self._lines.popitem(last=False)

    def holds(self, uri: str, line: str) -> bool:
        """True if this very line was refused."""
        return line.strip() in self._lines.get(uri, ())

    def forget(self, uri: str) -> None:
        """The document was closed."""
        self._lines.pop(uri, None)
