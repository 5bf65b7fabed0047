"""``codestral-ls context FILE:LINE:COLUMN``: the context of a completion there, and why. Nothing is sent.

The index is updated first, and sources get all the time they need: an editor shows the same once typing rests. Only an editor
knows recent edits, so they are missing here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from codestral_ls.commands.command_context import CommandContext, as_json
from codestral_ls.commands.file_position import place, snapshot_at
from codestral_ls.commands.options import add_option_arguments, load
from codestral_ls.config.sections import Options
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.errors import DocumentError

SECONDS = 10.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("place", metavar="FILE:LINE:COLUMN", type=place, help="where to look, counted from 1")
    parser.add_argument("--json", action="store_true", help="print prefix, suffix and snippets as JSON")
    parser.add_argument("--tokens", type=int, metavar="N", help="tokens for other files, whatever the backend has room for")
    add_option_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the context. Raises: CodestralLsError if there can be none."""
    loaded = load(arguments, arguments.place.path)
    options = loaded.options
    snapshot = snapshot_at(arguments.place, options)
    from codestral_ls.documents.privacy import file_rules

    assert snapshot.path is not None
    reason = file_rules(options.privacy.ignore).why_private(snapshot.path)
    if reason:
        raise DocumentError(f"{reason}, so no part of it is ever sent.")
    told = asyncio.run(_collect(options, snapshot, arguments.tokens))
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(told, arguments.place.path)
    return 0


async def _collect(options: Options, snapshot: Snapshot, tokens: int | None) -> dict[str, Any]:
    from codestral_ls.backends.build_backend import build_one
    from codestral_ls.backends.ready import until_known
    from codestral_ls.context.budget import budget
    from codestral_ls.context.frozen import FrozenWindows

    backend = build_one(options.backend.primary, options)
    try:
        info = await until_known(backend, options.local.start_timeout_seconds)
    finally:
        await backend.aclose()
    room = budget(options.context, info.context_tokens, info.chars_per_token, info.remote, info.prefill_rate)
    characters = room.project if tokens is None else int(tokens * info.chars_per_token)
    others = CommandContext(options, float("inf"))
    try:
        snippets = await others.gather(snapshot, characters, SECONDS) if characters else ()
        neighbour_texts = await others.neighbour_texts(snapshot, SECONDS) if room.elsewhere else ()
    finally:
        await others.aclose()
    window, _ = FrozenWindows().cut(
        snapshot.uri, snapshot.text, snapshot.offset, room.prefix, room.suffix,
        tuple(scope.start for scope in snapshot.scopes()), room.elsewhere, others=neighbour_texts,
    )  # fmt: skip
    return {
        "elsewhere": window.elsewhere,
        "prefix": window.prefix,
        "suffix": window.suffix,
        "snippets": as_json(snippets),
    }


def _print(told: dict[str, Any], path: Path) -> None:
    snippets = told["snippets"]
    print(f"{path}: {len(told['prefix'])} characters before the cursor, {len(told['suffix'])} after it")
    if told["elsewhere"]:
        print("\n── lines from outside of that, of this file or its neighbours, that continue the same characters")
        print(told["elsewhere"].rstrip())
    if not snippets:
        print("No text of other files: the backend's context has no room for it, or nothing useful was found (try --tokens 1024).")
    for one in snippets:
        print(
            f"\n── {one['path']}:{one['start_line']}-{one['end_line']} · {one['source']} · "
            f"score {one['score']:.3f} · {one['tokens']} tokens"
        )
        print(one["text"])
