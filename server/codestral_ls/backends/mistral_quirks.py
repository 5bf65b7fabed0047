"""What Mistral's API answers a little differently from what an editor needs. Pure.

Seen in the reports of other editors' users: one space too many behind a space, a second newline behind a blank line,
and nothing at all for an empty suffix. Deliberately nothing that a local model does too: that is for the completion
filters.
"""

from __future__ import annotations


def sent_suffix(suffix: str) -> str:
    """The suffix as it is sent: an empty one is a newline, so that the API fills in instead of chatting on."""
    return suffix or "\n"


class FirstPiece:
    """Corrects the beginning of an answer. Feed pieces, take text; ``end`` gives what was held back."""

    def __init__(self, prefix: str, suffix: str) -> None:
        line = prefix.rpartition("\n")[2]
        # Behind indentation a space may be meant: it deepens it. Behind code, "x = " followed by " 1" never is.
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
            return ""  # one more character decides whether a space is alone
        return self.end()

    def end(self) -> str:
        """Everything held back, corrected."""
        self._decided = True
        held, self._held = self._held, ""
        if self._space and held.startswith(" ") and not held.startswith("  "):
            return held[1:]
        if self._newline and held.startswith("\n"):
            return held[1:]
        return held
