"""What keys in quick succession cost: ``python -m benchmarks.bursts [--gaps 3 10 33 100] [--rounds 3]``.

A held key repeats every 33 ms, a fast typist's keys come 60 to 100 ms apart, a macro's 3 ms. Types the same lines into the real
server with the embedded model, in turns with the server's default debounce and with the earlier one of 15 ms for every key.
Counts the requests that reached the model and the processor time of all our processes. Writes a section of
benchmarks/results/editors.md.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.editors import TEXT, TYPED
from benchmarks.page_sections import machine, write_section
from benchmarks.replaying.editor import ReplayServer

HEADING = "Bursts of keys"
WAITS = {"by default": "-1", "after 15 ms": "15"}
REST_SECONDS = 1.0
"""Seconds of waiting after the last answer, so that generations that still run are counted as well."""


@dataclass(frozen=True, slots=True)
class Burst:
    """Keys, requests that reached the model, seconds of processor time, and milliseconds from the last key to its answer."""

    keys: int
    requests: int
    seconds: float
    answer_ms: float


def processor_seconds(folder: Path) -> float:
    """Processor time of all processes whose environment names the folder: the server, its worker and the model host."""
    total = 0.0
    for process in psutil.process_iter():
        try:
            if str(folder) in process.environ().values():
                times = process.cpu_times()
                total += times.user + times.system
        except psutil.Error:
            continue
    return total


async def burst(wait: str, gap: float) -> Burst:
    """Type everything with ``gap`` seconds between two keys."""
    folder = Path(tempfile.mkdtemp(prefix="cb-"))
    settings = {
        "CODESTRAL_LS_COMPLETION_DEBOUNCE_MS": wait,
        "CODESTRAL_LS_COMPLETION_PREWARM": "false",
        "CODESTRAL_LS_LOCAL_IDLE_EXIT_SECONDS": "10",  # the next burst gets a new host
    }
    server = await ReplayServer.start(folder, settings)
    loop = asyncio.get_running_loop()
    try:
        await server.until_ready(60)
        document = {"uri": "file:///w/burst.py"}
        opened = {"uri": document["uri"], "languageId": "python", "version": 0, "text": TEXT}
        server.notify("textDocument/didOpen", {"textDocument": opened})
        line, character = TEXT.count("\n"), 0
        # The first answer evaluates the whole prompt, which does not belong to the burst.
        await server.request("textDocument/inlineCompletion", _question(document, line, character))
        await asyncio.sleep(REST_SECONDS)
        before, logged = processor_seconds(folder), len(server.log)
        number, future, pressed = 0, None, 0.0
        for version, key in enumerate(TYPED, 1):
            if number:
                server.notify("$/cancelRequest", {"id": number})
            place = {"line": line, "character": character}
            edit = {"range": {"start": place, "end": place}, "text": key}
            changed = {"uri": document["uri"], "version": version}
            server.notify("textDocument/didChange", {"textDocument": changed, "contentChanges": [edit]})
            line, character = (line + 1, 0) if key == "\n" else (line, character + 1)
            pressed = loop.time()
            number, future = server.ask("textDocument/inlineCompletion", _question(document, line, character))
            await asyncio.sleep(gap)
        assert future is not None
        answered, _ = await asyncio.wait_for(future, 30)
        await asyncio.sleep(REST_SECONDS)
        seconds = processor_seconds(folder) - before
        requests = sum("wrote interactive" in each for each in server.log[logged:])
        return Burst(len(TYPED), requests, seconds, (answered - pressed) * 1000)
    finally:
        await server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _question(document: dict[str, str], line: int, character: int) -> dict[str, object]:
    return {"textDocument": document, "position": {"line": line, "character": character}, "context": {"triggerKind": 2}}


def report(measured: dict[tuple[float, str], list[Burst]]) -> str:
    """The section of the page."""
    rows = []
    for (gap, wait), bursts in measured.items():
        requests, seconds, answer = (
            statistics.median(values)
            for values in zip(*((each.requests, each.seconds, each.answer_ms) for each in bursts), strict=True)
        )
        rows.append(f"| {gap:g} | {wait} | {requests:.0f} of {bursts[0].keys} | {seconds:.2f} | {answer:.0f} |")
    rounds = len(next(iter(measured.values())))
    return (
        f"`python -m benchmarks.bursts`; {machine()} The embedded model; medians of {rounds}. A new key cancels the request before "
        "it; processor time is that of all our processes, from the first key until a second after the last answer.\n\n"
        "| ms between keys | the model is asked | requests that reached it | processor time, s | last key to its answer, ms |\n"
        "|---|---|---|---|---|\n" + "\n".join(rows)
    )  # fmt: skip


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gaps", type=float, nargs="+", default=[3.0, 10.0, 33.0, 100.0], help="milliseconds between two keys")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="print only")
    arguments = parser.parse_args()
    measured: dict[tuple[float, str], list[Burst]] = {(gap, wait): [] for gap in arguments.gaps for wait in WAITS}
    for _ in range(arguments.rounds):
        for (gap, wait), bursts in measured.items():
            bursts.append(asyncio.run(burst(WAITS[wait], gap / 1000)))
    text = report(measured)
    print(text)
    if not arguments.dry:
        write_section("editors.md", HEADING, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
