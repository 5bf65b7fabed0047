"""A FIM prompt as token ids, with the server's own tokenizer, so that the trained order is exact.

Understands the /tokenize of llama-server and of vLLM (one request body serves both). Suffixes are remembered, because
they do not change while someone types. A tokenizer of our own would have to match the server's model.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from codestral_ls.backends.exchange import Exchange
from codestral_ls.errors import BackendProtocolError, BackendRefused
from codestral_ls.fim.family import PROBE, FamilyFacts, PromptGap
from codestral_ls.fim.leading_files import take_apart

# Tokenized before a suffix and dropped, so that the tokenizer adds no leading space (as mistral-common does).
_GUARD = "☺"
_REMEMBERED = 32  # suffixes


class ServerTokens:
    """Tokenizes for one server and model, by the table's ``row``. ``model`` is sent along if not empty."""

    def __init__(self, exchange: Exchange, row: FamilyFacts, model: str = "") -> None:
        self._exchange = exchange
        self.row = row
        self._model = model
        self._controls: dict[str, int] = {}
        self._guard: list[int] = []
        self._word: int | None = None
        self._suffixes: OrderedDict[str, list[int]] = OrderedDict()
        self._learning = asyncio.Lock()

    async def learn(self, timeout: float) -> None:
        """Ask for the ids of the control words, once.

        Raises: BackendError; BackendRefused if a control word is not a single token: the model cannot fill in the
        middle, or the server hides its control words.
        """
        async with self._learning:
            if self._controls:
                return
            words = [word for word in (self.row.begins, *self.row.controls) if word]
            guard, guarded, bare, *found = await asyncio.gather(
                self._tokenize(_GUARD, timeout),
                self._tokenize(_GUARD + "x", timeout),
                self._tokenize("x", timeout),
                *(self._tokenize(word, timeout, controls=True) for word in words),
            )
            controls = {word: ids[0] for word, ids in zip(words, found, strict=True) if len(ids) == 1}
            missing = [word for word in words if word not in controls]
            if missing:
                # A server may read every text as plain text (vLLM with Mistral's own tokenizer does), and then shows no control
                # token. Its vocabulary, among those of the family, is recognised by how it tokenizes a known text.
                controls = await self._by_vocabulary(timeout)
                missing = [word for word in words if word not in controls]
            if missing:
                raise BackendRefused(f"{self._exchange.name}: its model has no token {missing[0]}. Choose another style.")
            # Only a tokenizer that puts a space before every text needs the guard, or a family whose authors always use it.
            self._guard = guard if guarded != guard + bare or self.row.guarded else []
            self._controls = controls

    async def _file_word(self, timeout: float) -> int | None:
        """The id of the word before a file's path; None if the server's model has no such token."""
        if self._word is None and self.row.files is not None:
            ids = await self._tokenize(self.row.files.word, timeout, controls=True)
            self._word = ids[0] if len(ids) == 1 else -1
        return self._word if self._word is not None and self._word >= 0 else None

    async def _by_vocabulary(self, timeout: float) -> dict[str, int]:
        if not self.row.known:
            return {}
        probe = tuple(await self._tokenize(PROBE, timeout))
        return next((dict(known.ids) for known in self.row.known if known.probe == probe), {})

    async def prompt(self, prefix: str, suffix: str, timeout: float, files: int = 0) -> list[int]:
        """The whole prompt's ids, in the family's order; ``files`` headers at the prefix's top are control tokens.

        Raises: BackendError.
        """
        await self.learn(timeout)
        before: list[int] = []
        parts = take_apart(prefix, self.row.files, files)
        word = await self._file_word(timeout) if parts is not None else None
        if parts is not None and word is not None and self.row.files is not None:
            texts = [text for text in (parts.rest, *parts.files) if text]
            last, prefix = ("", parts.path + parts.own) if self.row.files.place == "marker_then_path" else (parts.path, parts.own)
            encoded = await asyncio.gather(*(self._suffix(text, timeout) for text in (*texts, last)))
            for number, ids in enumerate(encoded):
                before += ids if number == 0 and parts.rest else [word, *ids]
        filled: dict[PromptGap, list[int]] = {}
        filled[PromptGap.SUFFIX], filled[PromptGap.PREFIX] = await asyncio.gather(
            self._suffix(suffix or self.row.empty_suffix, timeout), self._tokenize(prefix, timeout) if prefix else _nothing()
        )
        ids = [self._controls[self.row.begins]] if self.row.begins else []
        ids += before
        for part in self.row.parts:
            ids += filled[part] if isinstance(part, PromptGap) else [self._controls[part]]
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
        else:  # the guard was merged with the text
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
