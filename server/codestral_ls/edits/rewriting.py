"""Asks a model for the next edit: one request for the region around the cursor, which ends when nobody waits for it."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

from codestral_ls.backends.base import Backend, BackendInfo, FimRequest, Priority
from codestral_ls.edits.region import Region
from codestral_ls.edits.rewrite_prompt import RewritePrompt
from codestral_ls.fim.edit_format import EditFormat, EditFormatName, format_named, format_of

SECONDS = 5.0
"""Seconds within which the whole answer must arrive."""
MODEL_CHANCE = 0.7
"""The probability of a model's edit. It is not measured, so with ``quiet`` no model is asked."""
_ROOM = 0.9
"""The share of a model's context that a prompt may fill, estimated from its characters."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A region of document ``uri`` at ``version`` that a model is asked to rewrite."""

    uri: str
    version: int
    form: EditFormat
    region: Region
    prompt: RewritePrompt


def format_for(chosen: EditFormatName | Literal["auto", "none"], info: BackendInfo) -> EditFormat | None:
    """The format for a backend by the option ``edits.model``; None if no model should be asked or this one cannot be."""
    if chosen == "none":
        return None
    form = format_of(info.model) if chosen == "auto" else format_named(chosen)
    return form if form is not None and (form.name == "fim" or info.continues) else None


def fits(prompt: RewritePrompt, info: BackendInfo) -> bool:
    """True if a prompt and its answer fit into the model's context."""
    size = (len(prompt.prefix) + len(prompt.suffix)) / info.chars_per_token
    return size + prompt.max_tokens <= info.context_tokens * _ROOM


async def answer_to(backend: Backend, rewriting: Rewriting) -> str | None:
    """The model's answer; None if it was not completed. Raises: BackendError."""
    prompt = rewriting.prompt
    request = FimRequest(
        prefix=prompt.prefix,
        suffix=prompt.suffix,
        max_tokens=prompt.max_tokens,
        stop=prompt.stops,
        priority=Priority.PREFETCH,  # a completion for which somebody waits has priority
        source=rewriting.uri,
        timeout=SECONDS,
        raw=prompt.raw,
    )
    text: list[str] = []
    async with aclosing(backend.stream(request)) as pieces:
        async for piece in pieces:
            text.append(piece.text)
            if piece.finish_reason is not None:
                return "".join(text) if piece.finish_reason == "stop" else None
    return None
