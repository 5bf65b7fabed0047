"""``codestral-ls host``: the model host in the foreground. Usually the first window's server starts one itself."""

from __future__ import annotations

import argparse

from codestral_ls.commands.options import add_option_arguments, address, load


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=address,
        help="serve on TCP instead of your Unix socket, and stay; the token is CODESTRAL_LS_TOKEN, or one is made and printed",
    )
    parser.add_argument(
        "--most-waiting",
        metavar="N",
        type=count,
        default=256,
        help="with --listen: requests that may wait for a slot (%(default)s)",
    )
    parser.add_argument(
        "--finish",
        metavar="SECONDS",
        type=count,
        default=30,
        help="with --listen: time for the answers under way when told to end (%(default)s)",
    )
    add_option_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until idle for long enough or told to end."""
    loaded = load(arguments, None)
    from codestral_ls.host import process_life

    if arguments.listen is not None:
        from codestral_ls.host.reception import Bounds

        name, port = arguments.listen
        waiting = arguments.most_waiting
        bounds = Bounds(finish=float(arguments.finish), waiting=waiting, per_client=max(1, waiting // 2))
        return process_life.serve(loaded.options.local, f"[{name}]:{port}" if ":" in name else f"{name}:{port}", bounds)
    return process_life.serve(loaded.options.local)


def count(text: str) -> int:
    """A whole number of at least 1. Raises: ArgumentTypeError, which argparse prints."""
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:9]) < 10**6:
        raise argparse.ArgumentTypeError("is not a whole number between 1 and 999999")
    return int(text)
