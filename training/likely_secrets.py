"""``python -m training.likely_secrets``: learn what each clue to a chosen password is worth.

A logistic regression with an L1 penalty over the clues of `codestral_ls.backends.masking.clues`: secrets are the passwords of the
forms under ``support/backends``, all but the last two sets; everything else are words of this machine's files, of which every
third is kept for the figures that are printed. The weights in the package come from a Debian system: Python's packages, those of
``clients/vscode/node_modules``, and the files under ``/usr/share``, ``/usr/lib`` and ``/etc``. Takes half a minute.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from benchmarks.secrets import real_files
from codestral_ls.backends.masking.likely import ENOUGH
from support.backends.every_form import LEARNED
from training.form_rows import Row, file_rows, form_rows

_ROUNDS = 24
_PENALTY = 1.0
_FEWEST_SOURCES = 5, 40
"""In how many forms, or else files, a clue must occur."""
_WEIGHT_OF_A_FORM, _WEIGHT_OF_OTHERS, _WEIGHT_OF_A_FILE = 10.0, 2.0, 0.5
"""What all secrets of a form, all its other words, and each word of a file count."""
_SEED = 5
_MOST_DOCUMENTS, _LARGEST_DOCUMENT = 9_000, 150_000
_DOCUMENTS = frozenset(
    (
        ".md",
        ".rst",
        ".yml",
        ".yaml",
        ".conf",
        ".ini",
        ".sh",
        ".cfg",
        ".properties",
        ".toml",
        ".sql",
        ".xml",
        ".csv",
        ".tf",
        ".service",
        ".txt",
        ".html",
        ".ts",
        ".rb",
        ".lua",
        ".pl",
        ".java",
        ".go",
        ".php",
        ".ps1",
    )
)
_WEIGHTS = Path("server/codestral_ls/backends/masking/data/weights.json")


def main() -> int:
    """Learn, print how often files are touched, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("documents", nargs="*", type=Path, help="folders with further files without secrets")
    chance = random.Random(_SEED)
    plain = real_files()
    files = [(f"file {number}", text) for number, text in enumerate(plain)]
    files += _documents(parser.parse_args().documents, chance)
    forms = form_rows(LEARNED, plain, _ROUNDS, chance)
    others, _ = file_rows(file for number, file in enumerate(files) if number % 3)
    weights = learned(forms, others)
    _WEIGHTS.write_text(json.dumps(weights, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    kept, lines = file_rows(files[::3])
    touched = sum(weight_of(weights, row) > ENOUGH for row in kept)
    secrets = [row for row in forms if row.is_secret]
    found = sum(weight_of(weights, row) > ENOUGH for row in secrets)
    print(f"{len(weights)} clues with a weight, from {len(forms):,} words of forms and {len(others):,} of files.")
    print(f"Found: {found:,} of {len(secrets):,} secrets with a look. Of files not learned from: {touched} in {lines:,} lines.")
    return 0


def learned(forms: Sequence[Row], others: Sequence[Row]) -> dict[str, float]:
    """Return the weight of each clue that has one; "" is the weight that every word starts with."""
    rows = [*forms, *others]
    names = _usual(forms, others)
    places = {name: place for place, name in enumerate(names)}
    columns = [sorted(places[clue] for clue in row.clues if clue in places) for row in rows]
    ends = np.cumsum([0, *map(len, columns)])
    matrix = csr_matrix(
        (np.ones(ends[-1], dtype=np.float32), np.concatenate(columns).astype(int), ends), shape=(len(rows), len(names))
    )
    per_form = Counter((row.source, row.is_secret) for row in forms)
    weight = [(_WEIGHT_OF_A_FORM if row.is_secret else _WEIGHT_OF_OTHERS) / per_form[row.source, row.is_secret] for row in forms]
    model = LogisticRegression(C=_PENALTY, solver="liblinear", l1_ratio=1.0, max_iter=100, random_state=_SEED)
    model.fit(matrix, [row.is_secret for row in rows], sample_weight=[*weight, *(_WEIGHT_OF_A_FILE for _ in others)])
    weights = {name: round(float(value), 2) for name, value in zip(names, model.coef_[0], strict=True)}
    return {"": round(float(model.intercept_[0]), 2)} | {name: value for name, value in weights.items() if value}


def weight_of(weights: dict[str, float], row: Row) -> float:
    """Return what the clues of a row add up to."""
    return weights[""] + sum(weights.get(clue, 0.0) for clue in row.clues)


def _usual(forms: Sequence[Row], others: Sequence[Row]) -> list[str]:
    """Return the clues that occur in enough forms or files, in alphabetical order."""
    usual: set[str] = set()
    for rows, fewest in zip((forms, others), _FEWEST_SOURCES, strict=True):
        sources: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            for clue in row.clues:
                if len(sources[clue]) < fewest:
                    sources[clue].add(row.source)
        usual.update(clue for clue, where in sources.items() if len(where) >= fewest)
    return sorted(usual)


def _documents(folders: Sequence[Path], chance: random.Random) -> Iterator[tuple[str, str]]:
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in _DOCUMENTS)
    for path in chance.sample(paths, min(len(paths), _MOST_DOCUMENTS)):
        if path.is_file() and not path.is_symlink() and path.stat().st_size < _LARGEST_DOCUMENT:
            try:
                yield str(path), path.read_text(encoding="utf-8")[:60_000]
            except UnicodeDecodeError:
                continue


if __name__ == "__main__":
    raise SystemExit(main())
