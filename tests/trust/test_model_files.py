"""The boundary of model files: a broken header is refused in a sentence, and none that is accepted ends the host.

A sample is tested here; ``python -m benchmarks.trust`` tries 5,000 files.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.trusting.gguf_mutants import HeaderPair, Tensor, read
from benchmarks.trusting.model_headers import attack
from codestral_ls.errors import ModelError
from codestral_ls.host.gguf_file import read_header
from codestral_ls.host.gguf_shape import check_shape
from codestral_ls.system.processes import SAFE_PATH
from support.models.random_model import SHAPES, write


def test_broken_files_do_not_end_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SAFE_PATH, "1")  # as after a pool of workers was started in this process
    outcome = attack(30, seed=5)
    assert (outcome.deaths, outcome.silences, outcome.faults) == (0, 0, {})
    assert outcome.refused_unread > 0
    assert outcome.refused + outcome.ran > 0


SOUND: dict[str, object] = {"a.block_count": 4, "a.attention.head_count": 8, "a.attention.layer_norm_rms_epsilon": 1e-5}


@pytest.mark.parametrize(
    "broken",
    [
        {"a.block_count": 0},
        {"a.block_count": 513},
        {"a.nextn_predict_layers": 5},
        {"a.attention.head_count": [8, 8, 0, 8]},
        {"a.attention.layer_norm_rms_epsilon": -1e-5},
        {"a.attention.layer_norm_rms_epsilon": float("nan")},
        {"a.rope.scaling.type": "cubic"},
        {"a.expert_used_count": 2},
        {"a.expert_count": 8},
        {"a.expert_count": 8, "a.expert_used_count": 9},
        {"a.expert_count": 4096, "a.expert_used_count": 2},
        {"a.expert_group_count": 2},
        {"a.expert_count": 8, "a.expert_used_count": 2, "a.expert_group_count": 3, "a.expert_group_used_count": 1},
        {"a.expert_count": 8, "a.expert_used_count": 2, "a.expert_group_count": 4, "a.expert_group_used_count": 4},
    ],
)
def test_a_shape_that_llama_cpp_does_not_expect_is_refused(broken: Mapping[str, object]) -> None:
    check_shape("a", SOUND)
    check_shape("a", SOUND | {"a.expert_count": 8, "a.expert_used_count": [2, 2, 4, 2], "a.rope.scaling.type": "yarn"})
    with pytest.raises(ValueError, match=r"\w"):
        check_shape("a", {**SOUND, **broken})


def test_a_vocabulary_that_lacks_a_byte_is_refused(tmp_path: Path) -> None:
    file = read(write(tmp_path / "good.gguf", SHAPES["tiny"], "sentencepiece").read_bytes())
    assert read_header(tmp_path / "good.gguf").architecture == "llama"
    [tokens] = [pair for pair in file.pairs if pair.key == b"tokenizer.ggml.tokens"]
    tokens.items = [item.replace(b"<0x0A>", b"<0x0a>") for item in tokens.items]
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(file.encoded())
    with pytest.raises(ModelError, match="no token for the byte 10"):
        read_header(broken)


@pytest.mark.parametrize("kind", ["bert", "t5", "test", "whitespace", "no_vocab", "x" * 500])
def test_a_vocabulary_that_writes_no_text_is_refused(tmp_path: Path, kind: str) -> None:
    file = read(write(tmp_path / "good.gguf", SHAPES["tiny"], "sentencepiece").read_bytes())
    [model] = [pair for pair in file.pairs if pair.key == b"tokenizer.ggml.model"]
    model.value = struct.pack("<Q", len(kind)) + kind.encode()
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(file.encoded())
    with pytest.raises(ModelError, match="vocabulary") as refused:
        read_header(broken)
    assert len(str(refused.value)) < 400


def test_weights_that_nothing_multiplies_by_are_refused(tmp_path: Path) -> None:
    file = read(write(tmp_path / "good.gguf", SHAPES["tiny"], "bpe").read_bytes())
    file.tensors = [Tensor(one.name, one.sizes, 25 if b"ffn_up" in one.name else one.kind, one.offset) for one in file.tensors]
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(file.encoded())
    with pytest.raises(ModelError, match="16-bit integers"):
        read_header(broken)


def test_parts_of_a_good_file_make_the_same_file(tmp_path: Path) -> None:
    data = write(tmp_path / "good.gguf", SHAPES["tiny"], "sentencepiece").read_bytes()
    file = read(data)
    assert file.encoded() == data
    file.pairs.append(HeaderPair(b"llama.expert_count", 4, struct.pack("<I", 8)))
    (tmp_path / "more.gguf").write_bytes(file.encoded())
    with pytest.raises(ModelError, match="experts"):
        read_header(tmp_path / "more.gguf")
