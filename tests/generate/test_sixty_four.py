"""``--concurrency 64`` runs 64 at once through each client: an API that answers nothing until so many requests are there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from codestral_ls.backends.base import FimRequest
from codestral_ls.config.sections import (
    BackendName,
    BackendOptions,
    FimServerOptions,
    LimitsOptions,
    MistralOptions,
    OpenAiOptions,
    Options,
)
from codestral_ls.generate.batch.batch import Batch, WriterName
from codestral_ls.generate.batch.discover import Selection
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.seam import Missing, Written
from codestral_ls.generate.writers.choose import Order, make_writer
from support.generate.timed_api import TimedApi

AT_ONCE = 64


class Kept:
    """Counts what comes."""

    def __init__(self) -> None:
        self.answers: dict[str, Written] = {}
        self.failures: dict[str, str] = {}

    async def answered(self, key: str, written: Written) -> None:
        self.answers[key] = written

    def failed(self, key: str, reason: str) -> None:
        self.failures[key] = reason

    def again(self, key: str) -> None:
        raise AssertionError(key)


async def wanted(root: Path) -> AsyncIterator[Missing]:
    for number in range(2 * AT_ONCE):
        yield Missing(str(number), FimRequest(f"# a.py\ndef f{number}", "\n", 100, source=(root / "a.py").as_uri()))


@pytest.mark.parametrize(
    ("writer", "primary"),
    [("here", "fim_server"), ("here", "openai"), ("here", "mistral"), ("chat", "mistral")],
    ids=["FIM server", "OpenAI-compatible", "mistralai SDK", "chat"],
)
async def test_all_are_there_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: WriterName, primary: BackendName
) -> None:
    for name in ("CODESTRAL_FIM_SERVER_KEY", "CODESTRAL_OPENAI_KEY", "MISTRAL_API_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    api, kept, journal = TimedApi(0.0, together=AT_ONCE), Kept(), Journal(tmp_path / "j.db")
    async with api.serving() as address:
        options = Options(
            backend=BackendOptions(primary=primary),
            fim_server=FimServerOptions(address, "codestral", timeout_seconds=60.0),
            openai=OpenAiOptions(address=address, model="codestral", prompt="text", timeout_seconds=60.0),
            mistral=MistralOptions(server_url=address),
            limits=LimitsOptions(requests_per_second=0.0, tokens_per_minute=0),
        )
        batch = Batch("docstrings", Selection((tmp_path,), frozenset()), tmp_path, writer=writer, concurrency=AT_ONCE)
        made = make_writer(Order(batch, options, journal, AT_ONCE, lambda _text: None, lambda _text: None))
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
