"""``codestral-ls complete FILE:LINE:COLUMN``: the editor's completion, without an editor.

The same pipeline as in the server: one explicit request, with text of the project's other files; nothing is written to
the file. Unlike an editor it waits for the model to load, for the index (a few seconds at most) and for the whole answer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from codestral_ls.commands.file_position import place, snapshot_at
from codestral_ls.commands.options import add_option_arguments, load
from codestral_ls.config.sections import Options
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.errors import BackendError, BackendUnavailable

if TYPE_CHECKING:
    from codestral_ls.completion.answer import Item

WHOLE_ANSWER_MS = 120_000
"""Milliseconds. An editor gives up earlier; a command may wait for a large model on a slow machine."""
GATHER_MS = 5_000
"""Milliseconds for collecting text of other files."""
INDEX_SECONDS = 5.0
"""Seconds for updating the project's index; files that are late are left out."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("place", metavar="FILE:LINE:COLUMN", type=place, help="where to complete, counted from 1")
    parser.add_argument("--json", action="store_true", help="print text, source, stages, tokens and more as JSON")
    parser.add_argument("--show-request", action="store_true", help="print what would be sent, and send nothing")
    parser.add_argument("--alternatives", metavar="N", type=_count, default=1, help="ask for N different completions")
    add_option_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print one completion. Raises: CodestralLsError with the reason if there can be none."""
    loaded = load(arguments, arguments.place.path)
    snapshot = snapshot_at(arguments.place, loaded.options)
    # A failure is reported once, as a sentence, and not also as a line of log.
    logging.getLogger("codestral_ls").addHandler(logging.NullHandler())
    options = patient(loaded.options)
    options = replace(options, completion=replace(options.completion, alternatives=arguments.alternatives))
    if arguments.show_request:
        print(asyncio.run(_request(options, snapshot)))
        return 0
    answer = asyncio.run(_complete(options, snapshot, arguments.alternatives))
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print_texts([item["text"] for item in answer["items"]], answer["reason"])
    return 0


def patient(options: Options) -> Options:
    """``options`` for one explicit request: the whole answer, however long it takes, and nothing generated ahead."""
    completion = replace(
        options.completion,
        enabled=True,
        debounce_ms=0,
        budget_ms=WHOLE_ANSWER_MS,
        deadline_ms=WHOLE_ANSWER_MS,
        prefetch=False,
        prewarm=False,
    )
    return replace(options, completion=completion, context=replace(options.context, gather_ms=GATHER_MS))


async def _complete(options: Options, snapshot: Snapshot, count: int) -> dict[str, Any]:
    """The answer as the JSON that ``--json`` prints. Raises: BackendError if the backend could not answer."""
    from codestral_ls.backends.build_backend import build_backend
    from codestral_ls.backends.ready import until_ready
    from codestral_ls.commands.command_context import CommandContext, as_json
    from codestral_ls.commands.spinner import Spinner
    from codestral_ls.commands.witness import Witness
    from codestral_ls.completion.answer import Ask
    from codestral_ls.completion.completer import Completer

    backend = Witness(build_backend(options))
    others = CommandContext(options, INDEX_SECONDS)
    completer = Completer(backend, options, gather=others.gather, neighbour_texts=others.neighbour_texts)
    try:
        with Spinner() as spinner:
            health = await until_ready(backend, options.local.start_timeout_seconds, spinner.health)
        if health.state != "ready":
            raise BackendUnavailable(health.message or f"The backend is {health.state}.")
        answer = await completer.complete(snapshot, Ask(invoked=True, count=count))
        if not answer.items and backend.error is not None:
            raise backend.error
        usage = answer.usage
        info = backend.info()
    finally:
        await completer.aclose()
        await others.aclose()
        await backend.aclose()
    items = [
        {"text": _inserted(item, snapshot), "replaces": [item.start, item.end], "new_text": item.text} for item in answer.items
    ]
    return {
        "text": items[0]["text"] if items else "",
        "source": answer.source,
        "stages": {name: round(ms, 3) for name, ms in answer.stages.items()},
        "tokens": {
            "prompt": usage.prompt_tokens if usage else 0,
            "evaluated": usage.evaluated_tokens if usage else 0,
            "reused": usage.cached_tokens if usage else 0,
            "generated": max(usage.completion_tokens if usage else 0, backend.pieces),
        },
        "snippets": as_json(others.snippets),
        "confidence": answer.confidence,
        "items": items,
        "reason": answer.reason,
        "backend": info.name,
        "model": info.model,
    }


async def _request(options: Options, snapshot: Snapshot) -> str:
    """Exactly what would be sent, as text. Raises: BackendError if nothing would be."""
    from codestral_ls.backends.build_backend import build_one
    from codestral_ls.backends.ready import until_known
    from codestral_ls.commands.command_context import CommandContext
    from codestral_ls.commands.witness import Decoy
    from codestral_ls.completion.answer import Ask
    from codestral_ls.completion.completer import Completer

    asked = build_one(options.backend.primary, options)
    await until_known(asked, options.local.start_timeout_seconds)
    backend = Decoy(asked)
    others = CommandContext(options, INDEX_SECONDS)
    completer = Completer(backend, options, gather=others.gather, neighbour_texts=others.neighbour_texts)
    try:
        answer = await completer.complete(snapshot, Ask(invoked=True))
        if backend.request is None:
            raise BackendError(f"Nothing would be sent ({answer.reason or answer.source}).")
        return await backend.rendered(backend.request)
    finally:
        await completer.aclose()
        await others.aclose()
        await backend.aclose()


def _inserted(item: Item, snapshot: Snapshot) -> str:
    """The text that an item adds at the cursor, without what is before and after the cursor already."""
    before, after = snapshot.text[item.start : snapshot.offset], snapshot.text[snapshot.offset : item.end]
    return item.text.removeprefix(before).removesuffix(after)


def _print_texts(texts: list[str], reason: str) -> None:
    if not texts:
        print(f"codestral-ls: nothing to add here{f' ({reason})' if reason else ''}.", file=sys.stderr)
    for number, text in enumerate(texts, start=1):
        if len(texts) > 1:
            print(f"--- {number} of {len(texts)}")
        print(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 1 to 10')
    return int(text)
