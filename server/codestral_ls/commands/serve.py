"""``codestral-ls serve``: the language server, on standard input and output or on a TCP port."""

from __future__ import annotations

import argparse

from codestral_ls.commands.options import add_option_arguments, address, check_assignments


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stdio", action="store_true", help="talk on standard input and output (the default)")
    where.add_argument("--tcp", metavar="HOST:PORT", type=address, help="wait for one editor on this address")
    add_option_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until the editor ends it."""
    check_assignments(arguments)
    from codestral_ls.lsp.server import serve

    return serve(tcp=arguments.tcp, assignments=tuple(arguments.assignments), user_file=arguments.config)
