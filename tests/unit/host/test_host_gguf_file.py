"""Broken model files: each gets one clear sentence, and none reaches llama.cpp."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.config.host_address import model_path
from codestral_ls.errors import ModelError
from codestral_ls.host.gguf_file import read_header


def test_a_good_file(bpe_model: Path) -> None:
    header = read_header(bpe_model)
    assert (header.architecture, header.number("context_length"), header.number("block_count")) == ("llama", 1024, 2)
    assert header.name == "random-bpe"
    assert header.parameters > 100_000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty or cut off"),
        (b"GGUF", "empty or cut off"),
        (b"#!/bin/sh\necho this is not a model at all", "not a GGUF file"),
        (b"GGUF" + struct.pack("<I", 1) + b"\0" * 40, "version 1"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1) + b"\0" * 40, "corrupt"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 62) + b"\0" * 40, "cut off or corrupt"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 0) + b"\0" * 40, "names no architecture"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<I", 99) + b"\0" * 9, "unknown value type 99"),
    ],
)
def test_not_a_model(tmp_path: Path, content: Any, sentence: Any) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=sentence):
        read_header(path)


def test_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model file at"):
        read_header(tmp_path / "none.gguf")
    with pytest.raises(ModelError, match="is a folder"):
        read_header(tmp_path)


@pytest.mark.parametrize("model", ["", " "])
def test_an_empty_name_is_not_a_file(model: Any) -> None:
    with pytest.raises(ModelError, match=r"^`local\.model` is empty\. Name .*embedded.*models list.*path of a GGUF file\.$"):
        read_header(model_path(model))


@pytest.mark.parametrize("share", [0.0005, 0.02, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file(bpe_model: Path, tmp_path: Path, share: Any) -> None:
    data = bpe_model.read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ModelError, match="cut off"):
        read_header(path)


def test_tokens_with_the_same_text(bpe_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "twins.gguf"
    path.write_bytes(bpe_model.read_bytes().replace(b"[PREFIX]", b"[SUFFIX]"))
    with pytest.raises(ModelError, match="two of its tokens have the same text"):
        read_header(path)


def test_flipped_bytes_never_raise_anything_else(bpe_model: Path, tmp_path: Path) -> None:
    data = bpe_model.read_bytes()
    dice = random.Random(7)
    path = tmp_path / "flipped.gguf"
    refused = 0
    for _ in range(300):
        broken = bytearray(data)
        for _ in range(3):
            broken[dice.randrange(24, 12_000)] = dice.randrange(256)
        path.write_bytes(broken)
        try:
            read_header(path)
        except ModelError:
            refused += 1
    assert refused > 20
