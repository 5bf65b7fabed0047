"""Records the embedded model's answers at such cursors in a file, so that an interrupted run can be resumed.

The model runs in a host started for this. A model's answer depends only on its prompt, so filters that change later are judged by
the same answers.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path

from benchmarks.accepting.typed import TypedCursor
from codestral_ls.backends.base import Backend, FimRequest, Priority
from codestral_ls.backends.build_backend import build_backend
from codestral_ls.backends.ready import until_ready
from codestral_ls.completion.prompts import Prompts, no_snippets
from codestral_ls.completion.trigger import Plan
from codestral_ls.config import Options
from codestral_ls.errors import BackendError
from codestral_ls.timing import Stages

MOST_TOKENS = 40
"""Tokens of an answer: enough for a few lines; longer answers are cut off."""
AT_ONCE = 4
READY_SECONDS = 120.0
MOST_TRIES = 10
PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """The model's answer at the cursor ``number``; ``ran_out``: it was cut off by `MOST_TOKENS`."""

    number: int
    text: str
    ran_out: bool


def read_answers(file: Path) -> dict[int, ModelAnswer]:
    """The answers in ``file`` by number; a line that is incomplete after a kill does not count."""
    answers = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            written = ModelAnswer(**json.loads(line))
        except ValueError:
            continue
        answers[written.number] = written
    return answers


def record(places: Sequence[TypedCursor], file: Path, tell: Callable[[int], None]) -> None:
    """Ask the embedded model for the answers that ``file`` lacks: passage by passage, a few passages at once."""
    known = read_answers(file)
    missing = [place for place in places if place.number not in known]
    if not missing:
        return
    with tempfile.TemporaryDirectory(prefix="cls-") as folder:
        for name in ("RUNTIME_DIR", "CACHE_HOME", "STATE_HOME", "CONFIG_HOME"):
            os.environ[f"XDG_{name}"] = folder  # a host for this run alone, which ends with it
        asyncio.run(_record(missing, file, len(known), tell))


async def _record(missing: Sequence[TypedCursor], file: Path, done: int, tell: Callable[[int], None]) -> None:
    options = Options()
    options = replace(options, local=replace(options.local, slots=AT_ONCE, self_test="off", idle_exit_seconds=600))
    backend = build_backend(options)
    health = await until_ready(backend, READY_SECONDS)
    if health.state != "ready":
        raise SystemExit(f"The embedded model is not there: {health.message}")
    prompts = Prompts(backend, options, no_snippets)
    passages = iter([list(group) for _, group in groupby(missing, key=lambda place: place.passage)])
    with file.open("a", encoding="utf-8") as lines:

        async def work() -> None:
            nonlocal done
            for passage in passages:
                for written in await _answers(backend, prompts, passage):
                    lines.write(json.dumps(asdict(written)) + "\n")
                lines.flush()
                done += len(passage)
                tell(done)

        try:
            await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        finally:
            await backend.aclose()


async def _answers(backend: Backend, prompts: Prompts, passage: Iterable[TypedCursor]) -> list[ModelAnswer]:
    found = []
    for place in passage:
        plan = Plan("block", 12, MOST_TOKENS)
        request, _ = await prompts.request(place.snapshot, plan, Priority.INTERACTIVE, Stages())
        text, ran_out = await _answer(backend, replace(request, timeout=120.0))
        found.append(ModelAnswer(place.number, text, ran_out))
    return found


async def _answer(backend: Backend, request: FimRequest) -> tuple[str, bool]:
    """The whole answer; if the host has ended, the backend restarts it and the request is repeated."""
    for _ in range(MOST_TRIES):
        try:
            return await _read(backend, request)
        except BackendError:
            await asyncio.sleep(PAUSE)
    return await _read(backend, request)


async def _read(backend: Backend, request: FimRequest) -> tuple[str, bool]:
    text, ran_out = "", False
    async with aclosing(backend.stream(request)) as pieces:
        async for piece in pieces:
            text += piece.text
            ran_out = piece.finish_reason == "length"
    return text, ran_out
