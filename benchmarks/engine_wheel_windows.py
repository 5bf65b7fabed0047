"""The engine wheel that we build for Windows, under Wine: does it run on each generation of processors?

python -m benchmarks.engine_wheel_windows

First run ``make test-windows ENGINE=WHEEL``, which puts the wheel into Windows' Python. Each backend is tried alone, as
``benchmarks.engine_wheel`` does on this system, and the rows are a section of the same page. Wine starts programs slowly; the
model's own times are those of the machine.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.engine_wheel import BACKENDS, PACKAGE, RESULTS
from benchmarks.page_sections import machine, write_section
from support.windows.set_up import CACHE, Windows, windows

SECONDS = 120
SITE = CACHE / "python" / "site" / PACKAGE


def alone(python: Windows, backend: str) -> str:
    """The row of one backend, with all others moved aside."""
    with tempfile.TemporaryDirectory() as name:
        aside = Path(name)
        try:
            for library in SITE.glob("ggml-cpu-*.dll"):
                if library.stem != f"ggml-cpu-{backend}":
                    shutil.move(library, aside / library.name)
            command = [*python.python, "-m", "benchmarks.engine_wheel", "--one"]
            done = subprocess.run(
                command, env=python.environment, input="", capture_output=True, text=True, timeout=SECONDS, check=False
            )
        finally:
            for library in aside.glob("*.dll"):
                shutil.move(library, SITE / library.name)
    if done.returncode:
        return f"| {backend} | does not run |  |  |"
    found = json.loads(done.stdout)
    return f"| {backend} | {found['read']:.1f} | {found['write']:.2f} | {' '.join(map(str, found['tokens'][:16]))} |"


def main() -> None:
    """Try every backend, and write the section."""
    python = windows()
    origin = json.loads((SITE / "engine.json").read_text(encoding="utf-8"))
    lines = [
        f"`python -m benchmarks.engine_wheel_windows`: {origin['source']}. {machine()} Windows' Python 3.13 under Wine, "
        "embedded model, each backend alone.",
        "",
        "| backend alone | 500 tokens read, ms | a token written, ms | first 16 tokens |",
        "|---|---|---|---|",
    ]
    for backend in BACKENDS:
        lines.append(alone(python, backend))
        print(lines[-1], flush=True)
    write_section(RESULTS.name, "The wheel for Windows, under Wine", "\n".join(lines))


if __name__ == "__main__":
    main()
