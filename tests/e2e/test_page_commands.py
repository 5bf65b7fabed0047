"""The commands of the pages, run as a reader would run them; their output is compared with the transcripts on the page."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.fence.kinds import find_fence
from support import pages
from support.generate.batch_api import KEY, BatchApi
from support.repository import ROOT
from support.waiting import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the pages' commands are those of a POSIX shell"),
]

NOT_RUN = {
    "local install": "fetches llama.cpp; tests/unit/commands and the set-up of a checkout try it",
    "models pull": "fetches 13 GB",
    "eval --compare": "fetches a model",
    "eval block_completion.jsonl.gz": "needs the reader's file; tests/unit/evaluation reads files of that form",
    "eval humaneval-single-line": "fetches a data set; the benchmark for infilling runs it",
    "generate docstrings src": "asks a server whose address is the reader's",
    "--engine ray": "starts a cluster; tests/generate/test_ray.py runs it",
}
"""Parts of commands that this test leaves out, and why."""
SHORTER = {"eval": ["--holes", "2"]}
"""Arguments that make a command quick."""
FILLED = {"FILE:LINE:COLUMN": "shapes/shapes.py:11:16", "FILE": "text.py", "PATH": "shapes", "127.0.0.1:8012": "127.0.0.1:0"}
"""Values for a page's placeholders, and an address that is free."""
SHAPES = """\
import math


class Circle:
    def __init__(self, radius: float) -> None:
        if radius < 0:
            raise ValueError("negative radius")
        self.radius = radius

    def area(self) -> float:
        return math.pi * self.radius**2


def total_area(circles: list[Circle], scale: float = 1.0) -> float:
    return scale * sum(circle.area() for circle in circles)
"""
"""The project in docs/generate.md."""
DOCSTRINGS = {
    "__init__": "Make a circle.\n\nArgs:\n    radius: Distance from the middle to the edge.\n    colour: Colour of the line.\n\n"
    "Raises:\n    ValueError: If the radius is negative.\n",
    "area": "Return the area.\n\nReturns:\n    The area in square units.\n",
    "total_area": "Add up areas.\n\nArgs:\n    circles: Shapes to add.\n    scale: Factor of the sum.\n\nReturns:\n    The sum.\n",
}
TESTS = {
    "circle_area": "_of_unit_circle():\n    assert Circle(1.0).area() == pytest.approx(3.14159, abs=1e-4)\n\n\n"
    "def test_circle_area_is_four():\n    assert Circle(1.0).area() == 4\n",
    "total_area": "_scales():\n    assert total_area([Circle(1.0)], scale=2.0) == pytest.approx(6.28318, abs=1e-4)\n\n\n"
    "def test_total_area_exists():\n    assert total_area is not None\n",
}


def own_commands(language: str) -> list[str]:
    """Our program's commands in the pages' blocks of a language, each once, in the order of the pages."""
    found = [
        shlex.join(words)
        for page in pages.pages()
        for block in pages.blocks(page.read_text("utf-8"))
        if block.language == language
        for _, words in pages.commands(block)
        if words[0] == "codestral-ls"
    ]
    return list(dict.fromkeys(found))


def reason_not_to_run(command: str) -> str | None:
    return next((reason for words, reason in NOT_RUN.items() if words in command), None)


@pytest.fixture(scope="module")
def machine() -> Iterator[Path]:
    """Private folders with short paths, and a committed project: the page's project and a larger file."""
    with tempfile.TemporaryDirectory(prefix="cls-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "shapes").mkdir()
        (folder / "shapes/shapes.py").write_text(SHAPES)
        shutil.copy(ROOT / "server/codestral_ls/documents/text.py", folder)
        git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"]
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
            subprocess.run([*git, *words], cwd=folder, check=True)
        yield folder
        # The host exits when it has been idle; its folder must not be removed before.
        wait_until(lambda: not list(folder.glob("run/codestral-ls/*.sock")), "the host's end")


def environment(folder: Path, **more: str) -> dict[str, str]:
    names = {"CONFIG_HOME": "etc", "CACHE_HOME": "cache", "STATE_HOME": "state", "RUNTIME_DIR": "run"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CODESTRAL", "XDG_", "MISTRAL"))}
    own = {f"XDG_{name}": str(folder / place) for name, place in names.items()}
    return {**kept, **own, "HOME": str(folder), "COLUMNS": "200", "CODESTRAL_LS_LOCAL_IDLE_EXIT_SECONDS": "3", **more}


@pytest.mark.parametrize("command", [one for one in own_commands("sh") if reason_not_to_run(one) is None])
def test_a_command_does_what_the_page_says(machine: Path, command: str) -> None:
    if find_spec("llama_cpp") is None:  # not imported: the library may be the prebuilt one, which the host finds
        pytest.skip("needs llama.cpp")
    words = [FILLED.get(word, word) for word in shlex.split(command)[1:]] + SHORTER.get(command.partition(" ")[2], [])
    line = [sys.executable, "-m", "codestral_ls", *words]
    if words[0] == "host":
        with subprocess.Popen(line, env=environment(machine), cwd=machine, stdout=subprocess.PIPE, text=True) as host:
            assert host.stdout is not None
            said = host.stdout.readline()
            host.terminate()
        assert "serving on http://127.0.0.1:" in said, said
        return
    done = subprocess.run(line, env=environment(machine), cwd=machine, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.strip() + done.stderr.strip()


def answer(body: dict[str, Any]) -> str:
    """What the page's model answers to a request."""
    prompt = body["prompt"]
    test = re.search(r"def test_(\w+)$", prompt)
    if test is not None:
        return TESTS[test[1]]
    defined = re.search(r'def (\w+)\([^"]*"""$', prompt)
    return DOCSTRINGS[defined[1]] if defined is not None else "A circle with a radius.\n"


def is_shown(line: str, printed: str) -> bool:
    """True if the program printed a line of the page; the width of tables, times and amounts may differ."""
    if line.startswith(("│ tokens", "│ cost", "…")) or not re.search(r"\w", line):
        return True
    plain = " ".join(re.sub(r"[│┃]", " ", line.partition("   (exit code")[0]).split())
    return plain in " ".join(re.sub(r"[│┃]", " ", printed).split())


def transcripts() -> list[pages.CodeBlock]:
    text = (ROOT / "docs/generate.md").read_text("utf-8")
    blocks = [block for block in pages.blocks(text) if block.language == "console"]
    return [block for block in blocks if "$ codestral-ls" in block.text and reason_not_to_run(block.text) is None]


async def test_the_transcripts_of_batches_are_what_the_program_prints(tmp_path: Path) -> None:
    if find_fence() == "none":
        pytest.skip("no fence can be put up here")
    for block in transcripts():
        folder = tmp_path / "project"
        if "--resume" not in block.text.splitlines()[0]:
            shutil.rmtree(folder, ignore_errors=True)
            (folder / "shapes/tests").mkdir(parents=True)
        (folder / "shapes/shapes.py").write_text(SHAPES)
        for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
            command, _, shown = part.partition("\n")
            code, printed = await run_in(folder, command)
            expected = re.search(r"\(exit code (\d)\)", shown)
            assert code == (int(expected[1]) if expected else 0), f"{command}\n{printed}"
            lost = [line for line in shown.splitlines() if not is_shown(line, printed)]
            assert lost == [], f"{command}\n{printed}"


async def run_in(folder: Path, command: str) -> tuple[int | None, str]:
    """Run a transcript's command against the stand-in, as a reader who has agreed to the price."""
    words = shlex.split(command)
    if words[0] == "codestral-ls":
        words = [sys.executable, "-m", "codestral_ls", *words[1:], *([] if "--check" in words else ["--yes"])]
    async with BatchApi(answer).running() as address:
        backend = {"BACKEND_PRIMARY": "codestral", "CODESTRAL_SERVER_URL": address, "MISTRAL_SERVER_URL": address}
        options = {f"CODESTRAL_LS_{name}": value for name, value in backend.items()}
        env = environment(folder, CODESTRAL_API_KEY=KEY, MISTRAL_API_KEY=KEY, **options)
        process = await asyncio.create_subprocess_exec(
            *words, cwd=folder, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        output, _ = await asyncio.wait_for(process.communicate(), 100)
    return process.returncode, output.decode()


def test_what_is_left_out_is_on_a_page() -> None:
    commands = [*own_commands("sh"), *own_commands("console")]
    assert {words for words in NOT_RUN if not any(words in command for command in commands)} == set()
    assert set(SHORTER) <= {command.partition(" ")[2] for command in commands}
