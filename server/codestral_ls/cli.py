"""The command line ``codestral-ls``: its subcommands, and how each of them ends. No logic of its own.

Each subcommand is a module in ``commands/`` that is imported only when it is called, so that ``--help`` and
``serve`` start quickly. Exit codes: 0 done, 1 it could not be done (a sentence on standard error), 2 wrong usage,
130 interrupted.
"""

from __future__ import annotations

import argparse
import codecs
import errno
import importlib
import io
import os
import sys
from collections.abc import Sequence

from codestral_ls import __version__
from codestral_ls.errors import CodestralLsError
from codestral_ls.system.terminal_text import safe_streams

COMMANDS = {
    "serve": "run the language server (an editor starts this)",
    "host": "run the model host, which owns llama.cpp and the GPU",
    "demo": "complete holes in a real source file and draw the result",
    "complete": "complete at FILE:LINE:COLUMN and print the text",
    "generate": "write docstrings or tests for whole projects",
    "context": "show the context of a completion at FILE:LINE:COLUMN, and why",
    "index": "build or refresh the index of a project",
    "eval": "measure completions on your own code, with project context and without",
    "local": "install llama.cpp on this machine without compiling it",
    "models": "list, fetch and remove models",
    "costs": "show what was sent to remote backends and what it cost",
    "doctor": "show what is installed, what works and what to do next",
}
"""Subcommands in the order of the help, with their line there. ``commands/<name>.py`` has ``configure`` and ``run``."""

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    Raises: SystemExit for ``--help``, ``--version`` and wrong usage, as argparse does.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    _print_anything()
    with safe_streams():
        return _run(words)


def _run(words: Sequence[str]) -> int:
    try:
        arguments = _parser(words).parse_args(words)
        code = int(arguments.run(arguments))
        sys.stdout.flush()  # a reader that went away is noticed here and not at exit
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _output_is_gone()
    except CodestralLsError as error:
        print(f"codestral-ls: {error}", file=sys.stderr)
        return FAILED
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            print(f"codestral-ls: The disk is full: {error.filename or 'the output'} could not be written.", file=sys.stderr)
            return _output_is_gone()
        print(f"codestral-ls: {_fault(error)}", file=sys.stderr)
        return FAILED
    return code


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser, with the options of the one subcommand that ``words`` name and only the names of the others."""
    parser = argparse.ArgumentParser(
        prog="codestral-ls",
        description="Completes code with Codestral, for every editor that speaks LSP.",
        epilog="codestral-ls COMMAND --help explains a command.",
    )
    parser.add_argument("--version", action="version", version=f"codestral-ls {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    wanted = next((word for word in words if not word.startswith("-")), None)
    for name, line in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=line, description=line[:1].upper() + line[1:] + ".")
        if name == wanted:
            command = importlib.import_module(f"codestral_ls.commands.{name}")
            command.configure(subparser)
            subparser.set_defaults(run=command.run, parser=subparser)
    return parser


def _fault(error: Exception) -> str:
    """A sentence for an unexpected error; the traceback goes to a file, which a report should include."""
    import traceback

    from codestral_ls.config.paths import state_dir
    from codestral_ls.system.private_files import private_file

    sentence = f"This is a fault of the program: {type(error).__name__}: {error}"
    report = state_dir() / "fault.txt"
    try:
        private_file(report).write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return f"{sentence}."
    return f"{sentence}. Please report it with {report}."


def _print_anything() -> None:
    """Let standard output take any text: characters its encoding lacks are written as JSON and Python escape them, ``\\u2713``."""

    def escaped(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeEncodeError)
        units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex()
        return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4)), error.end

    codecs.register_error("codestral_ls.escaped", escaped)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="codestral_ls.escaped")


def _output_is_gone() -> int:
    """End quietly when the reader of our output (``| head``) has seen enough, or its disk is full."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())  # so that the interpreter's last flush does not complain
    os.close(nowhere)
    return FAILED
