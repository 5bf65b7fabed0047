"""The engine wheel of our own recipe: does it run on each generation of processors, and how fast is it?

    python -m benchmarks.engine_wheel WHEEL [--native FOLDER] [--rounds 4] [--output FILE]
``WHEEL`` is what ``python -m support.release.engine_build linux-x64`` made. Each backend that runs on this processor is tried
alone, as if the processor had no more than that, in a process of its own: the embedded model reads 500 tokens and writes 64.
``--native`` is the folder of a libllama that was compiled on this machine for it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.replaying.report import machine
from codestral_ls.config.host_address import EMBEDDED
from codestral_ls.config.sections import LocalOptions
from codestral_ls.host.model_loading import open_model
from codestral_ls.host.model_session import TokenBatch
from codestral_ls.host.sampling import pick

RESULTS = Path(__file__).parent / "results" / "engine_wheel.md"
PACKAGE = "codestral_ls_engine"
BACKENDS = ("zen4", "skylakex", "haswell", "sse42", "x64")
"""From the newest processors to every x86-64: all of AVX-512, its base, AVX2, SSE 4.2, and only SSE2."""
READ, WRITTEN, THREADS = 500, 64, 2


def one(rounds: int) -> dict[str, object]:
    """Milliseconds to read a prompt and for each token after it (medians of ``rounds``), and the tokens that were written."""
    options = LocalOptions(context_tokens=1024, slots=1, gpu_layers=0, threads=THREADS, batch_tokens=512)
    model = open_model(EMBEDDED, options, lambda _progress: None)
    prompt = [300 + place * 7919 % 7000 for place in range(READ)]
    reading, writing, tokens = [], [], list[int]()
    try:
        for _ in range(rounds):
            model.session.cut(0, 0)
            batch = TokenBatch(512)
            row, tokens = batch.add(prompt, 0, 0, 1) + READ - 1, []
            began = time.perf_counter()
            model.session.decode(batch)
            reading.append(time.perf_counter() - began)
            began = time.perf_counter()
            for place in range(READ, READ + WRITTEN):
                tokens.append(pick(model.session.logits(row)).token)
                batch.clear()
                row = batch.add(tokens[-1:], place, 0, 1)
                model.session.decode(batch)
            writing.append((time.perf_counter() - began) / WRITTEN)
    finally:
        model.close()
    return {"read": 1000 * statistics.median(reading), "write": 1000 * statistics.median(writing), "tokens": tokens}


def measured(environment: Mapping[str, str]) -> dict[str, object] | None:
    """The result of ``one`` in a process with ``environment``; None if the backend does not run on this processor."""
    command = [sys.executable, "-m", "benchmarks.engine_wheel", "--one"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False, timeout=300)
    if done.returncode:
        print(done.stderr.strip().rsplit("\n", 1)[-1], file=sys.stderr)
        return None
    found: dict[str, object] = json.loads(done.stdout)
    return found


def arms(wheel: Path, native: Path | None, folder: Path) -> dict[str, dict[str, str]]:
    """The environment of each arm, by its name; ``folder`` gets a copy of the package for each backend."""
    found = {}
    for backend in BACKENDS:
        place = folder / backend
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(place)
        for library in (place / PACKAGE).glob("libggml-cpu-*.so"):
            if library.stem != f"libggml-cpu-{backend}":
                library.unlink()
        found[backend] = {"PYTHONPATH": os.pathsep.join(filter(None, [str(place), os.environ.get("PYTHONPATH")]))}
    if native is not None:
        found["compiled on this machine for it"] = {"LLAMA_CPP_LIB_PATH": str(native)}
    return found


def page(rows: Mapping[str, list[dict[str, object]]]) -> str:
    """Markdown: the medians of the rounds, and the ratio to the last arm if that is the native build."""
    native = rows.get("compiled on this machine for it")
    first = next(iter(rows.values()))[0]["tokens"]
    lines = ["| backend alone | 500 tokens read, ms | a token written, ms | speed against the native build | first 16 tokens |"]
    lines.append("|---|---|---|---|---|")
    for name, results in rows.items():
        read, write = (statistics.median(float(str(result[key])) for result in results) for key in ("read", "write"))
        ratio = ""
        if native and results is not native:
            pairs = list(zip(native, results, strict=True))
            ratio = " and ".join(
                f"{statistics.median(float(str(theirs[key])) / float(str(ours[key])) for theirs, ours in pairs):.2f}"
                for key in ("read", "write")
            )
        tokens = results[0]["tokens"]
        same = "the same" if isinstance(tokens, list) and isinstance(first, list) and tokens[:16] == first[:16] else "others"
        lines.append(f"| {name} | {read:.1f} | {write:.2f} | {ratio} | {same} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, nargs="?")
    parser.add_argument("--native", type=Path)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--output", type=Path, default=RESULTS)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one or given.wheel is None:
        sys.stdout.write(json.dumps(one(5)))
        return
    rows: dict[str, list[dict[str, object]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        places = arms(given.wheel, given.native, Path(folder))
        for _ in range(given.rounds):
            for name, environment in places.items():
                if (result := measured(environment)) is not None:
                    rows.setdefault(name, []).append(result)
    head = (
        f"# The engine wheel of our recipe\n\n`python -m benchmarks.engine_wheel {given.wheel.name} --rounds {given.rounds}`, "
        f"{given.wheel.stat().st_size / 1e6:.1f} MB. Machine: {machine()}. Embedded model, {THREADS} threads; each backend alone, "
        "medians of rounds in turn, ratios of neighbours. A ratio above 1: the wheel is the faster.\n\n"
    )
    if not rows:
        raise SystemExit("No backend of the wheel runs here.")
    _, *sections = given.output.read_text(encoding="utf-8").partition("\n## ") if given.output.exists() else ("",)
    given.output.write_text(head + page(rows) + "".join(sections), encoding="utf-8")
    print(page(rows))


if __name__ == "__main__":
    main()
