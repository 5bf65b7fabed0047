"""Prompts for the engine benchmark: real Python source cut at cursors, as text and as the model's own token ids."""

from __future__ import annotations

import argparse
import difflib
import doctest
import inspect
import os
import pydoc
import subprocess
import tarfile
import typing
from pathlib import Path

from benchmarks.engine_peers import PeerRequest
from codestral_ls.host import families, llama, prompt_tokens
from codestral_ls.host.gguf_file import read_header
from codestral_ls.host.llama_vocabulary import LlamaVocabulary

SOURCES = (argparse, difflib, doctest, inspect, pydoc, subprocess, tarfile, typing)


class PromptCutter:
    """Cuts prompts with a wanted number of tokens from the source of the standard library."""

    def __init__(self, model: Path) -> None:
        api = llama.load()
        params = api.llama_model_default_params()
        params.vocab_only = True
        self._model = api.llama_model_load_from_file(os.fsencode(model), params)  # kept because the vocabulary is part of it
        header = read_header(model)
        self.vocabulary = LlamaVocabulary(api.llama_model_get_vocab(self._model))
        self.family = families.choose(self.vocabulary.find, header.number, header.architecture, header.name)
        self.texts = [Path(module.__file__ or "").read_text("utf-8") for module in SOURCES]

    def ask(self, prefix: str, suffix: str, count: int, **kwargs: typing.Any) -> PeerRequest:
        """A request with the token ids of the whole prompt, without healing."""
        ids = prompt_tokens.build(self.family, self.vocabulary, prefix, suffix, heal=False).tokens
        return PeerRequest(prefix, suffix, ids, count, **kwargs)

    def cut(self, place: int, tokens: int) -> tuple[str, str, str]:
        """Prefix, suffix and the real text between them: about ``tokens`` tokens together, of which a fifth is suffix."""
        text = self.texts[place % len(self.texts)]
        per = len(text[:20000]) / len(self.vocabulary.encode(text[:20000]))
        length = int(tokens * per)
        start = (1000 + 3571 * (place // len(self.texts))) % (len(text) - length - 300)
        at = start + int(length * 0.8)
        line_end = text.find("\n", at)
        return text[start:at], text[line_end : line_end + int(length * 0.2)], text[at:line_end]

    def typing(self, place: int, tokens: int, keystrokes: int) -> list[tuple[str, str]]:
        """Prompts of continued typing: 1-5 new tokens each, with the same suffix."""
        prefix, suffix, _ = self.cut(place, tokens)
        text = self.texts[place % len(self.texts)]
        at = text.index(prefix) + len(prefix)
        return [(text[at - len(prefix) : at + 3 * n + n % 5], suffix) for n in range(keystrokes)]
