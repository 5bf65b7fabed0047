"""What the model wrote is shown as it is written, or not at all: rows drawn from public bug reports of completion tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.completion.answer import Ask
from support.drawing import complete, drawn, shown

UNHURRIED = 20_000
"""Milliseconds: on a busy machine the first lines alone would come within the usual budget."""

ROWS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "harm_rows.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['name']} ({row['language']})")
async def test_row(row: dict[str, Any]) -> None:
    tabs = "says tabs" in row["name"]
    invoked = row.get("flags", {}).get("invoked", False)
    ask = Ask(invoked, tab_size=4 if tabs else None, insert_spaces=False if tabs else None)
    answer = await complete(row["code"], row["answer"], row["language"], ask, budget_ms=UNHURRIED, commit_messages=True)
    assert shown(drawn(row["code"], row["language"]), answer) in row["expected"]
