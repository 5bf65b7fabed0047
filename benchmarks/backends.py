"""``python -m benchmarks.backends latency|faults|parity``: what backends cost, how they fail, and whether their texts agree.

latency: the exchange for a keystroke with the stand-in of the API in a separate process: raw over a socket, through plain HTTP
(aiohttp) and through the mistralai SDK, each of these with its guard and router. The ways take turns in one run. faults: every
row of the fault table, and how long a keystroke waited. parity: the same cursor positions through four ways to the embedded
model. Each writes ``benchmarks/results/backends-<name>.md``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.replaying.report import machine
from codestral_ls.backends.base import Backend, FimRequest
from codestral_ls.backends.door import Door
from codestral_ls.backends.fim_server import FimServer
from codestral_ls.backends.guard import Guard
from codestral_ls.backends.ledger import FREE, Ledger
from codestral_ls.backends.limits import RequestLimits
from codestral_ls.backends.masking.mask import Mask
from codestral_ls.backends.mistral import MistralApi
from codestral_ls.backends.router import RoutedBackend, Router
from codestral_ls.config.sections import CodestralOptions, FimServerOptions, LimitsOptions, NetworkOptions
from codestral_ls.documents.privacy import FileRules

if TYPE_CHECKING:
    from support.backends.parity import ParityPosition

ANSWER = "return [item for item in items if item.price > limit]\n"
_SERVER = """
import asyncio, sys
from support.backends.standin_api import StandIn
async def serve():
    async with StandIn(sys.argv[1]).running() as address:
        print(address, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
asyncio.run(serve())
"""


def main() -> int:
    """Run one of the three."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("latency", "faults", "parity"))
    parser.add_argument("--count", type=int, default=0, help="exchanges, or positions")
    arguments = parser.parse_args()
    measures: dict[str, Callable[[int], list[str]]] = {"latency": latency, "faults": faults, "parity": parity}
    body = measures[arguments.what](arguments.count)
    command = f"python -m benchmarks.backends {arguments.what}" + (f" --count {arguments.count}" if arguments.count else "")
    text = "\n".join([f"# Backends: {arguments.what}", "", f"Machine: {machine()}. `{command}`", "", *body]) + "\n"
    (Path(__file__).parent / "results" / f"backends-{arguments.what}.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


# ---- latency ----


def latency(count: int) -> list[str]:
    """Milliseconds to the first piece and to the end, and what each way adds to the raw exchange of the same turn."""
    from support.backends.standin_api import KEY

    os.environ["CODESTRAL_API_KEY"] = os.environ["CODESTRAL_FIM_SERVER_KEY"] = KEY
    with _standin() as address, tempfile.TemporaryDirectory() as folder:
        times = asyncio.run(_turns(address, count or 500, Path(folder), KEY))
    rows = [
        "| way | first piece p50 | p95 | whole p50 | p95 | p99 | processor time p50 | p95 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, turns in times.items():
        first, whole, spent = ([turn[place] for turn in turns] for place in range(3))
        cells = (_at(first, 0.5), _at(first, 0.95), _at(whole, 0.5), _at(whole, 0.95), _at(whole, 0.99))
        cells += (_at(spent, 0.5), _at(spent, 0.95))  # type: ignore[assignment]
        rows.append(f"| {name} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")
    rows += ["", "| added to the raw exchange of the same turn | p50 | p95 | aim, p95 |", "|---|---|---|---|"]
    for name, aim in (("aiohttp", 5), ("sdk", 15)):
        added = [after[1] - before[1] for after, before in zip(times[name], times["raw"], strict=True)]
        rows.append(f"| {name} | {_at(added, 0.5):.2f} ms | {_at(added, 0.95):.2f} ms | {aim} ms |")
    return [
        f"{len(times['raw'])} turns over loopback; prompt 2,400 and suffix 600 characters, 16 pieces, kept-alive connections; "
        "aiohttp and sdk with guard (masking, limits, account) and router. Milliseconds.",
        "",
        *rows,
    ]


async def _turns(address: str, count: int, folder: Path, key: str) -> dict[str, list[tuple[float, float, float]]]:
    request = FimRequest(
        "x = compute(value)\n" * 126, "\nprint(x)\n" * 60, 64, ("\n\n",), source="untitled:doc", cache_key="doc", timeout=20.0
    )
    network = NetworkOptions()
    ways: dict[str, Backend] = {
        "aiohttp": FimServer(FimServerOptions(address=address, model="codestral-latest"), network),
        "sdk": MistralApi("codestral", CodestralOptions(server_url=address), network),
    }
    routers = {name: _as_used(backend, folder / f"{name}.sqlite") for name, backend in ways.items()}
    raw = await _Raw.open(address, key, request)
    times: dict[str, list[tuple[float, float, float]]] = {"raw": [], **{name: [] for name in routers}}
    for turn in range(-20, count):  # the first twenty open connections and fill caches
        measured = {"raw": await raw.exchange()}
        for name, router in routers.items():
            measured[name] = await _timed(router, request)
        if turn >= 0:
            for name, triple in measured.items():
                times[name].append(triple)
    for router in routers.values():
        await router.aclose()
    raw.close()
    return times


def _as_used(backend: Backend, ledger: Path) -> Router:
    mask = Mask()
    limits = RequestLimits(LimitsOptions(requests_per_second=0.0), FREE, "", Ledger(ledger))
    return Router([RoutedBackend("The server", Guard(backend, Door(limits, mask, mask, FileRules())))])


async def _timed(backend: Backend, request: FimRequest) -> tuple[float, float, float]:
    """Milliseconds to the first piece and to the end, and milliseconds of processor time in this process."""
    began, first, text = time.perf_counter(), 0.0, ""
    spent = time.process_time()
    async with aclosing(backend.stream(request)) as pieces:
        async for piece in pieces:
            first = first or time.perf_counter()
            text += piece.text
    ended = time.perf_counter()
    assert text == ANSWER
    return 1000 * (first - began), 1000 * (ended - began), 1000 * (time.process_time() - spent)


class _Raw:
    """The bare exchange: bytes prepared in advance are written to a socket, and read until the last bytes of the answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes) -> None:
        self._reader, self._writer, self._message = reader, writer, message

    @classmethod
    async def open(cls, address: str, key: str, request: FimRequest) -> _Raw:
        from codestral_ls.backends import fim_wire

        host, port = address.removeprefix("http://").split(":")
        body = json.dumps(fim_wire.body(request, "codestral-latest")).encode()
        head = (
            f"POST {fim_wire.PATH} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return cls(*await asyncio.open_connection(host, int(port)), head.encode() + body)

    async def exchange(self) -> tuple[float, float, float]:
        began, spent = time.perf_counter(), time.process_time()
        self._writer.write(self._message)
        await self._reader.readuntil(b"data: ")
        first = time.perf_counter()
        await self._reader.readuntil(b"[DONE]")
        ended = time.perf_counter()
        await self._reader.readuntil(b"\r\n0\r\n\r\n")
        return 1000 * (first - began), 1000 * (ended - began), 1000 * (time.process_time() - spent)

    def close(self) -> None:
        self._writer.close()


@contextmanager
def _standin() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-c", _SERVER, ANSWER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(timeout=10)


# ---- faults ----


def faults(_count: int) -> list[str]:
    """What the user sees: the message, how long a keystroke waited, which requests were repeated."""
    from support.backends.fault_rows import ROWS
    from support.backends.fault_scene import DEADLINE, Played, play

    lines = [
        f"A keystroke's deadline is {DEADLINE:g} s. “Waited” is the longest of all keystrokes, through the SDK / over plain HTTP; "
        "“told after” is the number of failing keystrokes, and all rows tell exactly once.",
        "",
        "| fault | error | the user sees, once | told after | waited (ms) | requests for one keystroke |",
        "|---|---|---|---|---|---|",
    ]
    over = 0
    for row in ROWS:
        played: dict[str, Played] = {}
        for transport in ("sdk", "http"):
            played[transport] = asyncio.run(play(row, transport, row.told + 2, DEADLINE))
        waited = [max(one.waited) for one in played.values()]
        over += sum(wait > DEADLINE + 0.25 for wait in waited)
        sdk, http = played["sdk"], played["http"]
        assert len(sdk.told) == len(http.told) == 1
        requests = " / ".join(str(one.first_requests) for one in (sdk, http))
        told = sdk.told[0].replace("|", "\\|")
        shown = " / ".join(f"{1000 * wait:.0f}" for wait in waited)
        lines.append(f"| {row.name} | {type(sdk.errors[0]).__name__} | {told} | {row.told} | {shown} | {requests} |")
    return [*lines, "", f"{len(ROWS)} faults; keystrokes that waited more than 250 ms beyond their deadline: {over}."]


# ---- parity ----


def parity(count: int) -> list[str]:
    """How many texts agree with the host's own."""
    from support.backends.parity import compare

    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(compare(count or 200, Path(folder)))
    steady = [position for position in found if position.steady]
    same_tokens = [position for position in steady if not position.healed]
    rows = ["| way | the same text as the host asked raw | where the tokens are the same |", "|---|---|---|"]
    for name in found[0].texts:
        same = sum(position.texts[name] == position.raw for position in steady)
        equal = sum(position.texts[name] == position.raw for position in same_tokens)
        asked = steady if name in ("fim_server", "sdk") else same_tokens
        exact = same if name in ("fim_server", "sdk") else equal
        rows.append(f"| {name} | {same} of {len(steady)} | **{exact} of {len(asked)}** |")
    between = sum(position.texts["openai"] == position.texts["llama_server"] for position in found)
    lengths = statistics.mean(len(position.raw) for position in found)
    return [
        f"{len(found)} positions in Python's own library, greedy, 12 tokens ({lengths:.0f} characters on average). The host's own "
        f"two answers were the same at {len(steady)} (the others are near ties that the last bits decide); it healed the prefix's "
        f"end at {len(steady) - len(same_tokens)} of these, where llama-server, which does not, reads other tokens.",
        "",
        *rows,
        "",
        f"/v1/completions and /completion of the one llama-server agree at {between} of {len(found)}.",
        *_near_ties(same_tokens),
    ]


def _near_ties(positions: Sequence[ParityPosition]) -> list[str]:
    parted = [position for position in positions if position.texts["llama_server"] != position.raw]
    gaps = ", ".join("not among its ten best" if position.gap is None else f"{position.gap:.3f}" for position in parted)
    return [f"Where llama-server parts from the host on the same tokens, nats between the two tokens: {gaps or 'nowhere'}."]


def _at(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


if __name__ == "__main__":
    raise SystemExit(main())
