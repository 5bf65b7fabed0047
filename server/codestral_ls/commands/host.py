"""``codestral-ls host``: the model host in the foreground. The first window's server starts one by itself."""

from __future__ import annotations

import argparse

from codestral_ls.commands.options import add_option_arguments, address, load


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=address,
        help="serve on TCP in place of your Unix socket; the token is CODESTRAL_LS_TOKEN, or one is made and printed",
    )
    add_option_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until it is idle for long enough or told to end."""
    loaded = load(arguments, None)
    from codestral_ls.host import lifecycle

    listen = None
    if arguments.listen is not None:
        name, port = arguments.listen
        listen = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    return lifecycle.serve(loaded.options.local, listen)
