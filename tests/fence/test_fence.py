"""Hostile code in every kind of fence on this machine: it reads, writes, starts and leaves nothing outside."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from codestral_ls.fence.errand import Errand, FenceLimits
from codestral_ls.fence.kinds import ALL, why_not
from codestral_ls.fence.pack import packed
from codestral_ls.fence.run_errand import Kind, run_fenced
from support.fence_attacks import ATTACKS, VARIABLE, FenceAttack, attack, world

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="fences are Linux's")
LIMITS = FenceLimits(seconds=6.0, megabytes=300, disk_megabytes=32, processes=60)
UNFENCED = [one for one in ATTACKS if not one.needs_no_fence]


@pytest.fixture(params=ALL)
def kind(request: pytest.FixtureRequest) -> Kind:
    chosen: Kind = request.param
    if reason := why_not(chosen):
        pytest.skip(f"{chosen}: {reason}")
    return chosen


@pytest.mark.parametrize("one", ATTACKS, ids=lambda one: one.name)
def test_an_attack_reaches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind, one: FenceAttack) -> None:
    monkeypatch.setenv(VARIABLE, "x")
    with world(tmp_path / "w") as there:
        ended, reached = attack(kind, one, there, LIMITS)
    assert reached == []
    if one.limit:
        assert ended.code != 0
        if one.limit == "time":
            assert ended.cause == "time"
    assert not list(tmp_path.glob("codestral-ls-fence-*"))


@pytest.mark.parametrize("one", UNFENCED, ids=lambda one: one.name)
def test_without_a_fence_it_would(tmp_path: Path, one: FenceAttack) -> None:
    """The attacks are real: without a fence, each reaches what the fence protects."""
    if one.name.startswith("writes into the real") or (one.name.startswith("asks the kernel") and os.getuid() == 0):
        pytest.skip("as good as done" if os.getuid() else "root could, and this is root's own file system")
    with world(tmp_path / "w") as there:
        _, reached = attack("none", one, there, LIMITS)
        for path in Path("/dev/shm").glob(f"*{there.mark.replace('.', '')}*"):
            path.unlink()
    if one.name.startswith("asks the kernel"):
        return  # the system itself may prevent it
    assert reached


def test_what_a_test_needs_works(tmp_path: Path, kind: Kind) -> None:
    (tmp_path / "p/sub").mkdir(parents=True)
    (tmp_path / "p/sub/a.txt").write_text("a")
    (tmp_path / "p/.env").write_text("KEY=1")
    (tmp_path / "p/link").symlink_to("sub/a.txt")
    code = (
        "import asyncio, os, pathlib, subprocess, tempfile, threading\n"
        "assert pathlib.Path('link').read_text() == 'changed', 'change'\n"
        "assert not os.path.exists('.env'), 'secret'\n"
        "pathlib.Path('sub/new').write_text('x')\n"
        "tempfile.TemporaryFile().write(b'x')\n"
        "assert subprocess.run(['sh', '-c', 'exit 3']).returncode == 3\n"
        "assert asyncio.run(asyncio.sleep(0, 5)) == 5\n"
        "t = threading.Thread(target=print); t.start(); t.join()\n"
        "open(os.environ['TMPDIR'] + '/out', 'w').write('result')\n"
        "assert os.path.expanduser('~').startswith(os.environ['TMPDIR'])\n"
    )
    errand = Errand(
        (sys.executable, "-c", code), tmp_path / "p", changes={"sub/a.txt": b"changed"}, results=("out", "none"),
        visible=(Path(sys.prefix), Path(sys.base_prefix)), limits=FenceLimits(20.0),
    )  # fmt: skip
    with packed(tmp_path / "p") as copy:
        ended = run_fenced(kind, errand, copy)
        assert (ended.code, ended.cause) == (0, ""), ended.output
        assert ended.results == {"out": b"result"}
        assert run_fenced(kind, errand, copy).code == 0  # each run starts with the same copy
    assert (tmp_path / "p/sub/a.txt").read_text() == "a"
    assert not (tmp_path / "p/sub/new").exists()
