"""A real Ray cluster on this machine: two workers, one of them killed on the way; the files are the same as without Ray."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from codestral_ls.backends.build_backend import build_backend
from codestral_ls.config.sections import BackendOptions, FimServerOptions, Options
from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.pool import Pool
from codestral_ls.generate.batch.runner import Runner, RunnerLimits
from codestral_ls.generate.batch.work import Work
from codestral_ls.generate.docstrings.plan import DocstringSettings, finish_file, plan_file
from codestral_ls.generate.writers.backend import BackendAsker
from codestral_ls.generate.writers.live import Asker, Live
from codestral_ls.generate.writers.ray import RayAsker
from support.generate.fim_api import StandInFimApi
from support.generate.scene import MODEL, batch, command, environment, make_project, tree_digest
from support.waiting import until, wait_until

pytestmark = pytest.mark.slow

HAS_RAY = importlib.util.find_spec("ray") is not None


async def run(root: Path, engine: Asker, journal: Journal) -> Runner:
    settings = DocstringSettings(root)
    work = Work("docstrings", partial(plan_file, settings), partial(finish_file, settings))
    runner = Runner(work, Live(engine, 8), journal, Pool(0), RunnerLimits(8), "write")
    await engine.start()
    try:
        await runner.run(iter(await asyncio.to_thread(lambda: sorted(root.rglob("*.py")))))
    finally:
        await engine.aclose()
    return runner


@pytest.mark.skipif(HAS_RAY, reason="Ray is installed")
async def test_without_ray_a_sentence_says_what_to_install() -> None:
    with pytest.raises(GenerateError, match="Ray is not installed"):
        await RayAsker(Options(backend=BackendOptions(primary="fake")), 2).start()


@pytest.mark.skipif(not HAS_RAY, reason="needs Ray (the extra [ray])")
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore")
async def test_a_worker_killed_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESTRAL_FIM_SERVER_KEY", "x")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    make_project(tmp_path / "original", 20, 10)
    for name in ("here", "ray"):
        shutil.copytree(tmp_path / "original", tmp_path / name)
    model = "fim_server/codestral"
    with StandInFimApi(tmp_path / "s", model, 0.05) as api:
        options = Options(backend=BackendOptions(primary="fim_server"), fim_server=FimServerOptions(api.address, "codestral"))
        here = BackendAsker(build_backend(options), 8)
        await run(tmp_path / "here", here, Journal(tmp_path / "here.db"))
        api.seen.clear()

        async def scenario() -> tuple[Runner, int]:
            engine = RayAsker(options, 8, workers=2)
            await engine.start()
            pids = await asyncio.gather(*(actor.pid.remote() for actor in engine.actors))
            assert len(set(pids)) == 2
            work = asyncio.create_task(run(tmp_path / "ray", engine, Journal(tmp_path / "ray.db")))
            await until(lambda: len(api.seen) >= 40, "forty requests", 100)
            os.kill(pids[0], signal.SIGKILL)
            return await work, len(api.seen)

        runner, _ = await scenario()
        assert tree_digest(tmp_path / "ray") == tree_digest(tmp_path / "here")
        assert tree_digest(tmp_path / "ray") != tree_digest(tmp_path / "original")
        assert runner.counts.outcomes["failed"] == 0
        print(f"{len(api.seen)} requests for {runner.counts.requests_planned} texts, one of two workers killed after 40")
        assert len(api.seen) <= runner.counts.requests_planned + 8


@pytest.mark.skipif(not HAS_RAY, reason="needs Ray (the extra [ray])")
@pytest.mark.timeout(400)
def test_the_command_prints_nothing_but_json_and_writes_the_same(tmp_path: Path) -> None:
    """Even when a worker dies, which Ray reports on whatever standard output it finds."""
    make_project(tmp_path / "original", 6, 5)
    for name in ("here", "ray"):
        shutil.copytree(tmp_path / "original", tmp_path / name / "p")
    (tmp_path / "h").mkdir()
    with StandInFimApi(tmp_path / "s", MODEL, 0.3) as api:
        done = batch(tmp_path / "h", command("docstrings", [tmp_path / "here/p"], "--write", "--json", address=api.address))
        assert done.returncode == 0, done.stderr
        outcomes = json.loads(done.stdout.splitlines()[-1])["summary"]["outcomes"]
        api.seen.clear()
        words = ("--write", "--json", "--engine", "ray", "--ray-workers", "2", "--concurrency", "4")
        line = command("docstrings", [tmp_path / "ray/p"], *words, address=api.address)
        variables = environment(tmp_path / "h") | {"PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(line, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            wait_until(lambda: len(api.seen) >= 8 or process.poll() is not None, "eight requests", 200)
            if (actor := _actor_below(process.pid)) is not None:
                os.kill(actor, signal.SIGKILL)
            output, errors = process.communicate(timeout=200)
        assert process.returncode == 0, errors
        assert actor is not None
    rows = [json.loads(one) for one in output.splitlines()]
    assert [row["state"] for row in rows[:-1]] == ["written"] * 6
    assert rows[-1]["summary"]["outcomes"] == outcomes
    assert tree_digest(tmp_path / "ray") == tree_digest(tmp_path / "here")


def _actor_below(pid: int) -> int | None:
    """A worker process of the cluster that the process started."""
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = status.read_bytes()
            if words.startswith(b"ray::") and b"Actor" in words and _is_below(int(status.parent.name), pid):
                return int(status.parent.name)
        except OSError:
            continue
    return None


def _is_below(child: int, pid: int) -> bool:
    while child > 1:
        if child == pid:
            return True
        child = int((Path("/proc") / str(child) / "stat").read_text().rpartition(")")[2].split()[1])
    return False
