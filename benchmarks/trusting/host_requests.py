"""Fuzzed requests to a real model host: does it die, fall silent, let a stranger in, or write content into its log?"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from codestral_ls.config.sections import LocalOptions
from codestral_ls.host.app import make_app
from codestral_ls.host.model_supervisor import ModelSupervisor
from codestral_ls.host.process_life import TOKEN_VARIABLE
from support.models.random_model import SHAPES, write
from support.trust.hostile_http import CONTENT, TOKEN, HttpAttack, Route, attacks, request

BATCH = 25
"""Requests at the same time, and the number of them between two valid requests."""
PATIENCE = 60.0
"""Seconds after which a missing answer counts as silence."""
SHORT = 0.5
"""Seconds of waiting for an answer that need not come."""
MOST_HELD = 120
"""Connections that an attacker keeps open without sending; the host lets 64 wait."""
_FAULTS = re.compile(rf"Traceback \(most recent|never retrieved|Fatal Python|{CONTENT}|{TOKEN}|\\x|GGML_ASSERT", re.I)


@dataclass(slots=True)
class HostOutcome:
    """The result. ``let_in`` counts strangers that got an answer; ``slowest`` is the longest time of a valid request, in seconds.

    ``statuses`` count the answers; ``memory`` is the host's peak, in MB, and ``log`` the size of its log, in bytes.
    """

    sent: int = 0
    routes: int = 0
    deaths: int = 0
    silences: int = 0
    let_in: int = 0
    slowest: float = 0.0
    memory: int = 0
    log: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def routes() -> list[Route]:
    """Every route of a host, as its application lists them."""
    app = make_app(ModelSupervisor(Path("none.gguf"), LocalOptions()))
    return sorted({(route.method, route.resource.canonical) for route in app.router.routes() if route.resource is not None})


@dataclass(slots=True)
class Host:
    """A running host; `log` is its standard error."""

    process: asyncio.subprocess.Process
    port: int
    log: Path


@contextlib.asynccontextmanager
async def running(folder: Path, started_by: Sequence[str] = ()) -> AsyncIterator[Host]:
    """A host on a free loopback port with a random model, for the time of the block; ``command`` may start it in another way."""
    model = folder / "model.gguf"
    if not model.exists():
        write(model, SHAPES["tiny"], "bpe")
    options = json.dumps(asdict(LocalOptions(model=str(model), self_test="off", threads=1, flash_attention="on", slots=2)))
    private = {f"XDG_{name}": str(folder) for name in ("RUNTIME_DIR", "CACHE_HOME", "STATE_HOME", "CONFIG_HOME")}
    log = folder / "log"
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *(*started_by, sys.executable, "-P", "-m", "codestral_ls.host", "--options", options, "--listen", "127.0.0.1:0"),
            env={**os.environ, **private, TOKEN_VARIABLE: TOKEN},
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    try:
        assert process.stdout is not None
        said = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
        yield Host(process, int(said.rsplit(":", 1)[-1]), log)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # or its finalizer warns after the loop is gone


async def attack(count: int, seed: int) -> HostOutcome:
    """Send ``count`` requests to a host; if it dies, continue with a new one."""
    known = routes()
    outcome, chance = HostOutcome(routes=len(known)), random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        while outcome.sent < count:
            async with running(Path(folder)) as host:
                held: list[asyncio.StreamWriter] = []
                try:
                    await _honest(host, outcome, measured=False)  # loaded
                    while outcome.sent < count:
                        batch = attacks(chance, min(BATCH, count - outcome.sent), known)
                        outcome.sent += len(batch)
                        await asyncio.gather(*(_try(one, host, outcome, held) for one in batch))
                        for writer in held[: max(0, len(held) - MOST_HELD)]:
                            writer.close()
                        del held[: max(0, len(held) - MOST_HELD)]
                        await _honest(host, outcome)
                except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
                    outcome.faults.append(f"an honest request: {error!r}")
                    dead = host.process.returncode is not None
                    outcome.deaths += dead
                    outcome.silences += not dead
                await _end(host, outcome, held)
    return outcome


async def _end(host: Host, outcome: HostOutcome, held: Sequence[asyncio.StreamWriter]) -> None:
    """End the host properly, and check its log and its memory."""
    outcome.memory = max(outcome.memory, peak(host.process.pid))
    if host.process.returncode is None:
        host.process.terminate()
        try:
            code = await asyncio.wait_for(host.process.wait(), PATIENCE)
        except TimeoutError:
            code = -1
        if code != 0:
            outcome.faults.append(f"it ended with {code}")
    for writer in held:
        writer.close()
    log = host.log.read_text(errors="replace")
    outcome.log += len(log)
    outcome.faults += [line for line in log.splitlines() if _FAULTS.search(line)]


def peak(process: int) -> int:
    """The peak memory of a process, in MB; 0 if the system does not report it."""
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) // 1024 if found else 0


async def _honest(host: Host, outcome: HostOutcome, *, measured: bool = True) -> None:
    """A valid request, which must be answered; it is repeated while the host is busy or loads its model.

    Raises: TimeoutError, OSError.
    """
    body = json.dumps({"model": "m", "prompt": "def f(a):\n    return ", "suffix": "\n", "max_tokens": 2}).encode()
    began = time.monotonic()
    async with asyncio.timeout(PATIENCE):
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", host.port)
            try:
                writer.write(request(("POST", "/v1/fim/completions"), body))
                status = int((await reader.readuntil(b"\r\n")).split()[1])
            finally:
                writer.close()
            if status == 200:
                break
            await asyncio.sleep(0.05)
    if measured:
        outcome.slowest = max(outcome.slowest, time.monotonic() - began)


async def _try(one: HttpAttack, host: Host, outcome: HostOutcome, held: list[asyncio.StreamWriter]) -> None:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", host.port)
    except OSError:
        return  # the valid request shows the effect
    with contextlib.suppress(ConnectionError):
        if one.way == "slow":
            for place in range(0, len(one.data), 40):
                writer.write(one.data[place : place + 40])
                await asyncio.sleep(0.02)
        else:
            writer.write(one.data)
            await asyncio.wait_for(writer.drain(), PATIENCE)
    if one.way in ("hold", "slow"):
        held.append(writer)
        return
    if one.way in ("whole", "any") and not await _read(one, reader, outcome):
        held.append(writer)
        return
    writer.close()


async def _read(one: HttpAttack, reader: asyncio.StreamReader, outcome: HostOutcome) -> bool:
    """Wait for a status or the end of the connection; returns whether either came in time."""
    try:
        head = await asyncio.wait_for(reader.read(4096), PATIENCE if one.way == "whole" else SHORT)
    except TimeoutError:
        if one.way == "whole":
            outcome.silences += 1
            outcome.faults.append(f"no answer to {one.data[:300]!r}")
        return False
    except ConnectionError:
        return True
    found = re.match(rb"HTTP/1\.[01] (\d{3})", head)
    if found is None:
        outcome.statuses[0] += 1
        return True
    status = int(found[1])
    outcome.statuses[status] += 1
    outcome.let_in += one.stranger and status < 400
    if status == 500 or (one.stranger and TOKEN.encode() in head):
        outcome.faults.append(f"{status} for {one.data[:300]!r}")
    return True


def run(count: int, seed: int) -> HostOutcome:
    """The same for synchronous code."""
    return asyncio.run(attack(count, seed))
