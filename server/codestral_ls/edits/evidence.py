"""The evidence for a change at a place, and the resulting probability: a logistic rule fitted to real commits."""

from __future__ import annotations

import math
from functools import cache
from operator import mul
from typing import NamedTuple

from codestral_ls.edits.weights import WEIGHTS


class EditEvidence(NamedTuple):
    """The facts about one candidate at this moment. A named tuple, because a search makes hundreds."""

    kind: str
    """The kind of rule that it comes from: name, line, deletion, insertion or sibling."""
    support: int
    """Further changes that the rule explains."""
    against: int
    """Further changed lines to which the rule applies, but with another result than the user's."""
    age: int
    """Changes since the one that the rule comes from, 0 for the last."""
    common: float
    """Share of words that the line has in common with the changed one, 0 to 1."""
    left: int
    """Equal tokens directly before the change; only for line rules."""
    right: int
    """Equal tokens directly after the change; only for line rules."""
    core: int
    """Characters of the words that are replaced; only for name rules."""
    same_file: bool
    distance: int
    """Distance in lines from the change that the rule comes from, if it is in the same file; otherwise 0."""
    identical: bool
    """The line equals the old line of the change, apart from its indentation."""
    places: int
    """Lines that the rule would change, in all documents."""
    was_known: bool
    """The new words are elsewhere in the file of the change, too."""
    gone: bool
    """The change renamed a definition, and the old name is defined nowhere in that file any more."""
    imported: bool
    """The file of the place has the name from the file of the change."""
    size: int
    """Lines of the change, old and new together."""
    number: bool
    """The replaced text begins with a digit."""


_FEATURES = (
    "supported", "supported twice", "against", "none against", "age", "common", "left", "right", "core", "same file",
    "distance", "identical", "places", "one place", "was known", "gone", "imported", "size", "number",
)  # fmt: skip
_CROSSED = ("none against", "common", "identical", "places", "same file")
"""Features that count differently if another change supports the rule."""


def _values(evidence: EditEvidence) -> tuple[float, ...]:
    """The numbers of ``_FEATURES``, each of about 0 to 1."""
    return (
        float(evidence.support > 0),
        float(evidence.support > 1),
        min(evidence.against, 4) / 4,
        float(evidence.against == 0),
        min(evidence.age, 5) / 5,
        evidence.common,
        min(evidence.left, 8) / 8,
        min(evidence.right, 8) / 8,
        min(evidence.core, 20) / 20,
        float(evidence.same_file),
        math.log1p(evidence.distance) / 8,
        float(evidence.identical),
        math.log1p(evidence.places) / 5,
        float(evidence.places == 1),
        float(evidence.was_known),
        float(evidence.gone),
        float(evidence.imported),
        math.log1p(evidence.size) / 4,
        float(evidence.number),
    )


def features(evidence: EditEvidence) -> dict[str, float]:
    """All numbers that the rule weighs, including crossed ones; zeros are left out."""
    plain = dict(zip(_FEATURES, _values(evidence), strict=True))
    found = {"always": 1.0, **plain}
    if evidence.kind == "name":
        found |= {f"name: {name}": value for name, value in {"always": 1.0, **plain}.items()}
    elif evidence.kind != "line":
        found[f"{evidence.kind}: always"] = 1.0
    if evidence.support > 0:
        found |= {f"supported: {name}": plain[name] for name in _CROSSED}
    return {name: value for name, value in found.items() if value}


@cache
def _weighed(kind: str, supported: bool) -> tuple[float, tuple[float, ...]]:
    """The constant and the features' weights for one kind of rule, as a search weighs hundreds of places."""

    def counts(name: str) -> float:
        own = WEIGHTS.get(f"name: {name}", 0.0) if kind == "name" else 0.0
        crossed = WEIGHTS.get(f"supported: {name}", 0.0) if supported and name in _CROSSED else 0.0
        return WEIGHTS.get(name, 0.0) + own + crossed

    always = WEIGHTS.get("always", 0.0) + (WEIGHTS.get(f"{kind}: always", 0.0) if kind != "line" else 0.0)
    return always, tuple(counts(name) for name in _FEATURES)


def chance(evidence: EditEvidence) -> float:
    """The probability that the user makes exactly this change, 0 to 1."""
    always, counts = _weighed(evidence.kind, evidence.support > 0)
    return 1.0 / (1.0 + math.exp(-always - sum(map(mul, counts, _values(evidence)))))
