"""Whatever the model writes, what is shown breaks nothing: a sample of what ``python -m benchmarks.anywhere`` runs in full.

The files never change, so each run has the same cases.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.any_text import cases, problems

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = sorted((ROOT / "tests" / "unit" / "documents" / "samples").glob("sample.*"))


@pytest.mark.parametrize("seed", range(4))
def test_any_text_at_any_place(seed: int) -> None:
    failures = [
        (case.path.name, case.snapshot.offset, case.text, found) for case in cases(SAMPLES, 150, seed) if (found := problems(case))
    ]
    assert failures == []
