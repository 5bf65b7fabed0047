"""The boundary of the host's port: no request ends the host, silences it, or gets its own text into the log.

A sample; 5,000 requests are ``python -m benchmarks.trust``.
"""

from __future__ import annotations

from benchmarks.trusting.host_requests import attack, routes


async def test_fuzzed_requests_neither_end_nor_silence_the_host() -> None:
    outcome = await attack(75, seed=5)
    assert (outcome.deaths, outcome.silences, outcome.let_in) == (0, 0, 0), outcome.faults
    assert outcome.faults == []
    assert outcome.statuses[401] > 0
    assert outcome.log < 20_000


def test_every_route_is_attacked() -> None:
    known = routes()
    assert {("POST", "/v1/fim/completions"), ("POST", "/unload"), ("GET", "/health"), ("GET", "/metrics")} <= set(known)
