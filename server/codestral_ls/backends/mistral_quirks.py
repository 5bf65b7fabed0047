"""Corrects small differences between Mistral's answers and an editor's needs. Pure.

Known from reports by users of other editors: one space too many after a space, a second newline after a blank line, and no
answer for an empty suffix. Faults that local models have too are left to the completion filters.
"""

from __future__ import annotations


def sent_suffix(suffix: str) -> str:
    """The suffix to send: a newline instead of an empty one, so that the API fills in instead of chatting."""
    return suffix or "\n"


class FirstPiece:
    """Corrects the beginning of an answer. Feed pieces, take text; ``end`` gives the text held back."""

    def __init__(self, prefix: str, suffix: str) -> None:
        line = prefix.rpartition("\n")[2]
        # After indentation a space may be right: it indents further. After code, "x = " followed by " 1" never is.
        self._space = line.endswith(" ") and bool(line.strip())
        self._newline = not suffix and prefix.endswith("\n\n")
        self._held = ""
        self._decided = not (self._space or self._newline)

    def feed(self, text: str) -> str:
        """The text that is certain now."""
        if self._decided:
            return text
        self._held += text
        if self._held in ("", " "):
            return ""  # one more character shows whether a space is alone
        return self.end()

    def end(self) -> str:
        """All text held back, corrected."""
        self._decided = True
        held, self._held = self._held, ""
        if self._space and held.startswith(" ") and not held.startswith("  "):
            return held[1:]
        if self._newline and held.startswith("\n"):
            return held[1:]
        return held
