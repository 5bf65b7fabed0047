"""Every row of the fault table, through the SDK and over plain HTTP."""

from __future__ import annotations

import re

import pytest

from codestral_ls.errors import BackendTimeout
from support.backends.fault_rows import ROWS, FaultRow
from support.backends.fault_scene import DEADLINE, PATIENT, Transport, play


@pytest.mark.parametrize("transport", ["sdk", "http"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_a_fault_is_named_reported_once_and_retried_only_if_that_helps(row: FaultRow, transport: Transport) -> None:
    late = row.error is BackendTimeout and (row.fault is None or row.fault.kind != "status")
    played = await play(row, transport, row.told + 2, DEADLINE if late else PATIENT)
    expected = row.http or row.error if transport == "http" else row.error
    first = played.errors[0]
    assert type(first) is expected, first
    assert re.search(row.says, str(first)), first
    assert row.key not in str(first)
    assert len(played.errors) == row.told + 2
    assert len(played.told) == 1
    assert played.told[0] == str(played.errors[0])
    if transport == "sdk" or row.http is None:
        # On a busy machine the deadline may pass before the request is sent.
        assert played.first_requests == row.requests or (late and played.first_requests == 0)
