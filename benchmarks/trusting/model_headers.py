"""The host loads mutated model files: does it die, fall silent, or fail without a sentence?"""

from __future__ import annotations

import os
import random
import re
import selectors
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.trusting.gguf_mutants import mutant
from codestral_ls.errors import ModelError
from codestral_ls.host.gguf_file import read_header
from support.models.random_model import SHAPES, write
from support.repository import ROOT

SECONDS = 120.0
"""Seconds for one file; a file that takes longer counts as silence."""
KEPT = "CODESTRAL_LS_KEEP_MUTANTS"
"""Names a folder in which files that crossed the boundary are kept for inspection."""
_FAULTS = re.compile(r"Traceback \(most recent|Fatal Python|GGML_ASSERT")


@dataclass(slots=True)
class HeaderOutcome:
    """The result: all files, files refused by the check of the header, files refused by llama.cpp, files that ran."""

    files: int = 0
    refused_unread: int = 0
    refused: int = 0
    ran: int = 0
    deaths: int = 0
    silences: int = 0
    faults: Counter[str] = field(default_factory=Counter)


class _Loader:
    """The process that loads files; a new one is started if it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._status: int | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`

    def load(self, path: Path) -> str:
        """The verdict on the file; "" if the process died, "silent" if it did not answer."""
        if self._process is None:
            self._log.seek(0)
            self._log.truncate()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.trusting.mutant_loading"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"} | {"GGML_NO_BACKTRACE": "1"},
                bufsize=0,
            )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{path}\n".encode())
        with selectors.DefaultSelector() as ready:
            ready.register(process.stdout, selectors.EVENT_READ)
            said = process.stdout.readline().decode().strip() if ready.select(SECONDS) else "silent"
        if said in ("", "silent"):
            if said:
                process.kill()
            self._status = process.wait()
            process.stdin.close()
            process.stdout.close()
            self._process = None
        return said

    def ended(self) -> str:
        """How the last process that died ended: its exit status; a negative number is a signal."""
        return f"exit status {self._status}"

    def log(self) -> str:
        """The log since the last call."""
        self._log.seek(0)
        text = self._log.read().decode(errors="replace")
        self._log.seek(0)
        self._log.truncate()
        return text

    def close(self) -> None:
        """End the process."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait(SECONDS)
            if self._process.stdout is not None:
                self._process.stdout.close()
        self._log.close()


def attack(count: int, seed: int) -> HeaderOutcome:
    """Try ``count`` mutants."""
    chance, outcome, loader = random.Random(seed), HeaderOutcome(), _Loader()
    kept = os.environ.get(KEPT)
    with tempfile.TemporaryDirectory() as folder:
        good = [write(Path(folder) / f"{kind}.gguf", SHAPES["tiny"], kind).read_bytes() for kind in ("bpe", "sentencepiece")]
        path = Path(folder) / "mutant.gguf"
        for _ in range(count):
            outcome.files += 1
            broken = mutant(chance, chance.choice(good))
            path.unlink(missing_ok=True)  # the last file may still be mapped
            path.write_bytes(broken)
            try:
                read_header(path)
            except ModelError:
                outcome.refused_unread += 1
                continue
            except Exception as error:
                outcome.faults[f"{type(error).__name__}: {error}"] += 1
                continue
            said = loader.load(path)
            log = loader.log()
            outcome.refused += said == "refused"
            outcome.ran += said == "ran"
            outcome.deaths += said == ""
            outcome.silences += said == "silent"
            found = [line for line in log.splitlines() if _FAULTS.search(line)] + ([said] if said.startswith("odd") else [])
            if said == "" and not found:
                found = [f"died without a word, {loader.ended()}: {log[-300:]}"]
            outcome.faults.update(found[:1])
            if kept and (found or said in ("", "silent")):
                name = f"{seed}-{outcome.files}"
                (Path(kept) / f"{name}.gguf").write_bytes(broken)
                (Path(kept) / f"{name}.log").write_text(f"{said}\n{log}")
        loader.close()
    return outcome
