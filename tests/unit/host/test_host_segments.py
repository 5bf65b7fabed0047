"""A text that is encoded in remembered segments has the same tokens as the whole text, with every vocabulary we have."""

from __future__ import annotations

import ctypes
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.embedded import model_path
from codestral_ls.host import llama
from codestral_ls.host.llama_vocabulary import LlamaVocabulary
from codestral_ls.host.segments import LEAST, REMEMBERED, Segments, separable, split

HERE = Path(__file__).parents[3]
SOURCES = sorted([*HERE.glob("server/codestral_ls/host/*.py"), *HERE.glob("clients/neovim/lua/**/*.lua"), *HERE.glob("*.md")])
CHANGES: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\n", "\n\n\n"),
    lambda text: text.replace("    ", "\t"),
    lambda text: text.replace("e", "é"),
    lambda text: " " + text.replace("a\n", "a \n"),
]


def vocabulary_only(path: Path) -> tuple[LlamaVocabulary, Any]:
    api = llama.load()
    parameters = api.llama_model_default_params()
    parameters.vocab_only = True
    pointer = api.llama_model_load_from_file(os.fsencode(path), parameters)
    return LlamaVocabulary(api.llama_model_get_vocab(pointer)), pointer


@pytest.fixture(scope="module", params=["embedded", "bpe", "sentencepiece", "mistral_v3", "tekken", "qwen", "deepseek"])
def vocabulary(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, bpe_model: Path, spm_model: Path
) -> Iterator[LlamaVocabulary]:
    paths = {"embedded": model_path(), "bpe": bpe_model, "sentencepiece": spm_model}
    if request.param not in paths:
        pytest.importorskip("mistral_common", reason="the authors' tokenizers come with the dev extra")
        from support.models import authors_vocabularies as authors

        folder = tmp_path_factory.mktemp(request.param)
        paths[request.param] = authors.write(folder / "m.gguf", getattr(authors, request.param)(), request.param)
    found, pointer = vocabulary_only(paths[request.param])
    yield found
    llama.load().llama_model_free(ctypes.c_void_p(pointer) if isinstance(pointer, int) else pointer)


def test_segments_have_the_tokens_of_the_whole_text(vocabulary: LlamaVocabulary) -> None:
    assert vocabulary._segments is not None, "these vocabularies have no token that reaches over such an end of a line"
    chance = random.Random(5)
    for number in range(60):
        text = CHANGES[number % len(CHANGES)](chance.choice(SOURCES).read_text("utf-8"))
        begin = chance.randrange(max(1, len(text) - 50))
        text = text[begin : begin + chance.randrange(50, 4000)]
        assert vocabulary._segments.encode(text) == vocabulary._encode(text), text


def test_typing_encodes_the_end_of_the_text_alone() -> None:
    asked: list[str] = []

    def encode(text: str) -> list[int]:
        asked.append(text)
        return [ord(character) for character in text]

    segments = Segments(encode, encode)
    text = "".join(f"line number {number}\n" for number in range(200))
    whole = segments.encode(text)
    assert whole == [ord(character) for character in text]
    assert "".join(asked) == text
    asked.clear()
    for number in range(1, 30):
        assert len(segments.encode(text + "x" * number)) == len(text) + number
    assert sum(map(len, asked)) < 30 * (2 * LEAST)


def test_text_without_borders_is_one_segment_and_what_is_remembered_is_bounded() -> None:
    assert list(split("(" * 5000)) == ["(" * 5000]
    assert list(split("")) == []
    segments = Segments(lambda text: [1], lambda text: [2])
    for number in range(3):
        segments.encode("".join(f"{number} {'x' * LEAST} {at}\n" for at in range(REMEMBERED)))
    assert len(segments._known) == REMEMBERED


def test_a_vocabulary_with_a_token_over_the_border_is_not_cut() -> None:
    assert separable([b"a", b")\n", b"\n  ", b"", b" a"])
    assert not separable([b"a", b"end\nif"])
