"""An editor saves a file at the moment when a batch replaces it: how many saves are lost?

python -m benchmarks.saves [--saves 20000]

A separate process plays the editor. It waits for a signal, then a random time of up to 1.2 ms (while the batch compares and
replaces), and saves: alternately in place, as Vim's ``backupcopy=yes`` and VS Code do, and by a rename. The batch's text is made
from the earlier text, so in the end the file must always contain the editor's text. "Before" is how batches used to replace
files: compare, then rename.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.page_sections import machine, write_section
from codestral_ls.generate.editing.replacing import replace_if_unchanged
from codestral_ls.generate.editing.source import FileLeftAlone, SourceFile, digest_of, read_source

_WITHIN = 1.2e-3
_OLD, _NEW = b"old\n" * 500, b"new\n" * 600


def _editor(path: Path, go: int, done: int) -> None:
    """Save each time a byte arrives, and report when that is done."""
    chance = random.Random(7)
    beside = path.with_name("editor.tmp")
    while word := os.read(go, 1):
        end = time.perf_counter() + chance.uniform(0.0, _WITHIN)
        while time.perf_counter() < end:
            pass
        if word == b"p":
            path.write_bytes(b"saved\n" * 550)
        else:
            beside.write_bytes(b"saved\n" * 550)
            beside.replace(path)
        os.write(done, b"x")


def _by_compare_and_rename(source: SourceFile, data: bytes) -> None:
    beside = source.path.with_name("batch.tmp")
    beside.write_bytes(data)
    if digest_of(source.path.read_bytes()) != source.digest:
        beside.unlink()
        raise FileLeftAlone("it changed")
    beside.replace(source.path)


def measure(saves: int, replace: Callable[[SourceFile, bytes], None]) -> dict[str, list[int]]:
    """For each way of saving: how often the batch left the file alone, how often the save came last, and how often it was lost."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if sys.platform == "linux" else None) as folder:
        path = Path(folder) / "a.txt"
        (go_out, go_in), (done_out, done_in) = os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            os.close(go_in)
            _editor(path, go_out, done_in)
            os._exit(0)
        os.close(go_out)
        counts = {"in place": [0, 0, 0], "by rename": [0, 0, 0]}
        for number in range(saves):
            path.write_bytes(_OLD)
            source = read_source(path)
            way = "in place" if number % 2 else "by rename"
            os.write(go_in, b"p" if number % 2 else b"r")
            try:
                replace(source, _NEW)
                alone = False
            except FileLeftAlone:
                alone = True
            os.read(done_out, 1)
            kept = path.read_bytes().startswith(b"saved")
            counts[way][0 if kept and alone else 1 if kept else 2] += 1
        os.close(go_in)
        os.waitpid(child, 0)
    return counts


def main() -> None:
    """Measure both ways, print the table and write it to the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saves", type=int, default=20_000)
    saves = parser.parse_args().saves
    os.fsync = lambda _: None  # type: ignore[assignment]  # the disk's speed would only spread the moments
    rows = []
    for name, replace in (("before: compare, then rename", _by_compare_and_rename), ("exchange of names", replace_if_unchanged)):
        began = time.perf_counter()
        counts = measure(saves, replace)
        seconds = time.perf_counter() - began
        for way, (alone, last, lost) in counts.items():
            rows.append(f"| {name} | {way} | {sum((alone, last, lost)):,} | {alone:,} | {last:,} | **{lost:,}** |")
        print(f"{name}: {counts} in {seconds:.0f} s", flush=True)
    text = [
        machine(),
        "",
        f"`python -m benchmarks.saves --saves {saves}`: another process saves within 1.2 ms of the batch's replacing.",
        "",
        "| the batch replaces by | the editor saves | saves | file left alone | the save came last | save lost |",
        "| --- | --- | --- | --- | --- | --- |",
        *rows,
    ]
    write_section("generate.md", "Saves in the same moment", "\n".join(text))


if __name__ == "__main__":
    main()
