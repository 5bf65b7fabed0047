"""The boundary of the editor's messages: no message ends the server, silences it, or puts a document's text into its log.

A sample is tested here; ``python -m benchmarks.trust`` sends 200,000 messages.
"""

from __future__ import annotations

from benchmarks.trusting.lsp_messages import attack


async def test_fuzzed_messages_neither_end_nor_silence_the_server() -> None:
    outcome = await attack(500, seed=5)
    assert (outcome.deaths, outcome.silences) == (0, 0), outcome.faults
    assert outcome.faults == []
