"""The model's text is shown as it was written, or not at all.

``harm_rows.json`` comes from public bug reports of completion tools; ``invented_rows.json`` tries the same kinds of faults in
other languages, templates, heredocs, nested strings and broken documents. Each row has the code with the cursor drawn in it, what
the model writes, and the documents that are allowed after acceptance.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.completion.answer import Ask
from support.drawing import complete, drawn, shown

UNHURRIED = 20_000
"""Milliseconds: with the usual budget only the first lines would be shown on a busy machine."""

FILES = ("harm_rows.json", "invented_rows.json")
ROWS: list[dict[str, Any]] = [row for name in FILES for row in json.loads((Path(__file__).parent / name).read_text("utf-8"))]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['name']} ({row['language']})")
async def test_row(row: dict[str, Any]) -> None:
    tabs = "says tabs" in row["name"]
    invoked = row.get("flags", {}).get("invoked", False)
    ask = Ask(invoked, tab_size=4 if tabs else None, insert_spaces=False if tabs else None)
    answer = await complete(row["code"], row["answer"], row["language"], ask, budget_ms=UNHURRIED, commit_messages=True)
    assert shown(drawn(row["code"], row["language"]), answer) in row["expected"]
