"""Fits the weights of context/worth.py: logistic regression by Newton's method on hidden lines of other projects."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.recalling.hidden_lines import holes, read_project
from benchmarks.recalling.projects import project
from benchmarks.recalling.rivals import editor_for
from codestral_ls.context.index.build_index import open_writer, refresh
from codestral_ls.context.index.read import IndexReader
from codestral_ls.context.recent import Recent
from codestral_ls.context.sources.definitions import Definitions, evidence_for
from codestral_ls.context.workspace import Workspace
from codestral_ls.context.worth import Evidence
from codestral_ls.documents.privacy import FileRules
from codestral_ls.documents.snapshot import Snapshot

Array = NDArray[np.float64]
PENALTY = 3.0
"""L2 penalty on the weights; the bias has none."""


def fit(names: Sequence[str], count: int) -> str:
    """Weights in the form of worth.py, from ``count`` hidden lines of each project; needs about 1 GB of memory."""
    rows: list[Evidence] = []
    used: list[bool] = []
    for name in names:
        root = project(name)
        writer, connection = open_writer(root)
        refresh(root, writer)
        connection.close()
        files, reader, chance = read_project(root), IndexReader(root), random.Random(1)
        for hole in holes(files, count, 1):
            if not hole.absent:
                continue
            recent = Recent()
            for file in editor_for(hole, files, (), chance).files:
                recent.see(Snapshot.of(file.text, 0, uri=file.path.as_uri(), path=file.path))
            workspace = Workspace(root, reader, recent, FileRules())
            at, defined = Definitions(workspace).candidates(hole.snapshot, workspace.relative(hole.snapshot.path))
            counts = Counter(one.name for one in defined)
            for one in defined:
                rows.append(evidence_for(one, counts[one.name] - 1, at))
                used.append(one.name in hole.names)
    weights = _newton(np.array(rows, dtype=np.float64), np.array(used, dtype=np.float64))
    told = ", ".join(f"{name}={weight:.2f}" for name, weight in zip(Evidence._fields, weights[1:], strict=True))
    return f"BIAS = {weights[0]:.2f}\nWEIGHTS = Evidence({told})"


def _newton(features: Array, labels: Array) -> Array:
    rows = np.hstack([np.ones((len(features), 1)), features])
    weights = np.zeros(rows.shape[1])
    weights[0] = -6.0
    for _ in range(40):
        chance = 1.0 / (1.0 + np.exp(-rows @ weights))
        gradient = rows.T @ (chance - labels) + PENALTY * np.r_[0.0, weights[1:]]
        curvature = (rows * (chance * (1.0 - chance))[:, None]).T @ rows + PENALTY * np.eye(len(weights))
        step, length = np.linalg.solve(curvature, gradient), 1.0
        before = _loss(rows, labels, weights)
        while _loss(rows, labels, weights - length * step) > before and length > 1e-4:
            length /= 2
        weights = weights - length * step
    return weights


def _loss(rows: Array, labels: Array, weights: Array) -> float:
    told = rows @ weights
    return float(np.sum(np.logaddexp(0.0, told) - labels * told) + PENALTY / 2 * np.sum(weights[1:] ** 2))
