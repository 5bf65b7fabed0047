"""Batch jobs with the stand-in: collected, failed in part, expired, found again by a new process; and the chat API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.backends.base import FimRequest, Usage
from codestral_ls.config.sections import MistralOptions, Options
from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.journal import JobRow, Journal
from codestral_ls.generate.batch.pool import Pool
from codestral_ls.generate.batch.runner import Runner, RunnerLimits
from codestral_ls.generate.batch.work import Work
from codestral_ls.generate.docstrings.plan import DocstringSettings, finish_file, plan_file
from codestral_ls.generate.writers.mistral_chat import ChatAsker
from codestral_ls.generate.writers.mistral_jobs import JobsWriter
from support.generate.batch_api import KEY, BatchApi
from support.generate.scene import make_project

GOOD = "Do what the name says."


def price(usage: Usage) -> float:
    return usage.prompt_tokens / 200


async def run(
    root: Path, api: BatchApi, journal: Journal, say: Callable[[str], None] = lambda _text: None, stop_after: int = 10**9
) -> Runner:
    settings = DocstringSettings(root)
    work = Work("docstrings", partial(plan_file, settings), partial(finish_file, settings), whole=True)
    files = await asyncio.to_thread(lambda: sorted(root.rglob("*.py")))
    polls = 0

    def heard(text: str) -> None:
        nonlocal polls
        say(text)
        polls += "RUNNING" in text or "QUEUED" in text
        if polls >= stop_after:
            runner.stop()

    async with api.running() as address:
        options = Options(mistral=MistralOptions(server_url=address))
        writer = JobsWriter(options, journal, say=heard, poll=0.01)
        runner = Runner(work, writer, journal, Pool(0), RunnerLimits(4), "write", price)
        try:
            await writer.start()
            await runner.run(iter(files))
        finally:
            await writer.aclose()
    return runner


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", KEY)


def scene(tmp_path: Path) -> tuple[Path, Journal]:
    make_project(tmp_path / "p", 4, 5)
    return tmp_path / "p", Journal(tmp_path / "j.db")


async def test_a_job_is_collected_and_written(tmp_path: Path) -> None:
    root, journal = scene(tmp_path)
    api = BatchApi(lambda _body: GOOD, busy=2)
    said: list[str] = []
    runner = await run(root, api, journal, said.append)
    assert len(api.jobs) == 1
    assert runner.counts.files["written"] == 4
    assert runner.counts.requests_done == 20
    assert journal.spent() == (20, 2000, 200, 10.0)
    assert [row.state for row in journal.jobs()] == ["SUCCESS"]
    assert any("20 requests" in text for text in said)
    assert all(GOOD in path.read_text() for path in root.rglob("*.py"))


async def test_partial_failures_go_into_another_job_and_refusals_do_not(tmp_path: Path) -> None:
    root, journal = scene(tmp_path)
    fates = {0: "500", 1: "422", 2: "missing", 3: "429"}
    api = BatchApi(lambda _body: GOOD, lambda job, index: fates.get(index, "ok") if job == 0 else "ok")
    runner = await run(root, api, journal)
    assert [len(job.lines) for job in api.jobs.values()] == [20, 3]
    assert runner.counts.outcomes == {"written": 19, "failed": 1}
    assert any("422" in error for error in runner.counts.errors)


async def test_expiry_keeps_what_was_answered(tmp_path: Path) -> None:
    root, journal = scene(tmp_path)
    api = BatchApi(lambda _body: GOOD, lambda job, index: "missing" if job == 0 and index >= 5 else "ok", ["TIMEOUT_EXCEEDED"])
    runner = await run(root, api, journal)
    assert [len(job.lines) for job in api.jobs.values()] == [20, 15]
    assert [row.state for row in journal.jobs()] == ["TIMEOUT_EXCEEDED", "SUCCESS"]
    assert runner.counts.outcomes == {"written": 20}


async def test_a_new_process_collects_the_job(tmp_path: Path) -> None:
    root, journal = scene(tmp_path)
    api = BatchApi(lambda _body: GOOD, polls_needed=3)
    runner = await run(root, api, journal, stop_after=1)
    assert not runner.counts.files
    journal.close()
    journal = Journal(tmp_path / "j.db")
    runner = await run(root, api, journal)
    assert len(api.jobs) == 1
    assert runner.counts.files["written"] == 4


async def test_a_job_whose_creation_was_never_heard_of_is_found_by_its_name(tmp_path: Path) -> None:
    root, journal = scene(tmp_path)
    api = BatchApi(lambda _body: GOOD, die_after_create=True)
    with pytest.raises(GenerateError, match="--resume"):
        await run(root, api, journal)
    assert [row.state for row in journal.jobs()] == ["making"]
    api.die_after_create = False
    runner = await run(root, api, journal)
    assert len(api.jobs) == 1
    assert runner.counts.files["written"] == 4


async def test_a_job_that_was_never_made_is_made(tmp_path: Path) -> None:
    root, journal = scene(tmp_path)
    journal.keep_job(JobRow("codestral-ls-x", "", "making", ("a",)))
    api = BatchApi(lambda _body: GOOD)
    await run(root, api, journal)
    assert {row.state for row in journal.jobs()} == {"never made", "SUCCESS"}


async def test_a_failed_job_says_so(tmp_path: Path) -> None:
    root, journal = scene(tmp_path)
    api = BatchApi(lambda _body: GOOD, lambda _job, _index: "missing", ["FAILED"])
    with pytest.raises(GenerateError, match="ended as FAILED"):
        await run(root, api, journal)


async def test_a_wrong_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "other")
    root, journal = scene(tmp_path)
    with pytest.raises(GenerateError, match="key"):
        await run(root, BatchApi(lambda _body: GOOD), journal)


async def test_chat_with_structured_output() -> None:
    def answer(body: dict[str, Any]) -> str:
        assert body["response_format"]["type"] == "json_schema"
        assert body["response_format"]["json_schema"]["schema"]["required"] == ["tests"]
        return json.dumps({"tests": ["def test_a():\n    assert f() == 1", "def test_b():\n    assert f() == 2"]})

    async def scenario() -> tuple[str, str]:
        api = BatchApi(lambda _body: "", chat=answer, busy=1)
        async with api.running() as address:
            engine = ChatAsker(Options(mistral=MistralOptions(server_url=address)), 2)
            await engine.start()
            first = await engine.write(FimRequest("# a.py\ndef f(): ...\n\ndef test_f", "", 100, source="file:///p/a.py"))
            api.chat = lambda _body: "no json"
            error = ""
            try:
                await engine.write(FimRequest("# a.py", "", 100, source="file:///p/a.py"))
            except Exception as raised:
                error = str(raised)
            await engine.aclose()
            return first.text, error

    text, error = await scenario()
    from codestral_ls.generate.testing.generated_tests import read_candidates

    assert [one.name for one in read_candidates("python", "def test_f", text, set())] == ["test_a", "test_b"]
    assert "schema" in error
