"""The sentence in an editor's menu about what the model host holds and how long it has been idle."""

from __future__ import annotations

import pytest

from codestral_ls.backends.base import Occupancy
from codestral_ls.lsp.host_state import sentence

MB, GB = 10**6, 10**9
ROWS = [
    (Occupancy(110 * MB, 0.2, True), 900, "The model host holds 110 MB and has been idle for 0 s (it unloads after 15 min)."),
    (Occupancy(110 * MB, 59.0, True), 90, "The model host holds 110 MB and has been idle for 59 s (it unloads after 2 min)."),
    (Occupancy(1_450 * MB, 180.0, True), 0, "The model host holds 1.4 GB and has been idle for 3 min."),
    (Occupancy(14 * GB, 7200.0, True), 0, "The model host holds 14.0 GB and has been idle for 120 min."),
    (Occupancy(60 * MB, 1000.0, False), 900, "The model is not in memory; its host holds 60 MB."),
]


@pytest.mark.parametrize(("occupancy", "unload", "said"), ROWS, ids=[row[2][:40] for row in ROWS])
def test_memory_and_idle_time_in_a_sentence(occupancy: Occupancy, unload: int, said: str) -> None:
    assert sentence(occupancy, unload) == said
