"""Hostile and careless code in every kind of fence on this machine, and without a fence: what it reached outside.

python -m benchmarks.fence

Whether it reads, writes, starts, sends or leaves something running is checked from outside (``support/fence_attacks.py``). The
last column is the control: what the same code reaches without a fence, if that does no harm to the machine.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.page_sections import machine, write_section
from codestral_ls.fence.errand import Errand, FenceLimits
from codestral_ls.fence.kinds import ALL, why_not
from codestral_ls.fence.pack import packed
from codestral_ls.fence.run_errand import Kind, run_fenced
from support.fence_attacks import ATTACKS, VARIABLE, FenceAttack, attack, world

_LIMITS = FenceLimits(seconds=10.0)
_RUNS = 15


def cell(kind: Kind, one: FenceAttack) -> tuple[str, bool]:
    """The result of one attack, in words, and whether the fence held."""
    with tempfile.TemporaryDirectory() as folder, world(Path(folder) / "w") as there:
        ended, reached = attack(kind, one, there, _LIMITS)
        for path in Path("/dev/shm").glob(f"*{there.mark.replace('.', '')}*"):
            path.unlink()
    if reached:
        return reached[0].partition(":")[0], False
    if ended.cause:
        return f"ended: {ended.cause}", True
    return ("nothing reached" if ended.code == 0 else "refused"), True


def start_seconds(kind: Kind) -> float:
    """The median time of a command that does nothing, in a project with one file."""
    with tempfile.TemporaryDirectory() as folder, packed(Path(folder)) as copy:
        times = []
        for _ in range(_RUNS):
            began = time.perf_counter()
            run_fenced(kind, Errand(("true",), Path(folder)), copy)
            times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    """Run all attacks, print the table and write it to the results."""
    os.environ[VARIABLE] = "x"
    kinds = [kind for kind in ALL if not why_not(kind)]
    rows, held = [], dict.fromkeys(kinds, 0)
    for number, one in enumerate(ATTACKS, 1):
        words = []
        for kind in kinds:
            said, good = cell(kind, one)
            held[kind] += good
            words.append(said if good else f"**{said}**")
        safe = not one.needs_no_fence and not one.name.startswith("asks the kernel")
        control = cell("none", one)[0] if safe else "not tried"
        rows.append(f"| {number} | {one.name} | {' | '.join(words)} | {control} |")
        print(rows[-1], flush=True)
    starts = ", ".join(f"{kind} {1000 * start_seconds(kind):.0f} ms" for kind in kinds)
    left_out = [f"{kind}: {why_not(kind)}" for kind in ALL if kind not in kinds]
    text = [
        machine(),
        "",
        f"`python -m benchmarks.fence`: limits for the whole run of {_LIMITS.seconds:.0f} s, {_LIMITS.megabytes} MB of memory, "
        f"{_LIMITS.disk_megabytes} MB of disk, {_LIMITS.processes} processes. "
        + ", ".join(f"{kind} held in {count} of {len(ATTACKS)}" for kind, count in held.items())
        + f". A run that does nothing takes (median of {_RUNS}) {starts}."
        + (f" Not here: {'; '.join(left_out)}." if left_out else ""),
        "",
        f"| | a generated test that | {' | '.join(kinds)} | without a fence |",
        f"| --- | --- |{' --- |' * (len(kinds) + 1)}",
        *rows,
    ]
    write_section("generate.md", "The fence", "\n".join(text))


if __name__ == "__main__":
    main()
