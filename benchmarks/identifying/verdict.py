"""The file after the completion was accepted, compared with the original. Pure."""

from __future__ import annotations

from typing import Literal

from benchmarks.identifying.missing_pieces import MissingPiece

Verdict = Literal["as written", "first lines", "first lines, closed", "altered", "nothing"]


def verdict(place: MissingPiece, accepted: str | None) -> Verdict:
    """How ``accepted``, the document after acceptance, compares with the file; ``accepted`` is None if nothing was shown.

    If the editor has closed everything that was missing, showing nothing is right.

    "first lines": exactly the first lines of the piece, because the pipeline asks for only so many. If code follows on the
    cursor's line, the last of these lines may end with that code and be followed by it once. "first lines, closed": the same with
    closing marks and blanks after it.
    """
    if accepted is None:
        return "as written" if place.piece == place.tail else "nothing"
    if _plain(accepted) == _plain(place.wanted) or _joined(accepted, place):
        return "as written"
    if not accepted.startswith(place.before):
        return "altered"
    if _meets(accepted, place):
        return "first lines"
    for after in (place.tail + place.after, place.after):
        if not accepted.endswith(after) or len(accepted) < len(place.before) + len(after):
            continue
        shown = accepted[len(place.before) : len(accepted) - len(after)]
        lines = _plain(place.piece).split("\n")
        firsts = ["\n".join(lines[:count]).rstrip() for count in range(1, len(lines))]
        if _plain(shown).rstrip() in firsts:
            return "first lines"
        if any(
            first and _plain(shown).startswith(first) and not _plain(shown)[len(first) :].strip(" \n\t)]}\"'`;,*/")
            for first in firsts
        ):
            return "first lines, closed"
    return "altered"


def _meets(accepted: str, place: MissingPiece) -> bool:
    """True if the document is the file up to the end of a line of the piece, and that line ends with the text after the piece."""
    rest = _plain(place.after).split("\n", 1)[0].rstrip()
    lines = _plain(place.piece).split("\n")
    below = _plain(place.after)[len(rest) :]
    wholes = ("\n".join(lines[:count]).rstrip() for count in range(1, len(lines)))
    before = _plain(place.before)
    return bool(rest) and any(whole.endswith(rest) and _plain(accepted) == before + whole + below for whole in wholes)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _joined(accepted: str, place: MissingPiece) -> bool:
    """True if only blanks and empty lines at the end of the piece are missing, and the piece ends its line."""
    piece = _plain(place.piece)
    rest = _plain(place.after)
    if piece == piece.rstrip() or rest.split("\n", 1)[0].strip():
        return False
    return _plain(accepted) == _plain(place.before) + piece.rstrip() + rest
