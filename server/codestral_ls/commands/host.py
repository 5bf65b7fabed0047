"""``codestral-ls host``: the model host in the foreground. The first window's server starts one by itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from codestral_ls.commands.options import add_option_arguments, address, load


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=address,
        help="serve on this TCP address; the token is CODESTRAL_LS_TOKEN, or one is made and printed",
    )
    where.add_argument("--socket", metavar="PATH", type=Path, help="serve on this Unix socket, open to you alone")
    add_option_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until it is idle for long enough or told to end."""
    loaded = load(arguments, None)
    from codestral_ls.host import lifecycle

    return lifecycle.run(loaded.options, listen=arguments.listen or arguments.socket)
