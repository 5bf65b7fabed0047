"""A process that loads model files as the host does and completes with them: it reads one path per line and prints one word.

``refused`` (with a sentence), ``ran`` (it wrote something), or nothing, because native code ended the process.
"""

from __future__ import annotations

import logging
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Literal

from codestral_ls.config.sections import LocalOptions
from codestral_ls.host.answer_run import Output
from codestral_ls.host.model_supervisor import ModelSupervisor
from codestral_ls.host.ordering import Manner, prepare
from codestral_ls.host.wire import FimCall
from codestral_ls.system.core_dumps import forbid_core_dumps

MEMORY = 6 << 30
"""Bytes of address space: a mutant that needs more gets no memory, as on a small machine."""
SECONDS = 60.0
PROMPT = "def add(first, second):\n    return "


def outcome(path: Path, number: int) -> str:
    """The result for one file."""
    flash: Literal["auto", "on", "off"] = "auto" if number % 10 == 0 else "off" if number % 2 else "on"
    options = LocalOptions(
        model=str(path), self_test="off", context_tokens=512, slots=2, gpu_layers=0, threads=1, flash_attention=flash
    )
    keeper = ModelSupervisor(path, options)
    keeper.start()
    while keeper.phase == "loading":
        time.sleep(0.001)
    loaded = keeper.loaded
    if loaded is None:
        return "refused" if keeper.refusal else "odd: refused without a word"
    done = threading.Event()
    errors: list[str] = []

    def deliver(output: Output) -> None:
        if output.finish is not None:
            if output.finish == "error":
                errors.append(output.error)
            done.set()

    call = FimCall(model="m", prompt=PROMPT, suffix="\n\nprint(add(1, 2))\n", max_tokens=6)
    loaded.engine.submit(prepare(loaded, call, Manner(), collect=True), deliver)
    answered = done.wait(SECONDS)
    if not keeper.stop(SECONDS) or not answered:
        return "silent"
    return "odd: an error without a word" if errors and not errors[0].strip() else "ran"


def main() -> None:
    """Load one file after the other until standard input ends."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    forbid_core_dumps()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for number, line in enumerate(sys.stdin):
        print(outcome(Path(line.strip()), number), flush=True)


if __name__ == "__main__":
    main()
