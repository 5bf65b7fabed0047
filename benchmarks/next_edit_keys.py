"""What next edits cost a keystroke: ``python -m benchmarks.next_edit_keys [--keys 400] [--rounds 4]``.

Lines that the fake backend has completed are typed into the real ``serve`` process, as in ``benchmarks.typing_latency``. Servers
with ``edits.enabled`` on and off take turns. A third server gets a request for a next edit before each key, so that the search
runs when the key comes. No client does that: they ask when typing pauses.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.page_sections import machine, write_section
from benchmarks.replaying.record import quantile
from benchmarks.typing_latency import FUNCTION, TimedServer, type_lines
from codestral_ls.lsp.inline_edit import METHOD

LINES = (2_000, 5_000)
OFF, ON, SEARCHING = "off", "on", "on, and a search at each key"


def main() -> None:
    """Measure both and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=400, help="in each round")
    parser.add_argument("--rounds", type=int, default=4)
    arguments = parser.parse_args()
    page = [
        f"`python -m benchmarks.next_edit_keys --keys {arguments.keys} --rounds {arguments.rounds}`; {machine()} Milliseconds from "
        "writing a key's messages to having read its completion; rounds with and without next edits take turns.",
        "",
        "| lines in the file | next edits | keys | p50 | p95 | p99 |",
        "|---|---|---|---|---|---|",
    ]
    for lines in LINES:
        times: dict[str, list[float]] = {OFF: [], ON: [], SEARCHING: []}
        for number in range(arguments.rounds):
            for kind in sorted(times, reverse=bool(number % 2)):
                times[kind] += typed(lines, arguments.keys, kind)
        for kind, found in times.items():
            quantiles = " | ".join(f"{quantile(found, share):.2f}" for share in (0.5, 0.95, 0.99))
            page.append(f"| {lines} | {kind} | {len(found)} | {quantiles} |")
            print(page[-1], flush=True)
    write_section("next_edit.md", "A keystroke beside a search", "\n".join(page))


def typed(lines: int, keys: int, kind: str) -> list[float]:
    """Milliseconds of each key in a new server."""
    functions = [FUNCTION.format(n=n) for n in range(lines // FUNCTION.count("\n"))]
    with tempfile.TemporaryDirectory(prefix="cls") as name:
        truth = Path(name) / "truth.py"
        truth.write_text("".join(functions), encoding="utf-8")
        server = TimedServer(Path(name), truth, {"CODESTRAL_LS_EDITS_ENABLED": "false" if kind == OFF else "true"})
        timed = type_lines(server, functions, keys, _ask_for_an_edit if kind == SEARCHING else None)
        server.end()
    return list(timed.values())


def _ask_for_an_edit(server: TimedServer, where: dict[str, Any]) -> None:
    server.ask(METHOD, where)


if __name__ == "__main__":
    main()
