"""``python -m benchmarks.parsers``: does every grammar's parser return, however the text ends?

Short texts without a line end are parsed in a separate process: real code cut after each character, the grammar's own tokens in
pairs, and tokens in any order. Half of the real texts grow character by character, as in typing. With ``--deep`` the same few
tokens are repeated hundreds of times. A text that takes more than `PATIENCE_S` of CPU time or ends the process is listed. Writes
``benchmarks/results/parsers.md``; the exit code is 1 if any text is listed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks.identifying import corpus
from benchmarks.reading.reader import HEAD, ROOM
from benchmarks.replaying.report import machine
from codestral_ls.documents.languages import all_languages

RESULT = Path(__file__).parent / "results" / "parsers.md"
PATIENCE_S = 2.5
"""CPU seconds for one text; the limits of its parses add up to 1 s."""
MOST = 4
"""After this many failures a language is not tried further."""
FILES_OF = {"javascriptreact": "javascript", "typescriptreact": "typescript", "jsonc": "json"}
"""Languages that are tried with another language's files."""


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=20_000, help="of each language")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--deep", action="store_true", help="few tokens, hundreds of times")
    parser.add_argument("--languages", default="", help="only these, with commas between")
    parser.add_argument("--dry", action="store_true", help="print, and write no page")
    arguments = parser.parse_args()
    files = corpus.files(arguments.seed)
    wanted = arguments.languages.split(",") if arguments.languages else None
    rows, listed = [], []
    for language in all_languages():
        if language.grammar is None or (wanted is not None and language.id not in wanted):
            continue
        paths = files.get(FILES_OF.get(language.id, language.id), [])
        found = list(_failures(language.id, arguments, paths))
        rows.append(f"| {language.id} | {len(paths)} | {len(found)} |")
        listed += [f"- {language.id}, {how}: `{text[:200]!r}` ({len(text)} characters)" for how, text in found]
        print(rows[-1], *listed[len(listed) - len(found) :], sep="\n", flush=True)
    command = f"python -m benchmarks.parsers --texts {arguments.texts} --seed {arguments.seed}{' --deep' * arguments.deep}"
    head = [
        "# Does every grammar's parser return?",
        "",
        f"Machine: {machine()}. `{command}`: {arguments.texts} texts per language.",
        "",
        "| language | files | hangs and crashes |",
        "|---|---|---|",
    ]
    if not arguments.dry:
        RESULT.write_text("\n".join([*head, *rows, "", *(listed or ["Every text was read."])]) + "\n", encoding="utf-8")
    return int(bool(listed))


def _failures(name: str, arguments: argparse.Namespace, files: list[Path]) -> Iterator[tuple[str, str]]:
    """The reader's failures, and the text at which each happened."""
    first = 0
    for _ in range(MOST):
        with tempfile.NamedTemporaryFile() as note:
            note.write(HEAD.pack(first, 0).ljust(ROOM, b"\0"))
            note.flush()
            words = [note.name, name, arguments.texts, arguments.seed, int(arguments.deep), first, *files]
            command = [sys.executable, "-m", "benchmarks.reading.reader", *map(str, words)]
            how = _watched(subprocess.Popen(command), Path(note.name))
            number, text = _noted(Path(note.name))
        if number < 0:
            return
        yield how, text
        first = number + 1


def _watched(child: subprocess.Popen[bytes], note: Path) -> str:
    """Wait for the reader and end it if one text takes too long; returns how it ended."""
    process = psutil.Process(child.pid)
    last, since = -2, 0.0
    while child.poll() is None:
        time.sleep(0.2)
        try:
            used = process.cpu_times().user
        except psutil.Error:
            continue
        number, text = _noted(note)
        if number != last:
            last, since = number, used
        elif text and used - since > PATIENCE_S:
            child.kill()
            child.wait()
            return "never returned"
    return f"ended with {child.returncode}"


def _noted(note: Path) -> tuple[int, str]:
    content = note.read_bytes()
    number, length = HEAD.unpack_from(content)
    return number, content[HEAD.size : HEAD.size + length].decode("utf-8", "replace")


if __name__ == "__main__":
    raise SystemExit(main())
