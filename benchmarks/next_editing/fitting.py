"""Fits the weights of the logistic rule to candidates that are known to be right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import codestral_ls.edits.weights
from codestral_ls.edits.evidence import EditEvidence, features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHRINK = 0.01
"""The strength of the penalty that draws weights to 0."""
_STEPS = 40
FILE = Path(codestral_ls.edits.weights.__file__)

Row = tuple[EditEvidence, bool, float]
"""A candidate's evidence, whether it is right, and its weight: n candidates of one moment together count as much as sqrt(n)."""


def fit(rows: Sequence[Row]) -> dict[str, float]:
    """The weights that make the rows likeliest, found with Newton's method."""
    import numpy as np

    told = [features(evidence) for evidence, _, _ in rows]
    names = sorted({name for one in told for name in one})
    column = {name: number for number, name in enumerate(names)}
    table: NDArray[np.float64] = np.zeros((len(rows), len(names)))
    for number, one in enumerate(told):
        for name, value in one.items():
            table[number, column[name]] = value
    right = np.array([float(row[1]) for row in rows])
    counts = np.array([row[2] for row in rows])
    weights = np.zeros(len(names))
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (counts * (chances - right)) + _SHRINK * weights
        bend = (table * (counts * chances * (1 - chances))[:, None]).T @ table + _SHRINK * np.eye(len(names))
        step = np.linalg.solve(bend, slope)
        weights -= step
        if abs(step).max() < 1e-5:
            break
    return {name: round(float(weights[column[name]]), 3) for name in names}


def save(weights: dict[str, float]) -> None:
    """Write the weights where the product reads them."""
    lines = "".join(f'    "{name}": {value},\n' for name, value in weights.items())
    head = '"""The weight of each feature of ``evidence.py``; written by ``python -m benchmarks.next_edit --fit``."""\n'
    FILE.write_text(f"{head}\nWEIGHTS: dict[str, float] = {{\n{lines}}}\n", "utf-8")
