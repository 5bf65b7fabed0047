"""Which exceptions of a body reach its caller: raised by name and not caught by a ``try`` around them. Pure.

A bare ``raise`` names no type and is left out, and so is a name that is a variable (it begins with a small letter).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from codestral_ls.documents.queries import Match

_GENERAL = {"Exception", "BaseException", "Throwable", "Error"}
_WORDS = {"except", "catch", "final", "when", "as"}


@dataclass(frozen=True, slots=True)
class Raised:
    """The type ``name`` is raised at ``[start, end)``."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Clause:
    """One clause that catches ``names`` (empty: everything) raised in ``[start, end)``."""

    start: int
    end: int
    names: frozenset[str]


def raised(text: str, matches: Sequence[Match]) -> list[Raised]:
    """Everything raised past the enclosing clauses, in the order of the text; declared ones (Java's ``throws``) first."""
    again = [(one.start, one.end) for match in matches for one in match.all("reraise")]
    clauses = [clause for match in matches if (clause := _clause(text, match, again)) is not None]
    found = []
    for match in matches:
        for one in (*match.all("raise.declared"), *match.all("raise.type")):
            name = text[one.start : one.end]
            last = name.rpartition(".")[2]
            if not re.match(r"[A-Z]", last) or (one.name == "raise.type" and _is_caught(last, one.start, clauses)):
                continue
            found.append((one.name != "raise.declared", Raised(" ".join(name.split()), one.start, one.end)))
    found.sort(key=lambda pair: (pair[0], pair[1].start))
    return [one for _, one in found]


def _clause(text: str, match: Match, again: Sequence[tuple[int, int]]) -> _Clause | None:
    body, clause = match.first("try.body"), match.first("except")
    if body is None or clause is None:
        return None
    held = text[clause.start : clause.end]
    if any(clause.start <= start and end <= clause.end for start, end in again) or re.search(r"\bthrow\b", held):
        return None  # a re-raised exception reaches the caller
    header = re.split(r":\s*(?:#.*)?[\r\n]|:\s|\{", held, maxsplit=1)[0]
    header = re.sub(r"\bas\s+\w+", "", header)
    names = {name.rpartition(".")[2] for name in re.findall(r"[\w.]+", header)} - _WORDS
    return _Clause(body.start, body.end, frozenset(name for name in names if name[:1].isupper()))


def _is_caught(name: str, place: int, clauses: Sequence[_Clause]) -> bool:
    return any(
        clause.start <= place < clause.end and (not clause.names or name in clause.names or clause.names & _GENERAL)
        for clause in clauses
    )
