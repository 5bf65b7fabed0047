"""Trims an over-long prompt in whole lines, far ends first: the top of the prefix, the bottom of the suffix.

Pure, apart from the vocabulary's ``encode``. The cut moves in steps, so that it does not move on every keystroke and the frozen
edge stays frozen in the KV cache.
"""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.host.prompt_tokens import encode_prefix, encode_suffix
from codestral_ls.host.tokens import Vocabulary

CONTROL_TOKENS = 8
"""Tokens reserved for the family's control tokens and for a token that is split differently at the new edge."""
SUFFIX_SHARE = 0.25
"""The prefix's share of the room if both sides are too long: it matters more, and in Codestral's order it is the part that grows.
"""
CHARACTERS_PER_TOKEN = 32
"""Ten times as many as source code has per token: only text beyond so many characters per token of room is dropped uncounted."""
STEPS = 8
"""The prefix is cut in steps of an eighth of its room."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Texts that fit, and the number of tokens that were cut off."""

    prefix: str
    suffix: str
    trimmed: int = 0


def fit(vocabulary: Vocabulary, prefix: str, suffix: str, context: int, max_tokens: int) -> Fitted:
    """Both texts within ``context`` tokens together with the answer (of which at most a quarter of the context is kept free)."""
    room = context - min(max_tokens, context // 4) - CONTROL_TOKENS
    # A token is at least one byte, so a short text needs no counting.
    if len(prefix.encode(errors="replace")) + len(suffix.encode(errors="replace")) <= room:
        return Fitted(prefix, suffix)
    whole, near = len(prefix) + len(suffix), context * CHARACTERS_PER_TOKEN
    # Text far beyond the room is dropped uncounted, also in steps: a file of 60 MB takes no longer than one of 300 kB.
    prefix = prefix[-(-max(0, len(prefix) - near) // near) * near :]
    suffix = suffix[:near]
    before, after = encode_prefix(vocabulary, prefix), encode_suffix(vocabulary, suffix)
    if len(before) + len(after) <= room:
        return Fitted(prefix, suffix, whole - len(prefix) - len(suffix))
    per_token = (len(prefix) + len(suffix)) / (len(before) + len(after))
    unread = round((whole - len(prefix) - len(suffix)) / per_token)
    for_suffix = min(len(after), max(int(room * SUFFIX_SHARE), room - len(before)))
    for_prefix = room - for_suffix
    kept_suffix = _keep_head(vocabulary, suffix, after, for_suffix)
    kept_prefix = _keep_tail(vocabulary, prefix, before, for_prefix)
    left = len(encode_prefix(vocabulary, kept_prefix)) + len(encode_suffix(vocabulary, kept_suffix))
    return Fitted(kept_prefix, kept_suffix, unread + max(0, len(before) + len(after) - left))


def _keep_head(vocabulary: Vocabulary, text: str, ids: list[int], room: int) -> str:
    if len(ids) <= room:
        return text
    head = b"".join(vocabulary.pieces[token] for token in ids[:room]).decode(errors="ignore")[: len(text)]
    line = max(head.rfind("\n"), head.rfind("\r")) + 1
    return text[: line or len(head)]


def _keep_tail(vocabulary: Vocabulary, text: str, ids: list[int], room: int) -> str:
    if len(ids) <= room:
        return text
    step = max(room // STEPS, 1)
    cut = -(-(len(ids) - room) // step) * step
    tail = b"".join(vocabulary.pieces[token] for token in ids[cut:]).decode(errors="ignore")
    start = max(0, len(text) - len(tail))
    line = text.find("\n", start)
    return text[line + 1 :] if 0 <= line < len(text) - 1 else text[start:]
