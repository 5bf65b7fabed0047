"""Real servers as separate processes with the embedded model: llama.cpp's llama-server and this project's host.

llama-server comes from the PyPI package ``xllamacpp``, which wraps llama.cpp's own server code.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import codestral_ls
from support.backends.llama_server import PROGRAM
from support.waiting import wait_until

MODEL = Path(codestral_ls.__file__).parent / "embedded" / "tiny-fim-q8_0.gguf"
TOKEN = "token-of-the-test"
_START_SECONDS = 90.0  # enough for a busy machine with two cores


@contextmanager
def llama_server(model: Path = MODEL) -> Iterator[str]:
    """A llama-server's address. It ends when its standard input is closed, so that it cannot outlive the test.

    Skips the test where the package is not installed.
    """
    pytest.importorskip("xllamacpp", reason="llama-server comes from the package xllamacpp")
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(model), "2"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ready, _, _ = select.select([process.stdout], [], [], _START_SECONDS)
        address = process.stdout.readline().strip() if ready else ""
        if not address.startswith("http"):
            raise RuntimeError(f"llama-server did not start: {address!r}")
        yield address
    finally:
        process.stdin.close()
        _end(process)
        process.stdout.close()


@contextmanager
def host(folder: Path, *options: str) -> Iterator[str]:
    """The address of a ``codestral-ls host --listen`` that runs in a private environment in ``folder``; its key is TOKEN."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    with (folder / "host.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "codestral_ls", "host", "--listen", f"127.0.0.1:{port}", *options],
            env=private_environment(folder) | {"CODESTRAL_LS_TOKEN": TOKEN},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_until_ready(address, process)
            yield address
        finally:
            process.terminate()
            _end(process)


def private_environment(folder: Path) -> dict[str, str]:
    """This process's environment, with the user's folders replaced by folders in ``folder``."""
    environment = dict(os.environ)
    for name in ("RUNTIME_DIR", "CACHE_HOME", "STATE_HOME", "CONFIG_HOME", "DATA_HOME"):
        place = folder / name.lower()
        place.mkdir(exist_ok=True, mode=0o700)
        environment[f"XDG_{name}"] = str(place)
    return environment


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    request = urllib.request.Request(f"{address}/health", headers={"Authorization": f"Bearer {TOKEN}"})

    def ready() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"the host ended with status {process.returncode}")
        try:
            with urllib.request.urlopen(request, timeout=2) as answer:
                return b'"ready"' in answer.read()
        except OSError:
            return False

    wait_until(ready, "the host ready", _START_SECONDS, poll=0.1)


def _end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
