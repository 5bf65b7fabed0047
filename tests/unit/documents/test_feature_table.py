"""The page about languages agrees with the table of languages in the code."""

from __future__ import annotations

from pathlib import Path

from codestral_ls.documents.feature_table import table

PAGE = Path(__file__).resolve().parents[3] / "docs" / "languages.md"


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == table()
