"""From an API call to the engine's request: other files before the prefix, trimmed to the slot's room, in the family's tokens,
healed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from codestral_ls.fim.family import FamilyFacts
from codestral_ls.fim.leading_files import count_left, headed
from codestral_ls.fim.table import TABLE
from codestral_ls.host import healing, prompt_tokens, trim
from codestral_ls.host.answer_run import Drafting, EngineRequest
from codestral_ls.host.families import Family
from codestral_ls.host.model_supervisor import LoadedModel
from codestral_ls.host.tokens import Vocabulary
from codestral_ls.host.wire import FimCall

HERE = "current"
"""The path of the file at the cursor if the API does not give it."""


class PromptTooLongError(Exception):
    """A prompt that contains the model's control words cannot be trimmed, because only its author knows what they mark."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to answer a call: its place in the queue, and what is switched off for measurements.

    ``files`` counts the headers with a control word at the top of the prompt. ``raw`` continues a prompt without a suffix as it
    is, control words included.
    """

    priority: int = 0
    client: str = ""
    heal: bool = True
    draft: Drafting = "auto"
    files: int = 0
    raw: bool = False


def prepare(loaded: LoadedModel, call: FimCall, manner: Manner, *, collect: bool) -> EngineRequest:
    """The engine's request; with ``collect`` its text comes in one piece. Raises: PromptTooLongError."""
    raw = call.raw or (manner.raw and not call.suffix)
    tokens, heal, trimmed = _raw(loaded, call) if raw else _filled(loaded, call, manner)
    return EngineRequest(
        tokens=tokens,
        heal=heal if manner.heal else b"",
        max_tokens=call.max_tokens,
        min_tokens=call.min_tokens,
        stop=call.stop,
        temperature=call.temperature,
        top_p=call.top_p,
        seed=call.random_seed,
        priority=manner.priority,
        client=manner.client,
        trimmed=trimmed,
        collect=collect,
        draft=manner.draft,
        guess=prompt_tokens.encode_guess(loaded.model.vocabulary, heal if manner.heal else b"", call.guess),
    )


def _filled(loaded: LoadedModel, call: FimCall, manner: Manner) -> tuple[list[int], bytes, int]:
    vocabulary, family = loaded.model.vocabulary, loaded.model.family
    whole, files = (call.prompt, manner.files) if not call.files else with_files(family, call.files, call.prompt)
    fitted = trim.fit(vocabulary, whole, call.suffix, loaded.engine.session.context, call.max_tokens)
    left = count_left(whole, fitted.prefix, family.files, files)
    built = prompt_tokens.build(family, vocabulary, fitted.prefix, fitted.suffix, heal=manner.heal, files=left)
    return built.tokens, built.heal, fitted.trimmed


def with_files(family: Family, files: tuple[tuple[str, str], ...], prefix: str) -> tuple[str, int]:
    """``prefix`` with other files before it, in the format the family was trained on or as plain text, and the number of headers
    with a control word.
    """
    row = _row(family)
    if row is not None and family.files is not None:
        return headed(row, family.files, files, HERE, prefix)
    return "".join(f"{text.rstrip(chr(10))}\n\n" for _, text in files) + prefix, 0


def _raw(loaded: LoadedModel, call: FimCall) -> tuple[list[int], bytes, int]:
    """The tokens that the model continues: control words become tokens; a text without them loses its top if it is too long."""
    vocabulary, family = loaded.model.vocabulary, loaded.model.family
    ids = spelled(vocabulary, family, call.prompt)
    room = loaded.engine.session.context - min(call.max_tokens, loaded.engine.session.context // 4) - trim.CONTROL_TOKENS
    trimmed = 0
    if len(ids) > room:
        if any(not vocabulary.pieces[token] for token in ids):
            raise PromptTooLongError(f"The prompt has {len(ids)} tokens; there is room for {room}.")
        fitted = trim.fit(vocabulary, call.prompt, "", loaded.engine.session.context, call.max_tokens)
        ids, trimmed = prompt_tokens.encode_prefix(vocabulary, fitted.prefix), fitted.trimmed
    if family.bos and vocabulary.bos >= 0 and ids[:1] != [vocabulary.bos]:
        ids = [vocabulary.bos, *ids]
    count = healing.take_back(ids, vocabulary.pieces, vocabulary.index)
    kept, taken = ids[: len(ids) - count], ids[len(ids) - count :]
    if not kept:  # a model needs at least one token to continue
        kept, taken = taken, []
    return kept, b"".join(vocabulary.pieces[token] for token in taken), trimmed


def spelled(vocabulary: Vocabulary, family: Family, text: str) -> list[int]:
    """Ids of a text in which the family's control words are control tokens."""
    row = _row(family)
    words = {word for word in (row.prefix, row.suffix, row.middle, row.begins, *row.file_words) if word} if row else set()
    known = {word: token for word in words if (token := vocabulary.find(word)) is not None and not vocabulary.pieces[token]}
    if not known:
        return prompt_tokens.encode_prefix(vocabulary, text)
    ids: list[int] = []
    for piece in re.split(f"({'|'.join(map(re.escape, sorted(known, key=len, reverse=True)))})", text):
        ids += [known[piece]] if piece in known else prompt_tokens.encode_prefix(vocabulary, piece)
    return ids


def _row(family: Family) -> FamilyFacts | None:
    return next((row for row in TABLE if row.name == family.name), None)
