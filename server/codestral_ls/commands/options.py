"""The arguments that choose options, the same for every subcommand, and those for the reports that an editor runs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codestral_ls.config.load import LoadedOptions


def add_option_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--config FILE`` and ``--set SECTION.OPTION=VALUE``."""
    group = parser.add_argument_group("configuration")
    group.add_argument("--config", metavar="FILE", type=Path, help="read this file instead of your own config.toml")
    group.add_argument(
        "--set",
        metavar="SECTION.OPTION=VALUE",
        dest="assignments",
        action="append",
        default=[],
        help="set one option for this run; may be repeated",
    )
    group.add_argument(
        "--settings",
        metavar="JSON",
        type=settings_object,
        help='options as one JSON object, such as {"backend.primary": "codestral"}: how editors pass on their user\'s settings',
    )


def add_editor_settings(parser: argparse.ArgumentParser) -> None:
    """Add ``--editor-settings JSON``: what a running server gets over its connection; it is trusted no more than there."""
    parser.add_argument(
        "--editor-settings",
        metavar="JSON",
        type=settings_object,
        help="settings that an editor passes on from wherever it has them, also from the project's folder",
    )


def settings_object(text: str) -> Mapping[str, object]:
    """The JSON object in ``text``. Raises: ArgumentTypeError, which argparse prints."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise argparse.ArgumentTypeError("is not a JSON object")
    return given


def check_assignments(arguments: argparse.Namespace) -> None:
    """End with wrong usage if a ``--set`` names no option, or a value it cannot have. Raises: SystemExit."""
    if not arguments.assignments:
        return  # a server that starts without them need not load the loader yet
    from codestral_ls.config.load import assignment_problems

    problems = assignment_problems(arguments.assignments)
    if problems:
        arguments.parser.error("; ".join(problems))


def load(arguments: argparse.Namespace, workspace: Path | None, *, tell: bool = True) -> LoadedOptions:
    """The options for ``workspace``; with ``tell`` problems are printed on standard error.

    Raises: SystemExit for a wrong ``--set``.
    """
    from codestral_ls.config.load import load_options

    check_assignments(arguments)
    loaded = load_options(
        workspace,
        getattr(arguments, "editor_settings", None),
        os.environ,
        assignments=arguments.assignments,
        given=arguments.settings,
        user_file=arguments.config,
    )
    for problem in loaded.problems if tell else ():
        print(f"codestral-ls: {problem}", file=sys.stderr)
    return loaded


def address(text: str) -> tuple[str, int]:
    """HOST:PORT, [IPV6]:PORT or PORT alone (this machine only). Raises: ArgumentTypeError, which argparse prints."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f'"{text}" is not an address; write HOST:PORT, such as 127.0.0.1:8012')
    return host, int(port)
