"""Secrets inside allowed text: found, replaced by stand-ins before a remote request, and put back into the answer.

A stand-in is the same wherever its secret occurs, for the life of the process, so that the model sees that two are
one and prompt caches keep working. Pure but for the process's random key. Deliberately no promise for secrets of
unknown form: files that hold secrets are kept out altogether by ``documents/privacy.py``.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets as random_source
from dataclasses import dataclass

from codestral_ls.backends.secret_rules import (
    ASSIGNED,
    ASSIGNED_PLAIN,
    BEGUN,
    BLOCK_LINES,
    LINE_TO_NAME,
    PRIVATE_KEY,
    PRIVATE_KEY_CUT,
    RULES,
    SECRET_NAMES,
    is_assigned_secret,
    is_random,
)

_MARK = "MASKED_"
_DIGITS = 8
STAND_IN = re.compile(_MARK + f"[0-9a-f]{{{_DIGITS}}}")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A secret's place in a text: ``str`` indices, and which rule found it."""

    start: int
    end: int
    kind: str


def find_secrets(text: str) -> list[Span]:
    """The secrets in ``text``, in order, not overlapping."""
    found: list[Span] = []
    for rule in RULES:
        if any(sign in text for sign in rule.signs):
            group = 1 if rule.pattern.groups else 0
            for match in rule.pattern.finditer(text):
                if not rule.random or is_random(match[group]):
                    found.append(Span(*match.span(group), rule.name))
    found += _assigned(text)
    if "PRIVATE KEY" in text:
        found += [Span(*match.span(1), "private key") for match in PRIVATE_KEY.finditer(text)]
        cut = PRIVATE_KEY_CUT.search(text)
        if cut and cut[1]:
            found.append(Span(*cut.span(1), "private key"))
    found += [Span(*match.span(), "key block") for match in BLOCK_LINES.finditer(text)]
    return _apart(found)


def _assigned(text: str) -> list[Span]:
    """Values given to names that say "secret": names are searched, as they are rarer than signs of assignment."""
    found: list[Span] = []
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters have no lower case of the same length; places must stay comparable
        lowered = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    for name in SECRET_NAMES:
        place = lowered.find(name)
        while place >= 0:
            behind = place + len(name)
            quoted = ASSIGNED.match(text, behind)
            if quoted and is_assigned_secret(text[place : quoted.start("quote")], quoted["value"]):
                found.append(Span(*quoted.span("value"), "assigned secret"))
            plain = None if quoted else ASSIGNED_PLAIN.match(text, behind)
            if plain and is_random(plain["value"], least=8):
                line = text.rfind("\n", 0, place) + 1
                if LINE_TO_NAME.fullmatch(text, line, place):
                    found.append(Span(*plain.span("value"), "assigned secret"))
            place = lowered.find(name, behind)
    return found


def _apart(found: list[Span]) -> list[Span]:
    """Without overlaps: what overlaps becomes one span from the first start to the last end."""
    apart: list[Span] = []
    for span in sorted(found):
        if apart and span.start < apart[-1].end:
            last = apart[-1]
            apart[-1] = Span(last.start, max(last.end, span.end), last.kind)
        elif span.end > span.start:
            apart.append(span)
    return apart


class Mask:
    """Replaces secrets by stand-ins and back. One per process is enough; it remembers what it replaced."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or random_source.token_bytes(32)
        self._secrets: dict[str, str] = {}

    def mask(self, prefix: str, suffix: str) -> tuple[str, str]:
        """Both texts with their secrets replaced; one that the cursor stands in is replaced on both sides of it."""
        text, cut = prefix + suffix, len(prefix)
        spans = find_secrets(text)
        begun = BEGUN.search(prefix, max(0, cut - 200))
        if begun:
            spans = _apart([*spans, Span(begun.start(), cut, "begun key")])
        before, after = [], []
        for span in spans:
            if span.start < cut:
                before.append(Span(span.start, min(span.end, cut), span.kind))
            if span.end > cut:
                after.append(Span(max(span.start, cut) - cut, span.end - cut, span.kind))
        return self._replaced(prefix, before), self._replaced(suffix, after)

    def unmask(self, text: str) -> str:
        """The text with the stand-ins this mask made replaced by their secrets; unknown ones stay."""
        return STAND_IN.sub(lambda match: self._secrets.get(match[0], match[0]), text) if _MARK in text else text

    def digest(self, text: str) -> str:
        """A name for ``text`` that tells nothing about it: the same for the life of the process."""
        return hmac.new(self._key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def _replaced(self, text: str, spans: list[Span]) -> str:
        pieces: list[str] = []
        at = 0
        for span in spans:
            secret = text[span.start : span.end]
            stand_in = _MARK + self.digest(secret)[:_DIGITS]
            self._secrets[stand_in] = secret
            pieces += [text[at : span.start], stand_in]
            at = span.end
        return "".join([*pieces, text[at:]])


class Unmasker:
    """Unmasks a stream: feed pieces, take text. What may be the beginning of a stand-in is held back."""

    def __init__(self, mask: Mask) -> None:
        self._mask = mask
        self._held = ""

    def feed(self, text: str) -> str:
        """The text that is certain now."""
        self._held += text
        keep = self._begun()
        sure, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return self._mask.unmask(sure)

    def end(self) -> str:
        """What was held back."""
        held, self._held = self._held, ""
        return self._mask.unmask(held)

    def _begun(self) -> int:
        """Characters at the end that may begin a stand-in."""
        longest = min(len(self._held), len(_MARK) + _DIGITS - 1)
        for length in range(longest, 0, -1):
            tail = self._held[-length:]
            mark, digits = tail[: len(_MARK)], tail[len(_MARK) :]
            if _MARK.startswith(mark) and all(digit in "0123456789abcdef" for digit in digits):
                return length
        return 0
