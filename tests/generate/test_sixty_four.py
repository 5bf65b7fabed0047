"""``--concurrency 64`` sends 64 requests at once through each client, to an API that answers only when 64 have arrived."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from codestral_ls.backends.base import FimRequest
from codestral_ls.generate.batch.batch import Batch
from codestral_ls.generate.batch.discover import Selection
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.seam import MissingText, Written
from codestral_ls.generate.writers.choose import WriterSettings, make_writer
from support.generate.clients import CLIENTS, KEYS, BatchClient
from support.generate.timed_api import TimedApi

AT_ONCE = 64


class Kept:
    """Counts the answers."""

    def __init__(self) -> None:
        self.answers: dict[str, Written] = {}
        self.failures: dict[str, str] = {}

    async def answered(self, key: str, written: Written) -> None:
        self.answers[key] = written

    def failed(self, key: str, reason: str) -> None:
        self.failures[key] = reason

    def again(self, key: str) -> None:
        raise AssertionError(key)


async def wanted(root: Path) -> AsyncIterator[MissingText]:
    for number in range(2 * AT_ONCE):
        yield MissingText(str(number), FimRequest(f"# a.py\ndef f{number}", "\n", 100, source=(root / "a.py").as_uri()))


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
async def test_all_are_there_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: BatchClient) -> None:
    for name, key in KEYS.items():
        monkeypatch.setenv(name, key)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    api, kept, journal = TimedApi(0.0, together=AT_ONCE), Kept(), Journal(tmp_path / "j.db")
    async with api.serving() as address:
        batch = Batch("docstrings", Selection((tmp_path,), frozenset()), tmp_path, writer=client.writer, concurrency=AT_ONCE)
        made = make_writer(WriterSettings(batch, client.options(address), journal, AT_ONCE, lambda _text: None, lambda _text: None))
        try:
            await made.start()
            async with asyncio.timeout(100):
                await made.fill(wanted(tmp_path), kept)
        finally:
            await made.aclose()
            journal.close()
    assert kept.failures == {}
    assert len(kept.answers) == api.answered == 2 * AT_ONCE
    assert api.most == AT_ONCE
