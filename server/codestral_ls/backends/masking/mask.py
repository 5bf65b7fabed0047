"""Replace secrets by stand-ins before a request is sent, and put the secrets back into the answer.

A secret has the same stand-in everywhere, for the life of the process, so the model sees that two occurrences are equal, and
prompt caches keep working. Pure except for the random key of the process.
"""

from __future__ import annotations

import hmac
import re
import secrets as random_source

from codestral_ls.backends.masking.find import Span, find_secrets

_MARK = "MASKED_"
_DIGITS = 8
STAND_IN = re.compile(_MARK + f"[0-9a-f]{{{_DIGITS}}}", re.IGNORECASE)


class Mask:
    """Replaces secrets by stand-ins and back, and remembers what it replaced. One per process is enough."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or random_source.token_bytes(32)
        self._secrets: dict[str, str] = {}

    def mask(self, prefix: str, suffix: str) -> tuple[str, str]:
        """Return both texts with their secrets replaced. A secret that contains the cursor is replaced on both sides of it."""
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
        """Return the text with the secrets in place of this mask's stand-ins. Unknown stand-ins stay.

        A model that writes a stand-in in capitals or in small letters, as in the name of a constant, gets the secret in them.
        """
        return STAND_IN.sub(self._restored, text)

    def _restored(self, stand_in: re.Match[str]) -> str:
        written = stand_in[0]
        if written in self._secrets:
            return self._secrets[written]
        secret = self._secrets.get(_MARK + written[len(_MARK) :].lower())
        if secret is None:
            return written
        return secret.lower() if written.islower() else secret.upper() if written.isupper() else secret

    def digest(self, text: str) -> str:
        """Return a name for ``text`` that reveals nothing about it and stays the same for the life of the process."""
        return hmac.digest(self._key, text.encode("utf-8", "replace"), "sha256").hex()

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
    """Unmasks a stream piece by piece. Text that may be the beginning of a stand-in is held back."""

    def __init__(self, mask: Mask) -> None:
        self._mask = mask
        self._held = ""

    def feed(self, text: str) -> str:
        """Add a piece and return the text that is certain now."""
        self._held += text
        keep = self._begun()
        sure, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return self._mask.unmask(sure)

    def end(self) -> str:
        """Return the text that was held back."""
        held, self._held = self._held, ""
        return self._mask.unmask(held)

    def _begun(self) -> int:
        """Return how many characters at the end may be the beginning of a stand-in."""
        longest = min(len(self._held), len(_MARK) + _DIGITS - 1)
        for length in range(longest, 0, -1):
            tail = self._held[-length:]
            mark, digits = tail[: len(_MARK)], tail[len(_MARK) :]
            if _MARK.startswith(mark.upper()) and all(digit in "0123456789abcdefABCDEF" for digit in digits):
                return length
        return 0
