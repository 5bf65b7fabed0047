"""How long it takes to find a next edit, and how long the search delays the event loop's other messages.

python -m benchmarks.next_edit_time

Each session renames or extends one call after the other in a long file of code, as a user does, and asks after each edit as the
language server does: in a thread, with its time limit. Meanwhile the event loop measures how late a timer of 5 ms fires.
"""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.page_sections import machine, write_section
from codestral_ls.documents.document import Document
from codestral_ls.edits.next_edits import NextEdits
from codestral_ls.edits.time_limit import TimeLimit
from codestral_ls.lsp.inline_edit import SECONDS
from codestral_ls.lsp.server import SWITCH_SECONDS

ROUNDS = 40
URI = "file:///project/file{0}.py"
TICK = 0.005


@dataclass
class Times:
    """Times in milliseconds."""

    searches: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    found: int = 0


def code(count: int, draw: random.Random, uses: int) -> str:
    """A module of about ``count`` lines: functions that call each other with a few names, and ``uses`` calls of one of them."""
    share = count // uses // 8 * 8
    names = ["load", "rows", "path", "total", "value", "table", "reader", "index", "parse", "options"]
    lines: list[str] = []
    while len(lines) < count:
        one, two, three = (draw.choice(names) for _ in range(3))
        number = len(lines)
        lines += [
            f"def {one}_{number}({two}, {three}):",
            f'    """Return the {three} of {two}."""',
            f"    {three} = {one}({two}, {number})",
            f"    if not {three}:",
            f"        raise ValueError({two!r})",
            f"    return {'read_table' if number % share == 0 else 'convert'}({three}, {two}.{one})",
            "",
            "",
        ]
    return "\n".join(lines)


def wide(count: int) -> str:
    """Long lines that are all similar, the most expensive text for the rules."""
    return "\n".join("value = " + " + ".join("load(value)" for _ in range(35)) + f"  # {n}" for n in range(count))


async def session(texts: Sequence[str], old: str, new: str) -> Times:
    """Change ``old`` to ``new`` in one place after the other, and ask for the next edit after each."""
    times = Times()
    documents = [Document(URI.format(number), text, "python") for number, text in enumerate(texts)]
    edits = NextEdits()
    for document in documents:
        edits.opened(document.snapshot(0))
    document = documents[0]
    _ = document.snapshot(0).tree()  # opening a document prepares the first completion, which parses it
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    beating = asyncio.create_task(beat(times, done))
    at = 0
    with ThreadPoolExecutor(max_workers=1) as thread:
        for _ in range(ROUNDS):
            at = document.text.find(old, at + len(new))
            if at < 0:
                break
            document.edit(at, at + len(old), new)
            snapshot = document.snapshot(at)
            _ = snapshot.tree()  # the completion for the same key has parsed it already
            others = [other.snapshot(0) for other in documents[1:]]
            limit = TimeLimit(SECONDS)
            began = time.perf_counter()
            found = await loop.run_in_executor(thread, edits.next, snapshot, others, "balanced", limit.is_over)
            times.searches.append(1000 * (time.perf_counter() - began))
            times.found += found is not None
            await asyncio.sleep(0.005)
    done.set()
    await beating
    return times


async def beat(times: Times, done: asyncio.Event) -> None:
    """Record how late a short timer fires, as long as the session lasts."""
    while not done.is_set():
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        times.late.append(max(0.0, 1000 * (time.perf_counter() - began - TICK)))


def row(name: str, times: Times) -> str:
    """One line of the table."""

    def at(values: Sequence[float], share: int) -> float:
        return statistics.quantiles(values, n=100)[share - 1] if len(values) > 1 else max(values, default=0.0)

    searches, late = times.searches, times.late
    return (
        f"| {name} | {len(searches)} | {times.found} | {statistics.median(searches):.1f} | {at(searches, 95):.1f} | "
        f"{max(searches):.1f} | {at(late, 95):.1f} | {max(late):.1f} |"
    )


def main() -> None:
    """Measure all kinds of sessions."""
    import sys

    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()  # as the server does when it starts
    draw = random.Random(1)
    long, longer = code(5_000, draw, 50), code(20_000, draw, 50)
    many = [code(2_000, draw, 20) for _ in range(20)]
    kinds: list[tuple[str, Sequence[str], str, str]] = [
        ("5,000 lines, an argument is added", [long], "read_table(", "read_table(strict, "),
        ("5,000 lines, a name is changed", [long], "read_table(", "load_table("),
        ("20 open files of 2,000 lines", many, "read_table(", "read_table(strict, "),
        ("20,000 lines, an argument is added", [longer], "read_table(", "read_table(strict, "),
        ("20,000 lines, a name is changed", [longer], "read_table(", "load_table("),
        ("2,000 long lines, all alike", [wide(2_000)], "load(value) +", "read(value) +"),
        ("90 long lines, all alike", [wide(90)], "load(value) +", "read(value) +"),
    ]
    first = asyncio.run(session([code(200, draw, 2)], "read_table(", "read_table(strict, ")).searches[0]
    lines = [
        f"`python -m benchmarks.next_edit_time`; {machine()} Milliseconds from the request to the answer, in a thread with a limit "
        f"of {1000 * SECONDS:.0f} ms of processor time, and how late a timer of 5 ms comes on the event loop meanwhile. "
        f"The first search of the process, in 200 lines, took {first:.1f} ms and is not among them.",
        "",
        "| session | searches | proposed | median | p95 | longest | timer late, p95 | timer late, longest |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, texts, old, new in kinds:
        lines.append(row(name, asyncio.run(session(texts, old, new))))
        print(lines[-1], flush=True)
    write_section("next_edit.md", "Time of a search", "\n".join(lines))


if __name__ == "__main__":
    main()
