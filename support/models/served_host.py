"""The host's routes over a real HTTP connection, with a fake session in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from codestral_ls.config.sections import LocalOptions
from codestral_ls.host import prompt_tokens, scheduler
from codestral_ls.host.app import make_app
from codestral_ls.host.families import Family
from codestral_ls.host.model_loading import LoadShape
from codestral_ls.host.model_supervisor import ModelSupervisor
from codestral_ls.host.reception import Bounds, Reception
from support.models.host_fakes import FakeSession, FakeVocabulary, reference
from support.waiting import until

VOCABULARY = FakeVocabulary()
FAMILY = Family("codestral", "suffix_only_marked", 3, 4, -1, True)
SHAPE = LoadShape(0, 256, 4, 32, 8, (1,), "cpu")


class FakeModel(SimpleNamespace):
    """Replaces the result of ``open_model``; its session is in memory."""

    def close(self) -> None:
        self.session.close()


def opens(session: Any = None, error: Any = None, gate: Any = None) -> Any:
    def open_model(path: Path, options: Any, progress: Any) -> Any:
        progress(0.5)
        if gate is not None:
            assert gate.wait(20)
        if error is not None:
            raise error
        header = SimpleNamespace(name="fake", path=path)
        made = session or FakeSession(VOCABULARY)
        return FakeModel(header=header, shape=SHAPE, vocabulary=VOCABULARY, family=FAMILY, session=made, pointer=1, notice="")

    return open_model


@asynccontextmanager
async def served(
    tmp_path: Path, token: Any = None, ready: bool = True, bounds: Bounds | None = None, **kwargs: Any
) -> AsyncIterator[Any]:
    """A client of the routes and the model's keeper; with ``bounds``, those of a host that other machines reach."""
    limits = bounds or Bounds()
    queue = partial(scheduler.Queue, limits.waiting, limits.per_client)
    keeper = ModelSupervisor(tmp_path / "fake.gguf", LocalOptions(), queue=queue, open_model=opens(**kwargs))
    if ready:
        keeper.start()
    app = make_app(keeper, token, reception=Reception(keeper, limits))
    server = TestServer(app, handler_cancellation=True)
    async with TestClient(server) as client:
        try:
            if ready:
                await until(lambda: keeper.phase != "loading")
            yield client, keeper
        finally:
            await asyncio.to_thread(keeper.stop, 20)


def body(prefix: str = "def f(self):", **kwargs: Any) -> Any:
    return {"model": "codestral-latest", "prompt": prefix, "suffix": "\nend", **kwargs}


def expected(prefix: str, count: Any, heal: bool = True) -> Any:
    built = prompt_tokens.build(FAMILY, VOCABULARY, prefix, "\nend", heal=heal)
    return reference(VOCABULARY, built.tokens, count, heal=built.heal)


def events(data: Any) -> Any:
    return [line[6:] for line in data.decode().split("\n\n") if line.startswith("data: ")]
