"""Which cores are used, from descriptions of systems as the kernel writes them, and how busy other programs keep them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codestral_ls.host import cores
from codestral_ls.host.other_work import OtherWork, busy_seconds, own_threads_running, running


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return root


def test_of_two_threads_on_a_core_one_is_taken(tmp_path: Path) -> None:
    system = write(tmp_path, {
        f"devices/system/cpu/cpu{n}/topology/thread_siblings_list": f"{n % 2},{n % 2 + 2}" for n in range(4)
    })  # fmt: skip
    assert cores.first_of_each_core((0, 1, 2, 3), system) == (0, 1)
    assert cores.first_of_each_core((1, 2, 3), system) == (1, 2)
    assert cores.first_of_each_core((0, 1), tmp_path / "nothing") == (0, 1)


def test_performance_cores_come_first(tmp_path: Path) -> None:
    intel = write(tmp_path / "intel", {"devices/cpu_core/cpus": "0-3", "devices/cpu_atom/cpus": "4-7"})
    assert cores.fastest((0, 2, 4, 5), intel) == (0, 2)
    arm = write(tmp_path / "arm", {f"devices/system/cpu/cpu{n}/cpu_capacity": "1024" if n < 2 else "430" for n in range(4)})
    assert cores.fastest((0, 1, 2, 3), arm) == (0, 1)
    assert cores.fastest((2, 3), arm) == (2, 3)
    assert cores.fastest((0, 1), tmp_path) == (0, 1)


@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({"fs/cgroup/cpu.max": "150000 100000"}, 1.5),
        ({"fs/cgroup/cpu.max": "max 100000"}, 0.0),
        ({"fs/cgroup/cpu.max": "nonsense"}, 0.0),
        ({"fs/cgroup/cpu/cpu.cfs_quota_us": "50000", "fs/cgroup/cpu/cpu.cfs_period_us": "100000"}, 0.5),
        ({"fs/cgroup/cpu/cpu.cfs_quota_us": "-1", "fs/cgroup/cpu/cpu.cfs_period_us": "100000"}, 0.0),
        ({}, 0.0),
    ],
)
def test_a_containers_limit(tmp_path: Path, files: dict[str, str], quota: float) -> None:
    assert cores.quota(write(tmp_path, files)) == quota


def test_a_limited_container_gets_no_more_threads_than_that(tmp_path: Path) -> None:
    assert cores.cores(write(tmp_path, {"fs/cgroup/cpu.max": "50000 100000"})).count == 1


def test_lists_of_the_kernel() -> None:
    assert cores.parse_list("0-2,5, 7-7,x,3-") == {0, 1, 2, 5, 7, 3}
    assert cores.parse_list("") == frozenset()
    assert len(cores.parse_list("0-99999999")) == 4096


STAT = (
    "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 {busy} 500 20 1000 7 1 2 3 0 0\ncpu1 10 0 0 0 0 0 0 0 0 0\n"
    "intr 12\ncpu2 not read\nprocs_running 3\nprocs_blocked 0\n"
)


def test_busy_time_is_that_of_the_named_processors_without_idle_and_nice() -> None:
    assert busy_seconds(STAT.format(busy=74), {"cpu0"}) == 1.0
    assert busy_seconds(STAT.format(busy=74), {"cpu0", "cpu1"}) == 1.1
    with pytest.raises(ValueError, match="invalid literal"):
        busy_seconds("cpu0 a b c d e f g h", {"cpu0"})


def test_other_work_is_the_busy_time_less_our_own() -> None:
    now, own, busy = [1.0], [0.0], [100]
    work = OtherWork((0,), read=lambda: STAT.format(busy=busy[0]), own=lambda: own[0], clock=lambda: now[0])
    assert work.look() == 0.0
    now[0], own[0], busy[0] = 1.2, 0.05, 116
    assert work.look() == pytest.approx(0.5)  # 160 - 50 - 10 ms (a tick) of 200
    now[0] += 0.01
    busy[0] = 10_000
    assert work.look() == pytest.approx(0.5)  # the interval is too short
    now[0] += 0.2
    assert work.look() == pytest.approx(1.0)  # never more than exist
    now[0] += 0.2
    assert work.look() == 0.0  # nor less than none


class Machine:
    """Simulates ``/proc/stat``: busy ticks, and the running threads of each sample (the last one stays)."""

    def __init__(self, own_running: int = 1) -> None:
        self.now, self.busy, self.threads, self.slept = 1.0, 100, [1], 0.0
        self.work = OtherWork(
            (0, 1), read=self.read, own=lambda: 0.0, own_running=lambda: own_running, clock=lambda: self.now, sleep=self.sleep
        )
        self.work.look()

    def read(self) -> str:
        threads = self.threads.pop(0) if len(self.threads) > 1 else self.threads[0]
        return STAT.replace("procs_running 3", f"procs_running {threads}").format(busy=self.busy)

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def after(self, seconds: float, ticks: int, *threads: int) -> float:
        """How many cores others use, seen after ``seconds`` in which they were busy for ``ticks``."""
        self.now, self.busy, self.threads = self.now + seconds, self.busy + ticks, list(threads)
        return self.work.look()


def test_after_a_long_interval_work_that_is_over_takes_no_core() -> None:
    machine = Machine()
    assert machine.after(2.0, 400, 1) == 0.0  # two cores were busy, but no program wants one now
    assert machine.after(2.0, 400, 2) == 1.0
    assert machine.after(2.0, 400, 4) == 2.0
    assert machine.after(2.0, 180, 3) == 0.0  # less than one core all the time
    assert machine.after(0.1, 20, 1) == pytest.approx(1.8)  # a short interval is trusted


def test_the_program_that_asked_and_sleeps_a_moment_later_takes_no_core() -> None:
    machine = Machine()
    assert machine.after(2.0, 400, 2, 1) == 0.0
    assert machine.after(2.0, 400, 3, 2, 1) == 0.0
    assert machine.after(2.0, 400, 3, 2, 2, 1) == 1.0  # the fourth is not used
    assert machine.slept <= 0.003


def test_our_own_threads_are_not_other_work() -> None:
    machine = Machine(own_running=3)
    assert machine.after(2.0, 400, 3) == 0.0
    assert machine.after(2.0, 400, 4) == 1.0


def test_running_threads_are_counted(tmp_path: Path) -> None:
    assert running("cpu 1\nprocs_running 4\nx 1") == 4
    with pytest.raises(ValueError, match="procs_running"):
        running("cpu 1\n")
    for number, state in enumerate("RSRD"):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "stat").write_text(f"{number} (a) R (b) {state} 1 2 3")
    (tmp_path / "ended").mkdir()
    assert own_threads_running(tmp_path) == 2
    if sys.platform == "linux":
        assert own_threads_running() >= 1


@pytest.mark.parametrize("answer", [OSError("no /proc"), ValueError("nonsense")])
def test_where_nothing_is_known_nothing_is_taken(answer: Exception) -> None:
    def read() -> str:
        raise answer

    work = OtherWork((0,), read=read, clock=iter(range(1, 9)).__next__)
    assert [work.look(), work.look()] == [0.0, 0.0]
