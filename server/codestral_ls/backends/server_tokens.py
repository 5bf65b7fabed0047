"""A FIM prompt as token ids, with the server's own tokenizer, so that the trained order is exact.

Understands the /tokenize of llama-server and of vLLM (one request body serves both). Suffixes are remembered, because
they do not change while someone types. Deliberately no tokenizer of its own: it would have to match the server's model.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from codestral_ls.backends.exchange import Exchange
from codestral_ls.backends.fim_prompt import Slot, Style
from codestral_ls.errors import BackendProtocolError, BackendRefused

# Tokenized before a suffix and dropped, so that the tokenizer adds no leading space (as mistral-common does).
_GUARD = "☺"
_REMEMBERED = 32  # suffixes


class ServerTokens:
    """Tokenizes for one server and model. ``model`` is sent along where not empty."""

    def __init__(self, exchange: Exchange, style: Style, model: str = "") -> None:
        self._exchange = exchange
        self._style = style
        self._model = model
        self._controls: dict[str, int] = {}
        self._guard: list[int] = []
        self._suffixes: OrderedDict[str, list[int]] = OrderedDict()
        self._learning = asyncio.Lock()

    async def learn(self, timeout: float) -> None:
        """Ask for the ids of the control words, once.

        Raises: BackendError; BackendRefused where a control word is no single token: the model cannot fill in the
        middle, or the server hides its control words.
        """
        async with self._learning:
            if self._controls:
                return
            words = [word for word in (self._style.begins, *self._style.controls) if word]
            guard, guarded, bare, *found = await asyncio.gather(
                self._tokenize(_GUARD, timeout),
                self._tokenize(_GUARD + "x", timeout),
                self._tokenize("x", timeout),
                *(self._tokenize(word, timeout, controls=True) for word in words),
            )
            known = dict(self._style.known_ids)
            controls: dict[str, int] = {}
            for word, ids in zip(words, found, strict=True):
                if len(ids) == 1:
                    controls[word] = ids[0]
                elif word in known:
                    controls[word] = known[word]
                else:
                    raise BackendRefused(f"{self._exchange.name}: its model has no token {word}. Choose another style.")
            # Only a tokenizer that puts a space before every text needs the guard.
            self._guard = guard if guarded != guard + bare else []
            self._controls = controls

    async def prompt(self, prefix: str, suffix: str, timeout: float) -> list[int]:
        """The whole prompt's ids, in the style's order. Raises: BackendError."""
        await self.learn(timeout)
        filled: dict[Slot, list[int]] = {}
        filled[Slot.SUFFIX], filled[Slot.PREFIX] = await asyncio.gather(
            self._suffix(suffix, timeout), self._tokenize(prefix, timeout) if prefix else _nothing()
        )
        ids = [self._controls[self._style.begins]] if self._style.begins else []
        for part in self._style.parts:
            ids += filled[part] if isinstance(part, Slot) else [self._controls[part]]
        return ids

    async def _suffix(self, suffix: str, timeout: float) -> list[int]:
        if not suffix:
            return []
        if suffix in self._suffixes:
            self._suffixes.move_to_end(suffix)
            return self._suffixes[suffix]
        ids = await self._tokenize((_GUARD if self._guard else "") + suffix, timeout)
        if ids[: len(self._guard)] == self._guard:
            ids = ids[len(self._guard) :]
        else:  # the guard melted into the text
            ids = await self._tokenize(suffix, timeout)
        self._suffixes[suffix] = ids
        if len(self._suffixes) > _REMEMBERED:
            self._suffixes.popitem(last=False)
        return ids

    async def _tokenize(self, text: str, timeout: float, *, controls: bool = False) -> list[int]:
        body = {
            "content": text,  # llama-server's field
            "prompt": text,  # vLLM's
            "add_special": False,
            "add_special_tokens": False,
            "parse_special": controls,
        }
        if self._model:
            body["model"] = self._model
        value = await self._exchange.post_json("/tokenize", body, timeout=timeout)
        tokens = value.get("tokens") if isinstance(value, dict) else None
        if not isinstance(tokens, list) or not all(isinstance(token, int) for token in tokens):
            raise BackendProtocolError(f"{self._exchange.name} has no usable /tokenize.")
        return tokens


async def _nothing() -> list[int]:
    return []
