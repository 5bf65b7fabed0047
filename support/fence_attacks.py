"""Hostile and careless code for the fence, the targets outside the fence, and a check of those targets.

Each attack is a Python program. It prints "REACHED" if it got something that it must not get; the targets themselves are checked
as well. Tests and ``python -m benchmarks.fence`` share them.
"""

# ruff: noqa: E501 - an attack is easier to read in one piece
from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from codestral_ls.fence.errand import Ended, Errand, FenceLimits
from codestral_ls.fence.pack import packed
from codestral_ls.fence.run_errand import Kind, run_fenced
from codestral_ls.fence.visible import python_needs

SECRET = "PRIVATE-KEY-8d1f"
VARIABLE = "CODESTRAL_TEST_KEY"


@dataclass(frozen=True, slots=True)
class FenceAttack:
    """One attack. ``code`` may use the variables ``home``, ``outside``, ``project``, ``unix``, ``port``, ``parent`` and ``mark``:
    the targets.

    ``limit`` is the limit that must end it, "" if none has to. ``needs_no_fence``: the limits alone stop it, so it does not
    succeed without a fence either.
    """

    name: str
    code: str
    limit: str = ""
    needs_no_fence: bool = False


ATTACKS = [
    FenceAttack("reads ~/.ssh by its absolute path", "print('REACHED', open(f'{home}/.ssh/id_ed25519').read())"),
    FenceAttack("appends to ~/.bashrc", "open(f'{home}/.bashrc', 'a').write('evil'); print('REACHED')"),
    FenceAttack("writes into the real project", "open(f'{project}/app.py', 'w').write('evil')"),
    FenceAttack(
        "deletes a folder given as a default argument",
        "import shutil\ndef purge(folder=f'{outside}/photos'):\n    shutil.rmtree(folder); return True\nassert purge() is True; print('REACHED')",
    ),
    FenceAttack(
        "talks to a Unix socket outside",
        "import socket; s = socket.socket(socket.AF_UNIX); s.connect(unix); s.send(b'evil'); print('REACHED')",
    ),
    FenceAttack(
        "sends over TCP",
        "import socket; s = socket.create_connection(('127.0.0.1', port), 3); s.send(b'evil'); print('REACHED')",
    ),
    FenceAttack("reads its parent's environment", "print('REACHED', open(f'/proc/{parent}/environ').read())"),
    FenceAttack(
        "reads a key from its own environment", f"import os; print('REACHED', os.environ['{VARIABLE}'])", needs_no_fence=True
    ),
    FenceAttack(
        "leaves a daemon behind",
        "import os, subprocess, sys\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(600)', mark])\n    os._exit(0)\nos.wait()",
        needs_no_fence=True,
    ),
    FenceAttack(
        "never ends and ignores signals",
        "import signal\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\nwhile True: pass",
        "time",
        needs_no_fence=True,
    ),
    FenceAttack(
        "starts 400 processes",
        "import os, time\nmade = 0\ntry:\n    for _ in range(400):\n        if os.fork() == 0:\n            time.sleep(60); os._exit(0)\n"
        "        made += 1\nexcept OSError:\n    raise SystemExit(f'refused after {made}')\ntime.sleep(1)\nprint('REACHED')",
        "processes",
        needs_no_fence=True,
    ),
    FenceAttack(
        "fills memory from six processes",
        "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        held = bytearray(int(memory))\n"
        "        held[::4096] = b'x' * len(held[::4096]); time.sleep(60); os._exit(0)\n"
        "for _ in range(6): os.wait()\nprint('REACHED')",
        "memory",
        needs_no_fence=True,
    ),
    FenceAttack(
        "fills the disk with many files",
        "import os\nfor n in range(20):\n    with open(f'big{n}', 'wb') as file: file.write(b'x' * int(disk)); os.fsync(file.fileno())\n"
        "import time; time.sleep(1); print('REACHED')",
        "disk",
        needs_no_fence=True,
    ),
    FenceAttack("makes its result file a pipe", "import os; os.mkfifo(result)", needs_no_fence=True),
    FenceAttack(
        "makes its result file a link to a secret", "import os; os.symlink(f'{home}/.ssh/id_ed25519', result)", needs_no_fence=True
    ),
    FenceAttack(
        "sends a datagram",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'evil', ('127.0.0.1', port)); print('SENT')",
    ),
    FenceAttack(
        "talks to an abstract Unix socket",
        "import socket; s = socket.socket(socket.AF_UNIX); s.connect(b'\\0' + mark.encode()); s.send(b'evil'); print('REACHED')",
    ),
    FenceAttack("sends its parent a signal", "import os; os.kill(parent, 0); print('REACHED')"),
    FenceAttack("changes permissions of a file outside", "import os; os.chmod(f'{home}/.ssh/id_ed25519', 0o644)"),
    FenceAttack(
        "leaves shared memory behind",
        "from multiprocessing import shared_memory as m\nfrom multiprocessing import resource_tracker as r\n"
        "s = m.SharedMemory(mark.replace('.', ''), True, 100)\nr.unregister(s._name, 'shared_memory'); print('MADE')",
    ),
    FenceAttack(
        "asks the kernel for another file system",
        "import ctypes, os; c = ctypes.CDLL(None, use_errno=True); r = c.unshare(0x10020000) if os.getuid() else c.mount(b'none', b'/', "
        "None, 4096 | 32, None)\nif r == 0: print('REACHED')",
    ),
]


@dataclass(slots=True)
class World:
    """The targets outside the fence: a home, folders, listeners, and a process that holds a key."""

    root: Path
    port: int
    mark: str
    listeners: list[socket.socket] = field(default_factory=list)

    def state(self) -> str:
        """A digest of every file outside the fence, with its permissions."""
        found = hashlib.sha256()
        for path in sorted(self.root.rglob("*")):
            mode = path.lstat().st_mode
            data = path.read_bytes() if path.is_file() else b""
            found.update(f"{path} {mode:o} ".encode() + data)
        return found.hexdigest()

    def heard(self) -> list[str]:
        """The listeners that received a connection."""
        names = []
        for listener, name in zip(self.listeners, ("unix", "tcp", "udp", "abstract"), strict=True):
            with contextlib.suppress(BlockingIOError):
                listener.recvfrom(10) if name == "udp" else listener.accept()[0].close()
                names.append(name)
        return names

    def left(self) -> list[str]:
        """Processes and shared memory of the attack that still exist."""
        found = [str(path) for path in Path("/dev/shm").glob("*") if self.mark.replace(".", "") in path.name]
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                if self.mark.encode() in path.read_bytes().split(b"\0"):
                    found.append(f"process {path.parent.name}")
        return found


@contextlib.contextmanager
def world(root: Path) -> Iterator[World]:
    """Targets below ``root``, an absolute path that no fence shows."""
    for name, text in (("home/.ssh/id_ed25519", SECRET), ("home/.bashrc", "# mine\n"), ("outside/photos/a.jpg", "photo")):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "home/.ssh/id_ed25519").chmod(0o600)
    (root / "project").mkdir()
    (root / "project/app.py").write_text("x = 1\n")
    mark = f"fence.attack.{os.getpid()}.{time.monotonic_ns()}"
    with contextlib.ExitStack() as stack:
        listeners = [
            socket.socket(socket.AF_UNIX),
            socket.socket(),
            socket.socket(type=socket.SOCK_DGRAM),
            socket.socket(socket.AF_UNIX),
        ]
        for listener in listeners:
            stack.callback(listener.close)
        folder = os.open(root / "outside", os.O_RDONLY | os.O_DIRECTORY)
        stack.callback(os.close, folder)
        listeners[0].bind(f"/proc/self/fd/{folder}/agent")  # a short name, however deep the folder is
        listeners[1].bind(("127.0.0.1", 0))
        port = listeners[1].getsockname()[1]
        listeners[2].bind(("127.0.0.1", port))
        listeners[3].bind(b"\0" + mark.encode())
        for listener in listeners:
            listener.setblocking(False)
            if listener.type == socket.SOCK_STREAM:
                listener.listen()
        yield World(root, port, mark, listeners)


def attack(kind: Kind, one: FenceAttack, there: World, limits: FenceLimits) -> tuple[Ended, list[str]]:
    """Run one attack; return how it ended and what it reached (empty if the fence held)."""
    before = there.state()
    program = Path(sys.executable)
    quarter, tenth = limits.megabytes * 350_000, limits.disk_megabytes * 240_000
    head = (
        f"home, outside, project = {str(there.root / 'home')!r}, {str(there.root / 'outside')!r}, {str(there.root / 'project')!r}\n"
        f"unix, port, parent, mark = {str(there.root / 'outside/agent')!r}, {there.port}, {os.getpid()}, {there.mark!r}\n"
        f"memory, disk = {quarter}, {tenth}\nimport os\nresult = os.environ['TMPDIR'] + '/result'\n"
    )
    errand = Errand(
        (str(program), "-c", head + one.code, there.mark),
        there.root / "project",
        visible=tuple(python_needs(program)),
        results=("result",),
        limits=limits,
    )
    with packed(there.root / "project") as copy:
        began = time.monotonic()
        ended = run_fenced(kind, errand, copy)
        seconds = time.monotonic() - began
    reached = [] if "REACHED" not in ended.output else [f"it reached its aim: {ended.output.strip()[-200:]}"]
    if SECRET in ended.output or SECRET.encode() in b"".join(ended.results.values()):
        reached.append("a secret came out")
    if there.state() != before:
        reached.append("something outside changed")
    reached += [f"it talked to {name}" for name in there.heard()]
    reached += [f"it left {name}" for name in there.left()]
    if ended.cause == "fence":
        reached.append(f"the fence did not stand: {ended.output[-200:]}")
    if seconds > limits.seconds + 15:
        reached.append(f"it took {seconds:.0f} seconds")
    return ended, reached
