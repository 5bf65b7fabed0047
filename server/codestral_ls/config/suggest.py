"""The nearest known name to a misspelt one, for "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known name most like ``word``, or None if none is like it (``cutoff`` as in difflib, 0..1)."""
    import difflib  # only a mistake needs it, and the server starts without one

    by_folded = {_folded(name): name for name in known}
    found = difflib.get_close_matches(_folded(word[:200]), list(by_folded), n=1, cutoff=cutoff)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean "name"?`` or nothing."""
    name = nearest(word, known)
    return f'; did you mean "{name}"?' if name else ""


def _folded(name: str) -> str:
    """Names that differ only in case, dashes and underscores are the same name to a human."""
    return name.lower().replace("-", "_")
