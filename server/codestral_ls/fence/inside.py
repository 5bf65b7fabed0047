"""The program that runs one errand inside a fence: lays out the files, starts the command, watches it, brings results out.

    python -I -S -c "…; from codestral_ls.fence.inside import main; main()"

The first line of standard input is the errand as JSON; when standard input ends, everything is ended: the process that started this
is gone or wants no more. Standard output carries one line of JSON and then the result files. The command itself gets neither.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import stat
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codestral_ls.fence import watch
from codestral_ls.fence.file_system import DEVICES, Mount
from codestral_ls.fence.removal import remove_tree
from codestral_ls.fence.unpack import put, unpack

_TICK = 0.02
_OUTPUT = 8_000
_LARGEST_RESULT = 4 << 20
_LARGEST_FILE = 256 << 20
_OPEN_FILES = 4096
_MOST_INODES = 400_000


def main() -> None:
    """Run the errand and report; the exit code says only whether there is a report."""
    spec = json.loads(_first_line(0))
    kind: str = spec["kind"]
    if sys.platform == "linux":
        from codestral_ls.fence import landlock, namespaces, seccomp  # noqa: F401 - now, while their files can be seen
        from codestral_ls.fence import system_calls as calls

        if kind == "namespaces":
            namespaces.enter([Mount(*step) for step in spec["steps"]])
        calls.prctl(calls.PR_SET_DUMPABLE, 0)  # nothing inside may look into its watcher or stop it
    project, scratch = Path(spec["project"]), Path(spec["scratch"])
    (scratch / ".shm").mkdir()
    (scratch / "home").mkdir()
    put(scratch, {name: bytes.fromhex(data) for name, data in spec["files"].items()})
    unpack(spec["archive"], project)
    put(project, {name: bytes.fromhex(data) for name, data in spec["changes"].items()})
    os.close(spec["archive"])
    report = _Run(spec, project, scratch, own_processes=kind in ("bubblewrap", "namespaces")).run()
    blobs = {name: data for name in spec["results"] if (data := _result(scratch / name)) is not None}
    if kind in ("landlock", "none"):
        remove_tree(scratch.parent)
    report["results"] = {name: len(data) for name, data in blobs.items()}
    out = json.dumps(report).encode() + b"\n" + b"".join(blobs.values())
    while out:
        out = out[os.write(1, out) :]


@dataclass(slots=True)
class _Run:
    """``own_processes``: this is process 1 of a namespace, and all others in it are the command's."""

    spec: dict[str, Any]
    project: Path
    scratch: Path
    own_processes: bool
    child: int = 0
    code: int | None = None

    def run(self) -> dict[str, Any]:
        """Start the command and watch it to its end."""
        limits = self.spec["limits"]
        if sys.platform == "linux" and not self.own_processes:
            from codestral_ls.fence import system_calls as calls

            calls.prctl(calls.PR_SET_CHILD_SUBREAPER, 1)  # orphaned processes become our children
        tasks = 0 if self.own_processes or sys.platform != "linux" else watch.tasks_of_user()
        reading, writing = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            try:
                os.close(reading)
                self._become(writing, tasks)
            except BaseException as error:
                os.write(writing, f"{type(error).__name__}: {error}".encode())
            os._exit(127)
        os.close(writing)
        os.set_blocking(reading, False)
        end = time.monotonic() + limits["seconds"]
        output, cause, used, sources = b"", "", 0, [reading, 0]
        while not cause and not self._reap():
            ready, _, _ = select.select(sources, [], [], _TICK)
            if reading in ready:
                piece = _read(reading)
                output = (output + piece)[-_OUTPUT:]
                sources = sources if piece else [0]  # the command closed its output and continues
            if 0 in ready and not os.read(0, 100):
                cause = "stopped"
            elif time.monotonic() > end:
                cause = "time"
            else:
                cause, used = self._beyond(limits, used)
        self._end_all()
        output = (output + _read(reading))[-_OUTPUT:]
        code = self.code if not cause else None
        return {"code": code, "cause": cause, "output": output.decode("utf-8", "replace")}

    def _beyond(self, limits: dict[str, Any], used: int) -> tuple[str, int]:
        """Which limit for all processes together is exceeded ("" for none); ``used`` measures folders."""
        if sys.platform != "linux":
            return "", 0
        processes = self._processes()
        if len(processes) > limits["processes"]:
            return "processes", used
        most = limits["megabytes"] << 20
        if most and watch.memory_of(processes, most) > most:
            return "memory", used
        disk = limits["disk_megabytes"] << 20
        if self.own_processes:
            for folder in (self.project, self.scratch):
                held = os.statvfs(folder)
                if held.f_files - held.f_ffree > _MOST_INODES:
                    return "disk", used
        elif used % 5 == 0 and watch.used_by(str(self.scratch.parent)) > 2 * disk + (self.spec["project_megabytes"] << 20):
            return "disk", used
        return "", used + 1

    def _processes(self) -> list[int]:
        return watch.everybody() if self.own_processes else watch.descendants(os.getpid())

    def _reap(self) -> bool:
        """Collect the processes that ended; True when the command is among them."""
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                if found[0] == self.child:
                    self.code = os.waitstatus_to_exitcode(found[1])
        return self.code is not None

    def _end_all(self) -> None:
        """End everything that the command started."""
        for _ in range(2_000):
            with contextlib.suppress(OSError):
                os.killpg(self.child, signal.SIGKILL)
            if self.own_processes:
                with contextlib.suppress(OSError):
                    os.kill(-1, signal.SIGKILL)
            elif sys.platform == "linux":
                for process in watch.descendants(os.getpid()):
                    with contextlib.suppress(OSError):
                        os.kill(process, signal.SIGKILL)
            self._reap()
            try:
                os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            time.sleep(0.002)

    def _become(self, writing: int, tasks: int) -> None:
        """In the child process: give up every right that the command does not need, and execute it. Raises: OSError."""
        os.setsid()
        null = os.open("/dev/null", os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        os.closerange(3, 256)
        os.chdir(self.project)
        os.umask(0o022)
        _set_limits(self.spec["limits"], tasks)
        words = {"@project@": str(self.project), "@scratch@": str(self.scratch)}
        command = [_replaced(word, words) for word in self.spec["command"]]
        variables = {name: _replaced(value, words) for name, value in self.spec["variables"].items()}
        if sys.platform == "linux":
            _give_up_rights(self.spec, [str(self.project), str(self.scratch)])
        os.execvpe(command[0], command, variables)  # noqa: S606 - that is what this is for


def _give_up_rights(spec: dict[str, Any], writable: list[str]) -> None:
    from codestral_ls.fence import system_calls as calls

    calls.prctl(calls.PR_SET_PDEATHSIG, signal.SIGKILL)
    calls.prctl(calls.PR_SET_DUMPABLE, 1)  # otherwise we could not write our own files in /proc
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    if spec["kind"] == "none":
        return
    calls.drop_capabilities()
    calls.prctl(calls.PR_SET_NO_NEW_PRIVS, 1)
    from codestral_ls.fence import landlock, seccomp

    alone = spec["kind"] == "landlock"
    if alone:
        signals_inside = calls.landlock_version() >= landlock.SIGNALS_SINCE
        landlock.restrict(spec["readable"], writable, [f"/dev/{name}" for name in DEVICES])
        seccomp.refuse(with_outside=True, with_signals=not signals_inside)
    elif seccomp.is_known_machine():
        seccomp.refuse(with_outside=False, with_signals=False)


def _set_limits(limits: dict[str, Any], tasks: int) -> None:
    import resource

    wanted = {
        resource.RLIMIT_CPU: int(limits["seconds"]) + 2,
        resource.RLIMIT_FSIZE: max(_LARGEST_FILE, limits["disk_megabytes"] << 20),
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    if limits["address_space"] and limits["megabytes"]:
        wanted[resource.RLIMIT_AS] = limits["megabytes"] << 20
    if sys.platform == "linux":
        wanted[resource.RLIMIT_NPROC] = tasks + limits["processes"]
    for kind, most in wanted.items():
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def _replaced(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _result(path: Path) -> bytes | None:
    """A result file, if it is a file and not larger than allowed; never waits."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                data = b""
                while piece := os.read(descriptor, 1 << 20):
                    data += piece
                    if len(data) > _LARGEST_RESULT:
                        return None
                return data
        finally:
            os.close(descriptor)
    return None


def _first_line(descriptor: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(descriptor, 1 << 16)
        if not piece:
            sys.exit(3)
        line += piece
    return line


def _read(descriptor: int) -> bytes:
    with contextlib.suppress(BlockingIOError):
        return os.read(descriptor, 1 << 20)
    return b""
