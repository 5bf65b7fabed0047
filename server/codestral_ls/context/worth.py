"""How likely the next line uses a definition of another file, computed from the evidence for it.

A logistic model with few, readable features. Pure.
"""

from __future__ import annotations

import math
from operator import mul
from typing import NamedTuple


class Evidence(NamedTuple):
    """Evidence for one definition at one cursor, each 0..1.

    ``imported``: its name is imported here; ``import_target``: its file is imported; ``near``: its name is used within a
    few lines; ``used_here``: its name is used elsewhere in this file; ``of_class_at_hand``: a member of a class that the
    enclosing one inherits from; ``of_imported_class``: of a class imported or named here; ``of_near_class``: … named near
    the cursor; ``by_neighbours``: share of similar files that use it; ``popular``: used in many files; ``same_folder``,
    ``is_open``, ``private``, ``visible``: its name is in the window already; ``receiver``: its class is called like an
    object near the cursor; ``callable``, ``is_class``, ``is_field``; ``ambiguous``: how many others have its name;
    ``alike``: share of its name's words that occur in the last lines.
    """

    imported: float = 0.0
    import_target: float = 0.0
    near: float = 0.0
    used_here: float = 0.0
    of_class_at_hand: float = 0.0
    of_imported_class: float = 0.0
    of_near_class: float = 0.0
    by_neighbours: float = 0.0
    popular: float = 0.0
    same_folder: float = 0.0
    is_open: float = 0.0
    private: float = 0.0
    visible: float = 0.0
    receiver: float = 0.0
    callable: float = 0.0
    is_class: float = 0.0
    is_field: float = 0.0
    ambiguous: float = 0.0
    alike: float = 0.0


BIAS = -8.24
WEIGHTS = Evidence(
    imported=0.62, import_target=-0.17, near=1.23, used_here=1.52, of_class_at_hand=-0.87, of_imported_class=-0.15,
    of_near_class=0.43, by_neighbours=1.80, popular=1.99, same_folder=-0.32, is_open=0.04, private=-1.57, visible=1.36,
    receiver=0.66, callable=-0.14, is_class=-0.28, is_field=-0.25, ambiguous=-0.21, alike=1.61,
)  # fmt: skip
"""Fitted by `python -m benchmarks.recall --fit` on 1,200 hidden lines of projects that the recall benchmark does not measure."""

SHOWN_ALREADY = 0.25
"""The factor for a definition whose name is already in the window: its signature is new, its name is not."""


def worth(evidence: Evidence) -> float:
    """The worth of the definition, 0..1: the chance that the line at the cursor uses it, less if its name is in view."""
    total = BIAS + sum(map(mul, WEIGHTS, evidence))
    chance = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
    return chance * SHOWN_ALREADY if evidence.visible else chance
