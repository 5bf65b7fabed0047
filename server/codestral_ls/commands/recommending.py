"""``codestral-ls models recommend``: this machine's figures, each model's expected time per key, and one to pull."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from codestral_ls.backends.running_servers import FoundServer, neighbours
from codestral_ls.host.ladder import STEPS_MS, TYPED, WRITTEN, MachineFigures, RungFit, advised, climb


def recommend(arguments: argparse.Namespace) -> int:
    """Measure, rank, show, and offer to pull. Raises: ModelError if llama.cpp is not installed."""
    from codestral_ls.host.machine import measure

    machine = measure()
    places = climb(machine)
    found = asyncio.run(neighbours())
    best = advised(places)
    if arguments.json:
        document = {"machine": asdict(machine), "neighbours": [asdict(one) for one in found], "advised": best.rung.name}
        document["ladder"] = [asdict(place) | {"within_ms": place.step} for place in places]
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return 0
    print(in_words(machine, places, found))
    return _offer(best) if best.rung.pull and sys.stdin is not None and sys.stdin.isatty() else 0


def in_words(machine: MachineFigures, places: Sequence[RungFit], found: Sequence[FoundServer] = ()) -> str:
    """The whole answer as text. Pure."""
    lines = [_machine(machine), ""]
    rows = [("model", "size", "licence", "runs on", "a key", "within", "")]
    for place in places:
        step = f"{place.step:.0f} ms" if place.step is not None else "" if place.ms is None else f"over {STEPS_MS[-1]:.0f} ms"
        size = f"{place.rung.size_bytes / 1e9:.2f} GB" if place.rung.size_bytes else ""
        ms = "" if place.ms is None else f"{place.ms:.0f} ms"
        rows.append((place.rung.label, size, place.rung.licence, place.device, ms, step, place.note))
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines += [
        "",
        f"A key: the milliseconds from a key to its completion ({TYPED} tokens read, {WRITTEN} written), computed from the figures"
        " above and not tried.",
        "A new place takes longer. The order is from the weakest to the strongest, by published figures if there are any.",
    ]
    for one in found:
        lines.append(f"Already running here: {one.program} at {one.address} with {one.model}; use it: {', '.join(one.settings)}")
    lines += _advice(places)
    return "\n".join(lines)


def _advice(places: Sequence[RungFit]) -> list[str]:
    best = advised(places)
    if not best.rung.pull:
        return [
            f"Advice: stay with the embedded model: no larger one with a free licence answers within {STEPS_MS[-1]:.0f} ms here."
        ]
    why = f"the strongest with a free licence that answers a key within {best.step or 0:.0f} ms here"
    lines = [f"Advice: {best.rung.label}, {why}."]
    embedded = places[0].ms
    if best.ms is not None and embedded is not None and best.ms > STEPS_MS[0] >= embedded:
        lines.append(f"If {best.ms:.0f} ms are too slow for you, stay with the embedded model ({embedded:.0f} ms).")
    return [*lines, f'Pull it: {best.rung.pull}, then set local.model = "{best.rung.name}".']


def _machine(machine: MachineFigures) -> str:
    text = f"{machine.memory / 1e9:.0f} GB of memory ({machine.free / 1e9:.1f} free), {machine.bandwidth / 1e9:.0f} GB/s, "
    text += f"{machine.operations / 1e9:.0f} billion operations a second"
    if machine.token_ms:
        text += f", {machine.token_ms:.1f} ms for a token of the embedded model"
    if machine.gpu:
        text += f"; {machine.gpu} with {machine.gpu_free / 1e9:.0f} GB free, {machine.gpu_bandwidth / 1e9:.0f} GB/s"
    return f"{text} ({machine.told})" if machine.told else text


def _offer(best: RungFit) -> int:
    """One key: Enter pulls the recommended model, any other key does not."""
    print(
        f"Press Enter to pull {best.rung.label} ({best.rung.size_bytes / 1e9:.2f} GB), any other key and Enter not to: ",
        end="",
        flush=True,
    )
    if sys.stdin.readline() not in ("\n", "\r\n"):
        return 0
    from codestral_ls.host import catalogue
    from codestral_ls.host.fetch import fetch

    path = fetch(catalogue.find(best.rung.name), lambda sentence: print(sentence, file=sys.stderr))
    print(path)
    print(f'Use it: set local.model = "{best.rung.name}".', file=sys.stderr)
    return 0
