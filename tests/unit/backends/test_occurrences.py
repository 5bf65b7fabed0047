"""Where words occur in a text."""

from __future__ import annotations

import string

import pytest

from codestral_ls.backends.masking import occurrences
from codestral_ls.backends.masking.occurrences import runs_at

LETTERS = frozenset(string.ascii_letters + string.digits + "!^-]")


@pytest.mark.parametrize("few", [0, 64], ids=["all at once", "one by one"])
def test_runs_are_found_where_they_are_no_part_of_a_longer_run(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(occurrences, "_FEW", few)
    text = "ab1 ab1ab1 éab1é\nab1! ^-] (ab1)"
    assert dict(runs_at(text, ["ab1", "ab1ab1", "^-]", "zz9"], LETTERS)) == {
        "ab1": [0, 12, 27],
        "ab1ab1": [4],
        "^-]": [22],
        "zz9": [],
    }
