"""``python -m benchmarks.own_time``: what a keystroke costs without the model, in long files of several languages.

Lines in the middle of files of 2,000 and 20,000 lines are typed key by key, and every key asks for a completion. The model
answers at once: for half of the lines with the text that is then typed, for the others with another line of the file, so that
every key is a new question. For each language there is a second row with the same text in a single statement, like a class that
fills the file. Own time is a request's time without its debounce and without listening to the model, as `benchmarks.replay`
counts it. Writes ``benchmarks/results/own_time.md``; the exit code is 1 if p95 is above 5 ms in any file.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.identifying import corpus
from benchmarks.identifying.missing_pieces import read
from benchmarks.replaying.record import quantile
from benchmarks.replaying.report import machine
from codestral_ls.backends.fake import FakeBackend
from codestral_ls.completion.answer import Ask
from codestral_ls.completion.completer import Completer
from codestral_ls.config import CompletionOptions, Options
from codestral_ls.documents.snapshot import Snapshot

RESULT = Path(__file__).parent / "results" / "own_time.md"
LENGTHS = (2_000, 20_000)
LANGUAGES = ("python", "typescript", "javascript", "go", "rust", "java", "c", "cpp")
WANTED_P95_MS = 5.0
FRAMES: dict[str, tuple[str, str, str]] = {
    "python": ("if True:\n", "    ", ""),
    "typescript": ("namespace whole {\n", "", "}\n"),
    "rust": ("mod whole {\n", "", "}\n"),
    "java": ("class Whole {\n", "", "}\n"),
    "c": ("#ifndef WHOLE_H\n", "", "#endif\n"),
    "cpp": ("namespace whole {\n", "", "}\n"),
}
"""The frame that turns a file into one statement: its opening, the beginning of each line, its end."""
ALONE = re.compile(r"^(?:import|package) [^\n{]*;\n", re.MULTILINE)
"""Java's statements that are only allowed at the top of a file."""
LEAST_FILES = 4
LINES = 12
"""Lines typed in each file."""
SHORTEST = 12
"""The longest line that is typed, in characters without its indentation."""


@dataclass(frozen=True, slots=True)
class TimedKey:
    """One keystroke: milliseconds of our own, and its whole CPU time, including the assembly of the prompt."""

    own_ms: float
    cpu_ms: float
    where: str


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--languages", default=",".join(LANGUAGES), help="with commas between")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS, help="lines of the files")
    parser.add_argument("--dry", action="store_true", help="print, and write no page")
    arguments = parser.parse_args()
    paths = corpus.files(arguments.seed)
    rows, slow = [], False
    for lines in arguments.lengths:
        for language in arguments.languages.split(","):
            text = _long(paths.get(language, []), lines)
            if text is None:
                continue
            texts = {language: text}
            if language in FRAMES:
                texts[f"{language}, one statement"] = _framed(text, *FRAMES[language])
            for name, shaped in texts.items():
                keys = asyncio.run(_typed(language, shaped, random.Random(f"{arguments.seed} {language} {lines}")))
                own, cpu = [key.own_ms for key in keys], [key.cpu_ms for key in keys]
                slow |= quantile(own, 0.95) > WANTED_P95_MS
                cells = [lines, name, len(keys), *(f"{quantile(own, share):.1f}" for share in (0.5, 0.95, 0.99)),
                         f"{quantile(cpu, 0.5):.1f}", f"{quantile(cpu, 0.95):.1f}"]  # fmt: skip
                rows.append("| " + " | ".join(map(str, cells)) + " |")
                print(rows[-1], max(keys, key=lambda key: key.own_ms), flush=True)
    head = [
        "# Our own time for a keystroke",
        "",
        f"Machine: {machine()}. `python -m benchmarks.own_time --seed {arguments.seed} --lengths "
        f"{' '.join(map(str, arguments.lengths))}`. Wanted: p95 at most {WANTED_P95_MS:g} ms.",
        "",
        "| lines | language | keys | own p50 ms | p95 | p99 | all CPU p50 ms | p95 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    if not arguments.dry:
        RESULT.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    return int(slow)


def _long(paths: list[Path], lines: int) -> str | None:
    """A text of so many lines, made from whole files; None if there are too few files."""
    texts = [text for path in paths if (text := read(path)) is not None and "\r" not in text]
    total = sum(text.count("\n") for text in texts)
    if len(texts) < LEAST_FILES or not total:
        return None
    parts: list[str] = []
    count = 0
    for text in texts * (lines // total + 1):
        if count >= lines:
            break
        parts.append(text)
        count += text.count("\n")
    return "".join(parts)


def _framed(text: str, opening: str, indent: str, end: str) -> str:
    return opening + "".join(indent + line for line in ALONE.sub("", text).splitlines(keepends=True)) + end


async def _typed(language: str, text: str, randomness: random.Random) -> list[TimedKey]:
    answers = [""]
    backend = FakeBackend(lambda _request: answers[0], prefill_rate=0, decode_rate=0)
    chosen = replace(CompletionOptions(), debounce_ms=0, prefetch=False, prewarm=False, show="eager")
    completer = Completer(backend, Options(completion=chosen))
    await completer.start()
    keys: list[TimedKey] = []
    lines = text.split("\n")
    middle = range(len(lines) // 3, 2 * len(lines) // 3)
    long = [number for number in middle if SHORTEST <= len(lines[number].strip()) <= 100]
    try:
        for turn, number in enumerate(sorted(randomness.sample(long, LINES))):
            other = lines[randomness.choice(long)].strip()
            async for key in _line(completer, language, lines, number, answers, None if turn % 2 else other):
                keys.append(key)
    finally:
        await completer.aclose()
    return keys


async def _line(
    completer: Completer, language: str, lines: list[str], number: int, answers: list[str], other: str | None
) -> AsyncIterator[TimedKey]:
    """Type one line; the model writes the rest of it, or ``other``."""
    line = lines[number]
    body = len(line) - len(line.lstrip())
    before, after = "\n".join([*lines[:number], line[:body]]), "\n".join(["", *lines[number + 1 :]])
    snapshot = Snapshot.of(before + after, len(before), language, f"untitled:{number}")
    snapshot.tree()
    for index in range(body, len(line)):
        snapshot = snapshot.accepting(snapshot.offset, snapshot.offset, line[index])
        answers[0] = line[index + 1 :] if other is None else other
        cpu, began = time.thread_time(), time.perf_counter()
        answer = await completer.complete(snapshot, Ask())
        took, cpu = (time.perf_counter() - began) * 1000, (time.thread_time() - cpu) * 1000
        waited = answer.stages.get("listen", 0.0) + answer.stages.get("debounce", 0.0)
        yield TimedKey(took - waited, cpu, f"{number}:{index} {answer.reason or answer.source}")


if __name__ == "__main__":
    raise SystemExit(main())
