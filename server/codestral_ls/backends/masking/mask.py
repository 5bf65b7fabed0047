"""Stand-ins for secrets: put in before a request leaves, and taken out of the answer.

A stand-in is the same wherever its secret occurs, for the life of the process, so that the model sees that two are one and
prompt caches keep working. Pure but for the process's random key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets as random_source

from codestral_ls.backends.masking.find import Span, find_secrets

_MARK = "MASKED_"
_DIGITS = 8
STAND_IN = re.compile(_MARK + f"[0-9a-f]{{{_DIGITS}}}")


class Mask:
    """Replaces secrets by stand-ins and back. One per process is enough; it remembers what it replaced."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or random_source.token_bytes(32)
        self._secrets: dict[str, str] = {}

    def mask(self, prefix: str, suffix: str) -> tuple[str, str]:
        """Both texts with their secrets replaced; one that the cursor stands in is replaced on both sides of it."""
        text, cut = prefix + suffix, len(prefix)
        spans = find_secrets(text, cut)
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
