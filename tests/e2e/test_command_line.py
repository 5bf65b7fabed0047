"""The command as a user runs it: real processes, a real model host, llama.cpp with a random-weight model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.models.random_model import SHAPES, write
from support.waiting import wait_until

SOURCE = "".join(f"def area_{n}(radius):\n    return {n} * radius\n\n\n" for n in range(30)) + "print(area_1(2))\n"
AT = "62:12"
"""Right after the ``return`` of a function in the middle, with so much text around it that a second evaluation shows in the time.
"""


@pytest.fixture(scope="module")
def machine() -> Iterator[Path]:
    """A private machine: private folders with short paths, a configuration file, a model, a source file."""
    # The host that a command started may still write while it ends.
    with tempfile.TemporaryDirectory(prefix="cls-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        model = write(folder / "m.gguf", SHAPES["tiny"], "sentencepiece")
        (folder / "etc/codestral-ls").mkdir(parents=True)
        (folder / "etc/codestral-ls/config.toml").write_text(
            f'[local]\nmodel = "{model}"\nidle_exit_seconds = 10\nself_test = "off"\n'
        )
        (folder / "area.py").write_text(SOURCE)
        yield folder
        # The host exits when it has been idle; its folder must not be removed before.
        wait_until(lambda: not list(folder.glob("run/codestral-ls/*.sock")), "the host's end")


def run(machine: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    folders = {"CONFIG_HOME": "etc", "CACHE_HOME": "cache", "STATE_HOME": "state", "RUNTIME_DIR": "run"}
    env = {name: value for name, value in os.environ.items() if not name.startswith(("CODESTRAL", "XDG_"))}
    env |= {f"XDG_{name}": str(machine / folder) for name, folder in folders.items()} | {"COLUMNS": "300"}
    command = [sys.executable, "-m", "codestral_ls", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=machine, timeout=90)
    assert "Traceback" not in done.stderr
    assert done.returncode == code, done.stderr
    return done


def complete(machine: Path, *more: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run(machine, "complete", f"area.py:{AT}", "--json", *more).stdout)
    return answer


def test_the_first_command_starts_the_host_and_the_next_ones_use_it(machine: Path) -> None:
    def hosts() -> set[Path]:
        return set((machine / "run/codestral-ls").glob("*.sock"))

    first = complete(machine)
    started = hosts()
    second = complete(machine)
    assert started
    assert hosts() == started
    assert first["backend"] == second["backend"] == "local"
    assert first["model"] == second["model"] != "embedded"
    assert first["text"] == second["text"]
    assert first["tokens"]["generated"] > 0
    assert first["tokens"]["evaluated"] > first["tokens"]["reused"]
    assert second["tokens"]["reused"] > 10 * second["tokens"]["evaluated"]
    assert second["source"] == "hot"
    plain = run(machine, "complete", f"area.py:{AT}")
    assert plain.stdout == (first["text"] + "\n" if first["items"] else "")
    assert (machine / "area.py").read_text() == SOURCE


def test_the_doctor_finds_the_host_and_measures_it(machine: Path) -> None:
    report = json.loads(run(machine, "doctor", "--json").stdout)
    by_name = {finding["name"]: finding for finding in report["findings"]}
    assert report["healthy"]
    assert by_name["local"]["facts"]["first_token_ms"] > 0
    assert by_name["llama.cpp"]["facts"]["gpu_offload"] in (True, False)
    assert by_name["files"]["facts"]["files"] == [str(machine / "etc/codestral-ls/config.toml")]


BAD_MODELS = [
    ("missing.gguf", None, "There is no model file at"),
    ("text.gguf", b"not a model at all", "text.gguf"),
    ("cut.gguf", 2000, "cut off or corrupt"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), BAD_MODELS, ids=[row[0] for row in BAD_MODELS])
def test_a_bad_model_is_a_sentence(machine: Path, name: str, content: bytes | int | None, sentence: str) -> None:
    path = machine / name
    if content is not None:
        path.write_bytes((machine / "m.gguf").read_bytes()[:content] if isinstance(content, int) else content)
    done = run(machine, "complete", f"area.py:{AT}", "--set", f"local.model={path}", code=1)
    assert done.stdout == ""
    assert sentence in done.stderr
    report = json.loads(run(machine, "doctor", "--json", "--set", f"local.model={path}", code=1).stdout)
    assert any(sentence in advice for advice in report["next"])
