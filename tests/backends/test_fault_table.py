"""Every row of the fault table, through the SDK and over plain HTTP."""

from __future__ import annotations

import asyncio
import re

import pytest
from fault_rows import ROWS, Row
from fault_scene import Transport, play


@pytest.mark.parametrize("transport", ["sdk", "http"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_fault_is_named_told_once_and_retried_only_where_that_helps(row: Row, transport: Transport) -> None:
    played = asyncio.run(play(row, transport, keystrokes=row.told + 2))
    expected = row.http or row.error if transport == "http" else row.error
    first = played.errors[0]
    assert type(first) is expected, first
    assert re.search(row.says, str(first)), first
    assert row.key not in str(first)
    assert len(played.errors) == row.told + 2
    assert len(played.told) == 1
    assert played.told[0] == str(played.errors[0])
    if transport == "sdk" or row.http is None:
        assert played.first_requests == row.requests
