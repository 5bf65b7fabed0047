"""Answers end at control tokens and at characters that are not text."""

from __future__ import annotations

import pytest

from codestral_ls.completion.filters.control_tokens import cut
from codestral_ls.completion.filters.cursor import at
from codestral_ls.completion.trigger import Plan
from support.drawing import drawn


@pytest.mark.parametrize(
    ("code", "text", "kept"),
    [
        ("x = │\n", "1[SUFFIX]2", "1"),
        ("x = │\n", "a\x00b", "a"),
        ("x = │\n", "a\ufeffb[SUFFIX]", "a"),
        ("x = │\n", "1[SUFFIX]a\x00b", "1"),
        ("# [SUFFIX]\nx = │\n", "'[SUFFIX]'", None),
        ("x = │  # [SUFFIX]\n", "'[SUFFIX]'", None),
        ("# [SUFFIX]\nx = │\n", "'[SUFFIX]'<|endoftext|>", "'[SUFFIX]'"),
        ("# \ufeff\nx = │\n", "a\ufeffb", None),
        ("# \ufeff\nx = │\n", "a\ufeffb[SUFFIX]", "a\ufeffb"),
        # Characters that are not text are kept if the file itself has them; the first other one ends the answer, also before a
        # control token.
        ("# \ufeff\nx = │\n", "a\ufeffb\ufffdc[SUFFIX]", "a\ufeffb"),
        ("# \ufeff\nx = │\n", "a\ufeffb\x00c[SUFFIX]", "a\ufeffb"),
        ("# \x00\nx = │\n", "a\x00c[SUFFIX]", "a"),
    ],
)
def test_cut(code: str, text: str, kept: str | None) -> None:
    found = cut(text, at(snapshot := drawn(code), Plan("block", 12, 128, snapshot.region())))
    assert (None if found is None else text[:found]) == kept
