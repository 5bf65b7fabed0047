"""The FIM style of a server's model, read from its vocabulary or its template, and from its model's name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from codestral_ls.fim.family import PROBE, FamilyFacts, FamilyName, PromptGap
from codestral_ls.fim.naming import family_of_name
from codestral_ls.fim.table import TABLE

AT_ONCE = 4
"""Questions at the same time: a server takes only a few new connections at once, and the others are tried again a second later."""
_MOST_TEMPLATE = 100_000
"""Characters of a template that are looked at."""
Tokenize = Callable[[str], Awaitable[Sequence[int] | None]]
"""A text's ids, control words as one token each; None if the server cannot tokenize."""


async def read_style(tokenize: Tokenize, model: str) -> FamilyName | None:
    """The family whose FIM words are single tokens of the server's model; None if neither vocabulary nor name says it.

    Of several families, the one in the model's name. The name alone counts only where the server does not tokenize.
    """
    ids = await tokenize(PROBE)
    if ids is None:
        return family_of_name(model)
    for row in TABLE:
        # A server may read every text as plain text (vLLM with Mistral's own tokenizer does): it is known by its ids.
        if any(known.probe == tuple(ids) for known in row.known):
            return row.name
    # If the vocabulary confirms the family in the name, that decides: asking for the words of every family takes a busy server
    # seconds.
    named = next((row for row in TABLE if row.name == family_of_name(model)), None)
    if named is not None and (words := {named.prefix, *_others(named)}) == await _single(tokenize, words):
        return named.name
    # Few vocabularies have a family's first word, so its other words are asked for afterwards.
    single = await _single(tokenize, {row.prefix for row in TABLE})
    begun = [row for row in TABLE if row.prefix in single]
    single |= await _single(tokenize, {word for row in begun for word in _others(row)})
    fitting = [row.name for row in begun if single.issuperset(_others(row))]
    return chosen(fitting, model) or family_of_name(model)


def style_in_template(template: str, architecture: str, names: Sequence[str]) -> FamilyName | None:
    """The family whose control words a template of Ollama's has; None if it has none's.

    Families that share their words are told apart by their order in the template, then by the model's ``architecture``, and last by
    its ``names``, the best one first.
    """
    text = template[:_MOST_TEMPLATE]
    fitting = [row for row in TABLE if all(_spelled(word) in text for word in row.controls)]
    ordered = [row for row in fitting if _is_in_order(row, text)] or fitting
    built = [row for row in ordered if row.architectures and architecture.startswith(row.architectures)]
    if built:
        return built[0].name
    found = [chosen([row.name for row in ordered], name) for name in names if family_of_name(name) is not None]
    return next(iter(found), chosen([row.name for row in ordered], ""))


def _is_in_order(row: FamilyFacts, template: str) -> bool:
    """Whether ``template`` has the row's control words and the two texts in the row's order."""
    fields = {PromptGap.PREFIX: ".Prompt", PromptGap.SUFFIX: ".Suffix"}
    at = template.find(_spelled(row.controls[0]))
    for part in row.parts:
        at = template.find(fields[part] if isinstance(part, PromptGap) else _spelled(part), at)
        if at < 0:
            return False
    return True


def _spelled(word: str) -> str:
    """A control word as a template writes it, without SentencePiece's sign for a space."""
    return word.strip("▁ ")


async def _single(tokenize: Tokenize, words: set[str]) -> set[str]:
    """Those of ``words`` that are one token each."""
    ordered = sorted(words)
    turn = asyncio.Semaphore(AT_ONCE)

    async def ask(word: str) -> Sequence[int] | None:
        async with turn:
            return await tokenize(word)

    found = await asyncio.gather(*map(ask, ordered))
    return {word for word, ids in zip(ordered, found, strict=True) if ids is not None and len(ids) == 1}


def chosen(fitting: Sequence[FamilyName], model: str) -> FamilyName | None:
    """Of families that share their spellings, the one in the model's name, else the most general one."""
    named = family_of_name(model)
    plain = [row.name for row in TABLE if row.name in fitting and not row.named and not row.architectures]
    return named if named in fitting else next(iter(plain or fitting), None)


def _others(row: FamilyFacts) -> tuple[str, ...]:
    return (row.suffix, row.middle) if row.needs_middle else (row.suffix,)
