"""``codestral-ls demo [FILE]``: holes in a real source file, completed by the configured model, drawn as an editor would.

At seeded places the rest of a line is removed and completed, and the original is shown next to the model's text. The places are
random, not chosen for good results, and no file is changed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from codestral_ls.commands.file_position import read_text
from codestral_ls.commands.options import add_option_arguments, load
from codestral_ls.config.sections import Options
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.text import line_end, line_start
from codestral_ls.errors import BackendUnavailable, DocumentError

if TYPE_CHECKING:
    from rich.console import Console

    from codestral_ls.completion.answer import Answer

LINES_ABOVE = 4
"""Lines of code drawn above a completion."""

CODE = re.compile(r"^[ \t]*[^\s#/*\"'].{14,}$", re.MULTILINE)
"""Characters of a line that is worth a hole."""


@dataclass(frozen=True, slots=True)
class DemoHole:
    """A place in a file from which the rest of the line was removed."""

    snapshot: Snapshot
    truth: str
    line: int


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a source file (default: one of this program's own)")
    parser.add_argument("--count", metavar="N", type=_count, default=6, help="how many completions to show")
    parser.add_argument("--seed", metavar="N", type=int, default=7, help="seed that chooses the places")
    add_option_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Draw completions of a real file. Raises: CodestralLsError with the reason if there can be none."""
    path = arguments.file or Path(__file__).resolve().parent.parent / "documents" / "text.py"
    options = load(arguments, path).options
    found = holes(path, arguments.count, arguments.seed, options.completion.max_file_bytes)
    asyncio.run(_show(options, path, found))
    return 0


def holes(path: Path, count: int, seed: int, most_bytes: int) -> list[DemoHole]:
    """``count`` seeded places in the file. Raises: DocumentError if it cannot be read, is too large or has no code."""
    text = read_text(path, most_bytes)
    lines = [match for match in CODE.finditer(text) if match.start() > 200] or list(CODE.finditer(text))
    if not lines:
        raise DocumentError(f"{path} has no line of code that is long enough for a demonstration.")
    randomness = random.Random(seed)  # noqa: S311 - a demonstration needs no secrets
    chosen = sorted(randomness.sample(lines, min(count, len(lines))), key=lambda match: match.start())
    found = []
    for match in chosen:
        begin = match.start() + len(match[0]) - len(match[0].lstrip())
        offset = randomness.randrange(begin + 4, max(begin + 5, match.end() - 6))
        snapshot = Snapshot.of(
            text[:offset] + text[match.end() :], offset, language_id_for_path(path), path.resolve().as_uri(), path
        )
        found.append(DemoHole(snapshot, text[offset : match.end()], text.count("\n", 0, offset) + 1))
    return found


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 1 to 1000')
    return int(text)


async def _show(options: Options, path: Path, found: list[DemoHole]) -> None:
    from rich.console import Console

    from codestral_ls.backends.build_backend import build_backend
    from codestral_ls.backends.ready import until_ready
    from codestral_ls.commands.complete import patient
    from codestral_ls.commands.spinner import Spinner
    from codestral_ls.completion.answer import Ask
    from codestral_ls.completion.completer import Completer

    backend = build_backend(options)
    patient_options = patient(options)
    completer = Completer(backend, replace(patient_options, completion=replace(patient_options.completion, max_lines=1)))
    console = Console(highlight=False)
    try:
        with Spinner() as spinner:
            health = await until_ready(backend, options.local.start_timeout_seconds, spinner.health)
        if health.state != "ready":
            raise BackendUnavailable(health.message or f"The backend is {health.state}.")
        info = backend.info()
        console.print(f"[bold]{info.name}[/] ({info.model}) completes {path.name}; the ghost text is the model's:\n")
        right = 0
        for hole in found:
            began = asyncio.get_running_loop().time()
            answer = await completer.complete(hole.snapshot, Ask(invoked=True))
            ms = (asyncio.get_running_loop().time() - began) * 1000
            right += _draw(console, path, hole, answer, ms)
        console.print(f"{right} of {len(found)} are exactly what the author wrote. Your own file: codestral-ls demo FILE")
    finally:
        await completer.aclose()


def _draw(console: Console, path: Path, hole: DemoHole, answer: Answer, ms: float) -> bool:
    from rich.text import Text

    snapshot = hole.snapshot
    start = line_start(snapshot.text, snapshot.offset)
    above = snapshot.text[:start].split("\n")[-LINES_ABOVE - 1 : -1]
    text = answer.items[0].text if answer.items else ""
    exact = text.rstrip() == hole.truth.rstrip()
    drawn = Text("\n".join([*above, snapshot.text[start : snapshot.offset]]))
    drawn.append(text or "(nothing)", style="italic cyan" if text else "dim")
    drawn.append(snapshot.text[snapshot.offset : line_end(snapshot.text, snapshot.offset)])
    evaluated = f", {answer.usage.evaluated_tokens} of {answer.usage.prompt_tokens} prompt tokens" if answer.usage else ""
    console.print(f"[dim]── {path.name}:{hole.line} · {ms:.0f} ms · {answer.source}{evaluated} ──[/]")
    console.print(drawn)
    verdict = Text("   = as written\n", "green") if exact else Text(f"   written: {hole.truth}\n", "dim")
    console.print(verdict)
    return exact
