"""``codestral-ls generate``: docstrings and tests for whole projects.

Makes one ``Batch`` from the command line, runs it, and shows the result; the work itself is in ``generate/``.
"""

from __future__ import annotations

import argparse

from codestral_ls.commands.options import add_option_arguments, load

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    from codestral_ls.commands.generate.arguments import add_arguments

    add_arguments(parser)
    add_option_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run one batch. Raises: CodestralLsError with the reason if it cannot be run."""
    loaded = load(arguments, arguments.paths[0].resolve())
    from codestral_ls.commands.generate.run_batch import run as run_batch

    return run_batch(arguments, loaded.options)
