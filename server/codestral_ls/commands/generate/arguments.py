"""The command line of ``codestral-ls generate``: its options and help texts. No logic."""

from __future__ import annotations

import argparse
from pathlib import Path

from codestral_ls.generate.docstrings.needs import IGNORABLE

DESCRIPTION = """\
Write docstrings or tests for files and whole folders.

Nothing is written without --write: the default shows what would change. Every edit of a docstring is proved first: the syntax
tree without docstrings must be the same before and after, and the file on disk must still be the one that was read; otherwise
that file is left alone and reported. A batch can be interrupted at any moment, even killed; --resume continues it without paying
again for any answer.

Tests are kept only if they parse, are collected and pass, and that means running them. With --run GENERATED CODE IS EXECUTED ON
THIS MACHINE, in a fence: bubblewrap if it is installed, else the kernel's namespaces or Landlock. It works in a copy of the
project, reads none of your other files, has no network, and limits of time, memory, processes and disk apply to everything it
starts. If no fence can be set up, --run refuses. Before anything is paid for, the project's own tests are collected and its modules
imported there. Without --run tests are only shown, never written.
"""
EPILOG = """\
examples:
  codestral-ls generate docstrings src --diff
  codestral-ls generate docstrings src --write --since origin/main
  codestral-ls generate docstrings . --check           exit code 1 if something public has no docstring; asks no model
  codestral-ls generate docstrings . --check --fail-under 80 --ignore-init-method
  codestral-ls generate docstrings . --write --engine mistral-batch    half price, within a day
  codestral-ls generate tests src/app.py --run --strict --write

exit codes: 0 done, 1 not done or --check found something, 2 wrong usage, 130 interrupted.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add everything but the options that all commands share."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", choices=("docstrings", "tests"), help="what to write")
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a file or a folder")

    group = parser.add_argument_group("what happens")
    mode = group.add_mutually_exclusive_group()
    mode.add_argument("--diff", action="store_const", const="diff", dest="mode", help="show what would change (the default)")
    mode.add_argument("--write", action="store_const", const="write", dest="mode", help="write what is proved")
    mode.add_argument("--check", action="store_const", const="check", dest="mode", help="only list what is missing")
    group.add_argument("--json", action="store_true", help="print one JSON object per file and one summary, as lines")
    group.add_argument("--report", metavar="FILE", type=Path, help="write an HTML report with diffs")
    group.add_argument("--fail-under", metavar="PERCENT", type=_percent, help="with --check: fail below this share (default: 100)")
    group.add_argument("--yes", action="store_true", help="run without asking even if it costs money; scripts need it")
    group.add_argument("--resume", action="store_true", help="continue the last run; its paid answers are not requested again")
    group.add_argument("--restart", action="store_true", help="forget the last run here")
    group.add_argument("--journal", metavar="FILE", type=Path, help="file of the journal")

    group = parser.add_argument_group("which files")
    group.add_argument("--include", metavar="GLOB", action="append", default=[], help="only files like this, as in .gitignore")
    group.add_argument("--exclude", metavar="GLOB", action="append", default=[], help="no files like this, as in .gitignore")
    group.add_argument("--since", metavar="REV", default="", help="only files that differ from this git revision")
    group.add_argument(
        "--include-ignored", action="store_true", help="take files named here although they are ignored or look like credentials"
    )
    group.add_argument("--allow-dirty", action="store_true", help="write although git has uncommitted changes there")

    group = parser.add_argument_group("docstrings")
    group.add_argument("--style", choices=("project", "google", "numpy", "sphinx"), help="style for Python")
    group.add_argument("--all", action="store_true", dest="everything", help="also private and nested definitions")
    group.add_argument("--update", action="store_true", help="also replace existing documentation")

    for kind, what in IGNORABLE.items():
        group.add_argument(f"--ignore-{kind}", action="store_true", help=f"{what} need no docstring")

    group = parser.add_argument_group("tests")
    group.add_argument("--run", action="store_true", dest="execute", help="EXECUTE the generated tests to find which pass")
    group.add_argument(
        "--run-unfenced", action="store_true", help="as --run, but without a fence: the tests may do whatever you may"
    )
    group.add_argument("--strict", action="store_true", help="keep only tests that also fail on a mutant of the function")
    frameworks = ("auto", "pytest", "unittest", "vitest", "jest")
    group.add_argument("--framework", choices=frameworks, default="auto", help="how tests run")
    group.add_argument("--python", metavar="FILE", type=Path, help="interpreter that runs the tests (default: .venv, or this one)")
    group.add_argument("--chat", action="store_true", help="ask Mistral's chat API with structured output instead of FIM")

    group = parser.add_argument_group("where the texts come from")
    group.add_argument(
        "--engine",
        choices=("here", "ray", "mistral-batch"),
        default="here",
        help="the configured backend, from here or from a Ray cluster; or Mistral's Batch API",
    )
    group.add_argument("--concurrency", metavar="N", type=_positive, help="requests at once (default by backend)")
    group.add_argument("--ray-address", metavar="ADDRESS", default="", help="cluster to join; without one, start Ray here")
    group.add_argument("--ray-workers", metavar="N", type=_positive, help="actors (default: one per GPU, or one)")
    group.add_argument("--batch-hours", metavar="N", type=_positive, default=24, help="hours after which a batch job expires")


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number above 0')
    return number


def _percent(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0.0 <= number <= 100.0:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 0 to 100')
    return number
