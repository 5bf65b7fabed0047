"""Measure the cost of completion in the terminal editors: ``python -m benchmarks.editors [--keys N]``.

A simulated typist types code into Neovim 0.12, Neovim 0.11 and Emacs 30, with the real server and the embedded model. Each client
measures, inside the editor, how long it blocked the editor at each key and how long a key waited for its ghost text. The server's
own log shows the server's part of that wait and the model's; the rest is the editor's. Writes two sections of
benchmarks/results/editors.md. Not a test: the result depends on the machine.
"""

from __future__ import annotations

import argparse
import os
import re
import select
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.editors_stages import WANTED, GhostStages, SeenTimes, row, stages
from benchmarks.page_sections import machine, write_section
from support.editors.debian_packages import Unavailable
from support.editors.emacs.emacs_driver import CLIENT, EmacsInTerminal
from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.setup_emacs import Emacs, emacs_30
from support.editors.setup_neovim import NEOVIMS
from support.editors.workplace import new_place, real_server

TEXT = """import argparse
import json
from pathlib import Path


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", default="world")
    parser.add_argument("--count", type=int, default=1)
"""
TYPED = """    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args()


def read(path):
    with open(path) as file:
        return json.load(file)


def write(path, value):
    with open(path, "w") as file:
        json.dump(value, file)


def main():
    arguments = parse_arguments()
    for number in range(arguments.count):
        print("hello", arguments.name, number)
"""
PAGE = "editors.md"
RHYTHM = (0.11, 0.07, 0.09, 0.16, 0.08, 0.22, 0.07, 0.1)


@dataclass
class EditorTimes:
    """Milliseconds: every time the editor was blocked, in wall and in processor time; every wait; the server's own totals."""

    editor: str
    keys: list[float]
    work: list[float]
    ghosts: list[float]
    server: list[float]
    stages: list[GhostStages]

    def row(self) -> str:
        held = [str(len(self.keys)), *spread(self.work), *spread(self.keys)[1:]]
        cells = [self.editor, *held, str(len(self.ghosts)), *spread(self.ghosts)]
        return "| " + " | ".join([*cells, *spread(self.server)[:2]]) + " |"


def spread(values: list[float]) -> tuple[str, str, str]:
    """Median, 99th percentile and longest."""
    if not values:
        return "-", "-", "-"
    ordered = sorted(values)
    percentile = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
    return f"{statistics.median(ordered):.2f}", f"{percentile:.2f}", f"{ordered[-1]:.2f}"


def server_totals(log: str) -> list[float]:
    """The server's own milliseconds for each request whose answer was not empty."""
    return [float(total) for total in re.findall(r"keystroke: request \d+ \S+ [1-9]\d* items .*?total=([\d.]+)", log)]


def type_out(editor: NeovimInTerminal | EmacsInTerminal, keys: int) -> SeenTimes:
    """Type, and record when the screen changes: the screen's bytes are read as soon as they arrive."""
    seen = SeenTimes()
    text = TYPED * (keys // len(TYPED) + 1)
    for number, key in enumerate(text[:keys]):
        seen.key()
        editor.type("\r" if key == "\n" else key)
        end = time.monotonic() + RHYTHM[number % len(RHYTHM)]
        while (left := end - time.monotonic()) > 0:
            if select.select([editor.terminal.fd], [], [], left)[0]:
                editor.terminal.read(0.0)
                seen.drawn()
    return seen


def in_neovim(version: str, keys: int) -> EditorTimes:
    place = new_place()
    place.environment["CODESTRAL_LS_COMPLETION_SHOW"] = "eager"
    editor = NeovimInTerminal(
        NEOVIMS[version](), place.folder, place.environment, real_server(), place.write("main.py", TEXT),
        before="vim.cmd('autocmd FileType * setlocal indentexpr= noautoindent')",  # the typed text already has its indentation
    )  # fmt: skip
    try:
        editor.wait_attached()
        editor.until(lambda: editor.lua("return require('codestral_ls').statusline()") == "codestral", "the model")
        editor.type("Go")
        editor.type("x\x7f")
        editor.until(lambda: editor.mode() == "i", "insert mode")
        editor.lua("local clock = require('codestral_ls.clock') for what in pairs(clock.samples) do clock.samples[what] = {} end")
        seen = type_out(editor, keys)
        samples = editor.lua("return require('codestral_ls.clock').samples")
        log = Path(place.environment["XDG_STATE_HOME"]) / "nvim" / "codestral_ls.log"
        held = samples["keystroke"] + samples["answer"]
        return EditorTimes(
            f"Neovim {version}",
            held,
            samples["work"],
            samples["ghost"],
            server_totals(log.read_text()),
            stages(seen, log.read_text()),
        )
    finally:
        editor.close()
        place.close()


def compiled(emacs: Emacs, folder: Path) -> Path:
    """A copy of the Emacs client, compiled as package.el would."""
    package = folder / "package"
    shutil.copytree(CLIENT, package, ignore=shutil.ignore_patterns("*-tests.el", "*-eglot.el", "*-lsp-mode.el"))
    files = sorted(str(path) for path in package.glob("*.el"))
    command = [*emacs.command, "--batch", "-Q", "-L", str(package), "-f", "batch-byte-compile", *files]
    subprocess.run(command, env={**os.environ, **emacs.environment}, check=True, capture_output=True, timeout=100)
    return package


def in_emacs(keys: int) -> EditorTimes:
    place = new_place()
    place.environment["CODESTRAL_LS_COMPLETION_SHOW"] = "eager"
    emacs = emacs_30()
    package = compiled(emacs, place.folder)
    editor = EmacsInTerminal(
        emacs, place.folder, place.environment, real_server(), place.write("main.py", TEXT),
        before=f'(electric-indent-mode -1) (push "{package}" load-path)',
        after="(setq codestral-ls--most-log 100000000)",
    )  # fmt: skip
    try:
        editor.wait_attached()
        ready = "(and (codestral-ls-can-answer-p (codestral-ls-connection-status codestral-ls--opened)) t)"
        editor.until(lambda: editor.ask(ready), "the model")
        editor.type("\x1b>")
        editor.until(lambda: editor.ask("(eobp)"), "the end")
        editor.ask("(progn (dolist (times codestral-ls-times) (setcdr times (make-ring 1024))) t)")
        seen = type_out(editor, keys)
        asked = "(vconcat (ring-elements (alist-get '{} codestral-ls-times)))"
        times = {what: editor.ask(asked.format(what)) for what in ("key", "answer", "work", "ghost")}
        log = editor.ask('(with-current-buffer " *codestral-ls log*" (buffer-string))')
        held = (times["key"] or []) + (times["answer"] or [])
        return EditorTimes("Emacs 30", held, times["work"] or [], times["ghost"] or [], server_totals(log), stages(seen, log))
    finally:
        editor.close()
        place.close()


def held_table(measured: list[EditorTimes]) -> str:
    """A table of the client's cost per key, and of the waits for all ghost text, including known answers."""
    head = (
        f'`python -m benchmarks.editors`; {machine()} A typist, the embedded model, `completion.show = "eager"`. Milliseconds.\n\n'
        "Held is what the client's own code costs at a key or an answer, measured inside the editor: in processor time, and by "
        "the clock, in which other programs' turns are included. Key to ghost text ends here when the text is handed to the "
        "editor's display; most of them are known answers' way to the server and back.\n\n"
        "| editor | times held | held, processor time: median | p99 | longest | by the clock: p99 | longest | ghost texts "
        "| key to ghost text: median | p99 | longest "
        "| of that our server and model: median | p99 |\n|" + "---|" * 13 + "\n"
    )
    return head + "\n".join(one.row() for one in measured)


def stage_table(measured: list[EditorTimes]) -> str:
    """A table of the time from key to ghost text, by stage."""
    head = (
        f"`python -m benchmarks.editors`; {machine()} The embedded model. Milliseconds, medians of the first {WANTED} ghost texts "
        "for which the model was asked (what is known already takes about 2 ms). Wanted: 45 ms at most.\n\n"
        "| editor | ghost texts | key to the server | server and model, its debounce included | answer to the screen "
        "| key to ghost text | 90 % |\n|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(row(one.editor, one.stages) for one in measured)


TABLES = (("Neovim and Emacs: key to ghost text", stage_table), ("Neovim and Emacs: what the client costs", held_table))


def main() -> int:
    """Measure in every available editor, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=900, help="how many keys are typed in each editor")
    arguments = parser.parse_args()
    measured = []
    for measure in (
        lambda: in_neovim("0.12", arguments.keys),
        lambda: in_neovim("0.11", arguments.keys),
        lambda: in_emacs(arguments.keys),
    ):
        try:
            measured.append(measure())  # type: ignore[no-untyped-call]
        except Unavailable as reason:
            print(reason, file=sys.stderr)
    for heading, table in TABLES:
        print(table(measured))
        if measured:
            write_section(PAGE, heading, table(measured))
    return 0 if measured else 1


if __name__ == "__main__":
    sys.exit(main())
