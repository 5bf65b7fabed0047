"""Which cores are used, from descriptions of systems as the kernel writes them; and how busy others keep them."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.host import cores
from codestral_ls.host.other_work import OtherWork, busy_seconds, others_running


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
    assert work.look() == pytest.approx(0.5)  # too short a stretch to tell
    now[0] += 0.2
    assert work.look() == pytest.approx(1.0)  # never more than there are
    now[0] += 0.2
    assert work.look() == 0.0  # nor less than none


def test_after_a_long_stretch_work_that_is_over_takes_no_core() -> None:
    now, busy, running = [1.0], [100], ["1"]
    text = STAT.replace("procs_running 3", "procs_running {running}")
    read = lambda: text.format(busy=busy[0], running=running[0])  # noqa: E731
    work = OtherWork((0, 1), read=read, own=lambda: 0.0, clock=lambda: now[0])
    work.look()
    now[0], busy[0] = now[0] + 2.0, busy[0] + 400
    assert work.look() == 0.0  # two cores were busy, and nobody wants one now
    now[0], busy[0], running[0] = now[0] + 2.0, busy[0] + 400, "2"
    assert work.look() == 1.0
    now[0], busy[0], running[0] = now[0] + 2.0, busy[0] + 180, "3"
    assert work.look() == 0.0  # less than a core all the time
    now[0], busy[0], running[0] = now[0] + 0.1, busy[0] + 20, "1"
    assert work.look() == pytest.approx(1.8)  # a short stretch is believed


def test_without_the_number_of_running_threads_nothing_is_known() -> None:
    assert others_running("cpu 1\nprocs_running 4\nx 1") == 3
    assert others_running("cpu 1\nprocs_running 0") == 0
    with pytest.raises(ValueError, match="procs_running"):
        others_running("cpu 1\n")


@pytest.mark.parametrize("answer", [OSError("no /proc"), ValueError("nonsense")])
def test_where_nothing_is_known_nothing_is_taken(answer: Exception) -> None:
    def read() -> str:
        raise answer

    work = OtherWork((0,), read=read, clock=iter(range(1, 9)).__next__)
    assert [work.look(), work.look()] == [0.0, 0.0]
