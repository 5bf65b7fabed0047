"""How close an answer is to the original text: exactness, edits, names, and whether the file still parses. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from codestral_ls.context.words import words
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.evaluation.holes import Hole


@dataclass(frozen=True, slots=True)
class Score:
    """``exact`` ignores blanks at the ends; ``similarity`` and ``identifiers`` (F1) are 0..1; ``valid`` is None if the
    language has no grammar or the true text itself does not parse.
    """

    exact: bool
    similarity: float
    identifiers: float
    valid: bool | None


def score(hole: Hole, text: str) -> Score:
    """Compare ``text`` with the truth, ignoring blanks at the ends."""
    truth, answer = hole.truth.strip(), text.strip()
    matcher = SequenceMatcher(None, truth, answer, autojunk=False)
    return Score(truth == answer, matcher.ratio(), _f1(words(truth), words(answer)), _valid(hole, text))


def _f1(wanted: frozenset[str], given: frozenset[str]) -> float:
    if not wanted and not given:
        return 1.0
    return 2 * len(wanted & given) / (len(wanted) + len(given))


def _valid(hole: Hole, text: str) -> bool | None:
    true = SyntaxTree.parse(hole.language, hole.prefix + hole.truth + hole.suffix, within_ms=2_000)
    if true is None or true.has_errors:
        return None
    tree = SyntaxTree.parse(hole.language, hole.prefix + text + hole.suffix, within_ms=2_000)
    return tree is not None and not tree.has_errors
