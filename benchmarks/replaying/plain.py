"""The other arm: what a user experiences without a pipeline, with the same typing.

A fixed pause of 150 ms after every key, one request at a time (a newer one ends the older), the same prompts with a sliding
window, a prompt cache in the server, nothing else: the design of a simple editor plugin with llama-server.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing

from benchmarks.replaying.passages import Passage
from benchmarks.replaying.record import RecordedKey, first_line
from benchmarks.replaying.typist import Typist
from codestral_ls.backends.base import Backend, FimRequest, Usage
from codestral_ls.errors import BackendError

DEBOUNCE = 0.15
PREFIX_LINES, SUFFIX_LINES = 100, 30


async def type_passage(
    backend: Backend, passage: Passage, seed: int, speed: float, characters: tuple[int, int], usages: list[Usage]
) -> list[RecordedKey]:
    """Type one passage against ``backend``; ``characters`` limit prefix and suffix. Returns the keystrokes."""
    loop = asyncio.get_running_loop()
    typist, records = Typist(seed, speed), []  # type: ignore[var-annotated]
    position, wrong, shown = 0, "", ""
    task: asyncio.Task[tuple[float, str]] | None = None
    asked, pending = 0.0, False

    async def ask(prefix: str, suffix: str) -> tuple[float, str]:
        await asyncio.sleep(DEBOUNCE)
        lines = prefix.split("\n")[-PREFIX_LINES:]
        request = FimRequest(
            "\n".join(lines)[-characters[0] :],
            "\n".join(suffix.split("\n")[:SUFFIX_LINES])[: characters[1]],
            max_tokens=48,
            stop=("\n",),
            source="untitled:replay",
        )
        text = ""
        try:
            async with aclosing(backend.stream(request)) as pieces:
                async for piece in pieces:
                    text += piece.text
                    if piece.usage is not None:
                        usages.append(piece.usage)
        except BackendError:
            return loop.time(), ""
        return loop.time(), text

    while position < len(passage.text):
        stroke = typist.next(passage.text, position)
        await asyncio.sleep(stroke.pause)
        rest = passage.text[position:]
        if pending and task is not None:
            record = RecordedKey(0, stroke.pause, None, None, first_line(rest) if not wrong else "\0")
            record.place = (len(passage.before) + position, len(records))
            records.append(record)
            if task.done() and not task.cancelled():
                when, text = task.result()
                record.reply_ms, record.shown = (when - asked) * 1000, text or None
                record.explicit_nothing = not text
                record.source, shown = "model", text
            else:
                task.cancel()
                shown = ""
        if shown and not wrong and rest.startswith(shown) and stroke.pause > 0.2 and (choice := typist.accepts()) != "no":
            match = re.match(r"\s*(?:\w+|[^\w\s]+)", shown) if choice == "word" else None
            records[-1].taken = len(match[0] if match else shown)
            position += records[-1].taken
        elif stroke.kind == "backspace":
            wrong = ""
        elif stroke.kind == "wrong_key":
            wrong = stroke.text
        elif stroke.kind != "jump":
            position += len(stroke.text)
        shown = ""
        asked, pending = loop.time(), position < len(passage.text)
        if pending:
            task = asyncio.create_task(ask(passage.before + passage.text[:position] + wrong, passage.after))
    return records
