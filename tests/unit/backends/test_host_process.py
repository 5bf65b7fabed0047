"""Starting the model host: one attempt at a time, longer and longer pauses, no useless attempt, and a message for each failure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.backends import host_process
from codestral_ls.backends.base import Health
from codestral_ls.backends.host_process import FIRST_PAUSE, HostProcess
from codestral_ls.config.host_address import HostAddress, host_address
from codestral_ls.config.sections import LocalOptions
from support.backends.host_stand_in import DEADLINE
from support.waiting import until


class Crashing(HostProcess):
    """Starts a process that ends at once with ``status``."""

    def __init__(self, options: Any, address: Any, clock: Any, status: int = 7) -> None:
        super().__init__(options, address, clock=clock)
        self.started = 0
        self.status = status

    def _spawn(self) -> Any:
        self.started += 1
        self._started = self._clock()
        self._process = subprocess.Popen([sys.executable, "-S", "-c", f"import os; os._exit({self.status})"])
        self._process.wait(DEADLINE)
        return Health("loading")


class Aborting(Crashing):
    """Starts a process that native code ends at once."""

    def _spawn(self) -> Any:
        self.started += 1
        self._started = self._clock()
        code = "import os, resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); os.abort()"
        self._process = subprocess.Popen([sys.executable, "-S", "-c", code])
        self._process.wait(DEADLINE)
        return Health("loading")


async def test_a_crashing_host_is_started_again_with_growing_pauses(private: Path) -> None:
    now = [100.0]
    options = LocalOptions(model="/nowhere/model.gguf")
    process = Crashing(options, host_address(options), lambda: now[0])
    known = Health("offline")
    for crash in range(1, 4):
        known = await process.ensure(known)
        assert process.started == crash
        known = await process.ensure(known)
        assert "ended with status 7" in known.message
        now[0] += FIRST_PAUSE * 2 ** (crash - 1) - 0.01
        known = await process.ensure(known)
        assert process.started == crash
        now[0] += 0.02
    assert known.state == "error"
    process.forget()


async def test_a_host_that_holds_the_lock_and_is_silent_is_not_run_into_for_ever(private: Path) -> None:
    now = [100.0]
    options = LocalOptions(model="/nowhere/model.gguf")
    process = Crashing(options, host_address(options), lambda: now[0], status=0)
    known = Health("offline")
    for _ in range(2000):  # 100 seconds with a look every 50 ms
        known = await process.ensure(known)
        now[0] += 0.05
    assert process.started < 10
    assert (known.state, "holds" in known.message) == ("error", True)
    process.worked()
    assert (await process.ensure(Health("offline"))).state == "loading"
    process.forget()


@pytest.mark.skipif(sys.platform == "win32", reason="native code of Windows ends with other statuses")
@pytest.mark.parametrize("ready_for", [None, 5.0], ids=["while it loads", "as soon as it is asked"])
async def test_a_host_that_llama_cpp_ended_twice_with_the_same_file_is_not_started_a_third_time(
    private: Path, ready_for: float | None
) -> None:
    now = [100.0]
    model = private / "model.gguf"
    model.write_bytes(b"one")
    options = LocalOptions(model=str(model))
    process = Aborting(options, host_address(options), lambda: now[0])
    known = Health("offline")
    for _ in range(20):
        known = await process.ensure(known)
        if ready_for is not None and process._process is not None:
            process.worked()
        now[0] += 5.0 if ready_for is None else ready_for
    assert process.started == 2
    assert (known.state, "2 times" in known.message, str(model) in known.message) == ("error", True, True)
    other = Aborting(options, host_address(options), lambda: now[0])
    assert (await other.ensure(Health("offline"))).state == "error"
    assert other.started == 0, "nor by another window"
    process.forget()


@pytest.mark.skipif(sys.platform == "win32", reason="native code of Windows ends with other statuses")
async def test_aborts_of_a_host_that_worked_for_long_are_not_the_models_fault(private: Path) -> None:
    now = [100.0]
    options = LocalOptions(model="/nowhere/model.gguf")
    process = Aborting(options, host_address(options), lambda: now[0])
    known = Health("offline")
    for times in range(1, 5):
        known = await process.ensure(known)
        assert process.started == times
        process.worked()
        now[0] += host_process.LASTING_SECONDS + 1
        known = await process.ensure(known)
        assert "was ended by signal" in known.message
        now[0] += FIRST_PAUSE + 0.1
    process.forget()


class Sleeping(HostProcess):
    """Starts a process that never opens its socket."""

    def _spawn(self) -> Any:
        self._started = self._clock()
        self._process = subprocess.Popen([sys.executable, "-S", "-c", f"import time; time.sleep({DEADLINE})"])
        return Health("loading")


async def test_a_host_that_never_answers_is_ended_and_that_is_said(private: Path) -> None:
    now = [100.0]
    options = LocalOptions(model="/nowhere/model.gguf")
    address = host_address(options)
    address.log.parent.mkdir(parents=True)
    address.log.write_text("INFO all is well\n")
    process = Sleeping(options, address, clock=lambda: now[0])
    await process.ensure(Health("offline"))
    assert (await process.ensure(Health("offline"))).state == "loading"
    now[0] += host_process.OPEN_SECONDS + 0.1
    assert await process.ensure(Health("offline")) == Health(
        "offline", f"The model host did not answer and was ended. It is started again; its log is {address.log}."
    )
    process.forget()


class Undying(subprocess.Popen):  # type: ignore[type-arg]
    """A process that hangs in the kernel: no signal ends it."""

    def __init__(self) -> None:
        self.pid, self.returncode, self.killed = 7, None, 0

    def poll(self) -> Any:
        return self.returncode

    def kill(self) -> None:
        self.killed += 1

    def wait(self, timeout: Any = None) -> None:  # type: ignore[override]
        assert timeout is not None, "the loop would wait for ever"
        raise subprocess.TimeoutExpired("host", timeout)


async def test_a_host_that_cannot_be_ended_holds_up_nobody_and_is_said(private: Path) -> None:
    now = [100.0]
    options = LocalOptions(model="/nowhere/model.gguf")
    process = HostProcess(options, host_address(options), clock=lambda: now[0])
    process._process = host = Undying()
    await process.ensure(Health("ready"))
    now[0] += host_process.OPEN_SECONDS + 0.1
    for times in (1, 2):
        health = await process.ensure(Health("offline"))
        assert (health.state, "process 7" in health.message, host.killed) == ("error", True, times)
    host.returncode = -9
    assert (await process.ensure(health)).message.startswith("The model host was ended by signal 9")
    assert process._process is None
    process.forget()


async def test_a_host_that_was_heard_may_be_silent_for_a_while(private: Path) -> None:
    now = [100.0]
    options = LocalOptions(model="/nowhere/model.gguf")
    process = Sleeping(options, host_address(options), clock=lambda: now[0])
    await process.ensure(Health("offline"))
    for _ in range(3):  # on a busy machine: silent, answering, silent again
        await process.ensure(Health("ready"))
        now[0] += host_process.OPEN_SECONDS - 1
        assert (await process.ensure(Health("ready"))).state == "loading"
        process.heard()
    assert process._process is not None
    process._process.kill()
    process._process.wait()
    process.forget()


async def test_a_refused_model_is_not_tried_again_until_its_file_changes(private: Path, tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"one")
    options = LocalOptions(model=str(model))
    process = Crashing(options, host_address(options), lambda: 0.0)
    process.refuse("The model is broken.")
    assert await process.ensure(Health("offline")) == Health("error", "The model is broken.")
    assert process.started == 0
    model.write_bytes(b"another one")
    await process.ensure(Health("offline"))
    assert process.started == 1
    process.forget()


async def test_one_window_starts_it_the_others_wait(private: Path) -> None:
    options = LocalOptions(model="/nowhere/model.gguf")
    windows = [Crashing(options, host_address(options), lambda: 0.0) for _ in range(3)]
    for window in windows:
        await window.ensure(Health("offline"))
    assert [window.started for window in windows] == [1, 0, 0]
    for window in windows:
        window.forget()


async def test_a_folder_that_cannot_be_written_is_a_sentence(private: Path) -> None:
    blocked = private / "file"
    blocked.write_text("")
    options = LocalOptions(model="/nowhere/model.gguf")
    address = HostAddress(private / "s.sock", private / "s.lock", blocked / "host.log", private / "kv", private / "verdicts")
    process = HostProcess(options, address)
    health = await process.ensure(Health("offline"))
    assert (health.state, "cannot be started" in health.message) == ("error", True)


async def test_a_host_that_cannot_serve_here_says_why_and_nothing_else(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (private / "no-folder").write_text("")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(private / "no-folder"))

    options = LocalOptions()
    process = HostProcess(options, host_address(options))
    health, told = Health("offline"), set()

    async def failed() -> bool:
        nonlocal health
        health = await process.ensure(health)
        told.add(health.message)
        return health.state == "error"

    await until(failed, "the error", DEADLINE)
    again = await process.ensure(Health("offline"))
    assert again == health
    assert health.message == (
        f"The folder {private / 'no-folder' / 'codestral-ls'} for the host's socket cannot be made: Not a directory."
    )
    assert told == {"The model host is starting.", health.message}
    process.forget()
