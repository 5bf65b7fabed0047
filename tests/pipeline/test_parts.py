"""In a long document the judge sees only the part around the cursor and decides as with the whole: a sample of ``python -m
benchmarks.parts``.

The documents are fixed samples, repeated until they are long.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.parts import SHORTEST, PartOutcome, compared
from codestral_ls.documents.languages import language_for

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = ROOT / "tests" / "unit" / "documents" / "samples"
PLACES = 24


@pytest.mark.parametrize(
    ("language", "name"),
    [("python", "sample.py"), ("typescript", "sample.ts"), ("go", "sample.go"), ("rust", "sample.rs"), ("c", "sample.c")],
)
def test_a_part_decides_as_the_whole(language: str, name: str, tmp_path: Path) -> None:
    assert language_for(language).grammar is not None
    text = (SAMPLES / name).read_text("utf-8")
    long = tmp_path / name
    long.write_text(text * (2 * SHORTEST // len(text) + 1), encoding="utf-8")
    outcomes = list(compared(language, [long], PLACES, 3))
    parts = [outcome for outcome in outcomes if outcome.difference not in ("no part", "no tree")]
    assert len(parts) >= PLACES // 2
    assert [_told(outcome) for outcome in parts if outcome.difference != "same"] == []


def _told(outcome: PartOutcome) -> tuple[str, str, str]:
    return outcome.place.before[-80:], outcome.answer, f"{outcome.difference}: {outcome.whole} {outcome.part} {outcome.errors}"
