"""``codestral-ls serve``: the language server, on standard input and output or on a Unix socket."""

from __future__ import annotations

import argparse

from codestral_ls.commands.options import add_option_arguments, check_assignments


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stdio", action="store_true", help="talk on standard input and output (the default)")
    where.add_argument(
        "--pipe",
        metavar="PATH",
        default="",
        help="talk on this Unix socket: an editor's, or one that is created for one editor (in a folder of yours alone)",
    )
    add_option_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until the editor ends it."""
    check_assignments(arguments)
    from codestral_ls.lsp.server import serve

    return serve(
        pipe=arguments.pipe,
        assignments=tuple(arguments.assignments),
        given=arguments.settings,
        user_file=arguments.config,
    )
