"""The runner: everything is bounded and journalled, and an error in one file does not affect the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from codestral_ls.backends.base import FimRequest, Usage
from codestral_ls.backends.fake import FakeBackend, Fault, fixed
from codestral_ls.errors import BackendBusy, BackendNeedsKey, BackendRefused, BackendUnavailable, GenerateError
from codestral_ls.generate.batch.finishing import Mode
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.pool import Pool
from codestral_ls.generate.batch.runner import Runner, RunnerLimits
from codestral_ls.generate.batch.seam import MAX_CHARACTERS, Written
from codestral_ls.generate.batch.work import FilePlan, FileResult, Outcome, Wanted, Work
from codestral_ls.generate.editing.source import digest_of
from codestral_ls.generate.writers.backend import BackendAsker, collect
from codestral_ls.generate.writers.live import Asker, Live
from codestral_ls.generate.writers.throttle import Throttle
from support.waiting import turns, until

USAGE = Usage(10, 10, 0, 2)


class Asked:
    """A writer that counts how many requests run at once and waits until the test releases it."""

    model = "asked/1"

    def __init__(self, answer: Callable[[FimRequest], str] = lambda request: f"# {request.prefix}\n") -> None:
        self.seen: list[str] = []
        self.running = self.most = 0
        self.go = asyncio.Event()
        self.go.set()
        self._answer = answer

    async def start(self) -> None:
        pass

    async def write(self, request: FimRequest) -> Written:
        self.seen.append(request.prefix)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.go.wait()
            await asyncio.sleep(0)
            return Written(self._answer(request), USAGE)
        finally:
            self.running -= 1

    def stop(self) -> None:
        pass

    async def aclose(self) -> None:
        pass


def plan(path: Path) -> FilePlan:
    """Plan two texts for each file; the file's name is in the request."""
    data = path.read_bytes()
    if data.startswith(b"# "):
        return FilePlan(path, digest_of(data), digest_of(data))
    wanted = tuple(Wanted(str(n), f"f{n}", n, FimRequest(f"{path.name}/{n}", "")) for n in range(2))
    return FilePlan(path, digest_of(data), digest_of(data), wanted)


def finish(made: FilePlan, answers: Mapping[str, str]) -> FileResult:
    data = "".join(answers[key] for key in sorted(answers)).encode() + made.path.read_bytes()
    outcomes = tuple(Outcome(one.name, one.line, "written" if one.id in answers else "failed") for one in made.wanted)
    if not answers:
        return FileResult(made.path, "unchanged", outcomes=outcomes)
    return FileResult(made.path, "changed", "", made.path, made.digest, data, "diff", outcomes)


WORK = Work("test", plan, finish)


def files(tmp_path: Path, count: int) -> list[Path]:
    made = [tmp_path / f"{number:03}.txt" for number in range(count)]
    for path in made:
        path.write_text("x\n")
    return made


def runner(asker: Asker, journal: Journal, concurrency: int = 3, mode: Mode = "write", work: Work = WORK) -> Runner:
    limits = RunnerLimits(concurrency, ending_seconds=5.0)
    return Runner(work, Live(asker, concurrency), journal, Pool(0), limits, mode, lambda _usage: 0.5)


async def test_everything_is_written_within_the_bounds(tmp_path: Path) -> None:
    paths = files(tmp_path, 30)
    journal = Journal(tmp_path / "j.db")

    engine = Asked()
    one = runner(engine, journal)
    await one.run(iter(paths))
    assert engine.most <= 3
    assert len(engine.seen) == 60
    assert all(path.read_text() == f"# {path.name}/0\n# {path.name}/1\nx\n" for path in paths)
    assert one.counts.files == {"written": 30}
    assert one.counts.cost == 30.0
    assert journal.spent() == (60, 600, 120, 30.0)


async def test_reading_waits_for_a_slow_model(tmp_path: Path) -> None:
    paths = files(tmp_path, 200)
    taken = 0

    def counted() -> object:
        nonlocal taken
        for path in paths:
            taken += 1
            yield path

    engine = Asked()
    engine.go.clear()
    one = runner(engine, Journal(tmp_path / "j.db"))
    task = asyncio.create_task(one.run(counted()))  # type: ignore[arg-type]
    await until(lambda: engine.running == 3, "three requests at once")
    await turns(200)
    assert taken <= 12
    engine.go.set()
    await task
    assert taken == 200


async def test_stopping_keeps_what_is_paid_for_and_resuming_asks_for_the_rest(tmp_path: Path) -> None:
    paths = files(tmp_path, 20)
    journal = Journal(tmp_path / "j.db")

    async def resumed() -> list[str]:
        engine = Asked()
        await runner(engine, journal).run(iter(paths))
        return engine.seen

    engine = Asked()
    one = runner(engine, journal)
    original = engine.write

    async def write(request: FimRequest) -> Written:
        if len(engine.seen) == 10:
            one.stop()
        return await original(request)

    engine.write = write  # type: ignore[method-assign]
    await one.run(iter(paths))
    assert one.was_stopped
    first = engine.seen
    assert len(first) <= 13
    second = await resumed()
    assert not set(first) & set(second)
    assert len(first) + len(second) == 40
    assert all(path.read_text().count("# ") == 2 for path in paths)


async def test_a_write_that_was_announced_and_done_before_the_crash_is_known(tmp_path: Path) -> None:
    (path,) = files(tmp_path, 1)
    journal = Journal(tmp_path / "j.db")
    done = b"# 000.txt/0\n# 000.txt/1\nx\n"
    result = FileResult(path, "changed", "", path, digest_of(b"x\n"), done, "diff", (Outcome("f", 1, "written"),))
    journal.announce(result, digest_of(done))
    leftover = tmp_path / f".000.txt.{digest_of(done)[:12]}.tmp"
    leftover.write_bytes(b"x\n")  # the old text, which the exchange brought out
    path.write_bytes(done)

    async def scenario() -> Runner:
        engine = Asked()
        one = runner(engine, journal)
        await one.run(iter([path]))
        assert not engine.seen
        return one

    assert (await scenario()).counts.files == {"written": 1}
    assert not leftover.exists()
    row = journal.file(path)
    assert row is not None
    assert (row.state, row.diff) == ("written", "diff")


async def test_showing_writes_nothing_and_writing_afterwards_pays_nothing(tmp_path: Path) -> None:
    paths = files(tmp_path, 3)
    journal = Journal(tmp_path / "j.db")

    async def scenario(mode: Mode) -> int:
        engine = Asked()
        await runner(engine, journal, mode=mode).run(iter(paths))
        return len(engine.seen)

    assert await scenario("show") == 6
    assert {path.read_text() for path in paths} == {"x\n"}
    assert [row.state for row in journal.files("proposed")] == ["proposed"] * 3
    assert await scenario("write") == 0
    assert all(path.read_text() != "x\n" for path in paths)


async def test_a_file_that_changes_meanwhile_is_left_alone(tmp_path: Path) -> None:
    paths = files(tmp_path, 2)

    def meddling(made: FilePlan, answers: Mapping[str, str]) -> FileResult:
        result = finish(made, answers)
        if made.path == paths[0]:
            paths[0].write_text("mine\n")
        return result

    async def scenario() -> Runner:
        one = runner(Asked(), Journal(tmp_path / "j.db"), work=Work("test", plan, meddling))
        await one.run(iter(paths))
        return one

    assert (await scenario()).counts.files == {"written": 1, "left_alone": 1}
    assert paths[0].read_text() == "mine\n"


async def test_one_refused_request_fails_alone(tmp_path: Path) -> None:
    paths = files(tmp_path, 3)

    async def scenario() -> Runner:
        backend = FakeBackend("# a\n", faults=[None, BackendRefused("too long"), None])
        one = runner(BackendAsker(backend, 1), Journal(tmp_path / "j.db"), concurrency=1)
        await one.run(iter(paths))
        return one

    counts = (await scenario()).counts
    assert counts.outcomes == {"written": 5, "failed": 1}
    assert counts.errors == {"too long": 1}
    assert counts.files == {"written": 3}


@pytest.mark.parametrize("faults", [[BackendNeedsKey("no key")], [BackendRefused("unknown model")] * 100])
async def test_what_cannot_get_better_ends_the_batch(tmp_path: Path, faults: list[Exception]) -> None:
    paths = files(tmp_path, 50)
    backend = FakeBackend("# a\n", faults=faults)  # type: ignore[arg-type]
    with pytest.raises(GenerateError):
        await runner(BackendAsker(backend, 1), Journal(tmp_path / "j.db"), concurrency=1).run(iter(paths))
    assert len(backend.requests) < 20


async def test_busy_and_away_are_asked_again() -> None:
    slept: list[float] = []
    told: list[str] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    faults = [BackendBusy("full", 0.0), Fault(BackendUnavailable("away"), after_tokens=1), None]
    engine = BackendAsker(FakeBackend("a b", faults=faults), 8, sleep=sleep, on_trouble=told.append)  # type: ignore[arg-type]
    (written, limit) = await engine.write(FimRequest("x", "")), engine.throttle.limit
    assert written.text == "a b"
    assert len(slept) == 2
    assert told == ["full", "away", ""]
    assert limit == pytest.approx(4.25)


async def test_stopping_ends_the_waiting_for_a_server_that_is_away(tmp_path: Path) -> None:
    (path,) = files(tmp_path, 1)

    waiting = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    backend = FakeBackend("# a\n", faults=[BackendUnavailable("away")] * 9)
    one = runner(BackendAsker(backend, 1, sleep=sleep), Journal(tmp_path / "j.db"), concurrency=1)
    task = asyncio.create_task(one.run(iter([path])))
    await waiting.wait()
    one.stop()
    await task
    assert one.was_stopped
    assert not one.counts.files
    assert path.read_text() == "x\n"


async def test_an_endless_answer_is_cut_off() -> None:
    backend = FakeBackend(fixed("word " * 100_000))
    written = await collect(backend, FimRequest("x", "", max_tokens=10**9))
    assert len(written.text) == MAX_CHARACTERS
    assert backend.cancelled == 1


async def test_the_throttle_grows_and_shrinks() -> None:
    throttle = Throttle(8)
    for _ in range(8):
        await throttle.enter()
    waiting = asyncio.create_task(throttle.enter())
    await asyncio.sleep(0)
    assert not waiting.done()
    throttle.leave()
    await waiting
    throttle.is_full(0.0)
    assert throttle.limit == 4
    for _ in range(8):
        throttle.leave()
    for _ in range(4):
        throttle.went_well()
    assert 4.8 < throttle.limit < 5.1


async def test_workers_do_the_work_and_die_alone(tmp_path: Path) -> None:
    import os

    pool = Pool(1)
    pool._calls = 100
    try:
        assert await pool.call(os.getpid) != os.getpid()
        with pytest.raises(GenerateError, match="died"):
            await pool.call(os._exit, 3)
        assert await pool.call(len, "abc") == 3
    finally:
        pool.close()
