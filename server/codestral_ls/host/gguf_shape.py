"""Checks the numbers of a model's shape that llama.cpp trusts: it divides by some, and ends the process if others do not fit.

Pure: looks only at a header's metadata and at its table of tensors. Source of the bounds: llama.cpp's llama-hparams.h and
llama-model.cpp, as in llama-cpp-python 0.3.36.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Set

COUNTS = {
    "block_count": 512,  # LLAMA_MAX_LAYERS
    "embedding_length": 1 << 20,
    "context_length": 1 << 31,
    "feed_forward_length": 1 << 24,
    "attention.head_count": 1 << 16,
    "attention.key_length": 1 << 16,
    "attention.value_length": 1 << 16,
}
"""Numbers of a model's shape that must be above 0, and a bound that no real model comes near."""
_POSITIVE = ("_epsilon", "rope.freq_base", "rope.scaling.factor")
"""Ends of the names of numbers that must be finite and not below 0."""
_MOST_EXPERTS = 1024  # LLAMA_MAX_EXPERTS
_ROPE_SCALINGS = frozenset({"none", "linear", "yarn", "longrope"})
_NO_WEIGHTS = {24: "8-bit integers", 25: "16-bit integers", 26: "32-bit integers", 27: "64-bit integers", 28: "64-bit floats"}
"""Types of tensors in ggml.h that no kernel multiplies by."""

_F32 = 0
_NO_VOCABULARY = ("no_vocab", "none")
_WRITING_VOCABULARIES = frozenset({"llama", "gpt2", "gemma4", "rwkv", "plamo2"})
"""Kinds of vocabularies in llama-vocab.cpp that code models have. The others belong to encoders and to llama.cpp's own tests, and
llama.cpp ends the process when such a vocabulary meets an unexpected token or text."""

Metadata = Mapping[str, object]


def check_shape(architecture: str, metadata: Metadata) -> None:
    """Raises: ValueError, with the end of a sentence, if llama.cpp would end the process or divide by 0."""
    for key, most in COUNTS.items():
        for number in _numbers(metadata.get(f"{architecture}.{key}")):
            if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= most:
                raise ValueError(f"{key} is {number}")
    for key, value in metadata.items():
        if key.endswith(_POSITIVE) and not (isinstance(value, float) and math.isfinite(value) and value >= 0.0):
            raise ValueError(f"{key} is {value}")
    scaling = metadata.get(f"{architecture}.rope.scaling.type")
    if isinstance(scaling, str) and scaling not in _ROPE_SCALINGS:
        raise ValueError(f"rope.scaling.type is {scaling}")
    if _most(architecture, metadata, "nextn_predict_layers") > _most(architecture, metadata, "block_count"):
        raise ValueError("it predicts with more layers than it has")
    _check_experts(architecture, metadata)


def _check_experts(architecture: str, metadata: Metadata) -> None:
    experts, used, groups, used_groups = (
        _most(architecture, metadata, f"expert_{key}") for key in ("count", "used_count", "group_count", "group_used_count")
    )
    if experts > _MOST_EXPERTS or used > experts or (experts and not used) or (groups and groups >= experts):
        raise ValueError(f"it uses {used} of {experts} experts in {groups} groups")
    if groups > 1 and (experts % groups or not 0 < used_groups < groups):
        raise ValueError(f"{used_groups} of {groups} groups share {experts} experts")


def check_vocabulary(metadata: Metadata, tokens: Set[bytes]) -> None:
    """Raises: ValueError if the vocabulary cannot write text, or is a SentencePiece one that lacks a byte (llama.cpp would end at a
    text with that byte).
    """
    kind = metadata.get("tokenizer.ggml.model", "none")
    if kind in _NO_VOCABULARY:
        raise ValueError("it has no vocabulary")
    if not isinstance(kind, str) or kind not in _WRITING_VOCABULARIES:
        raise ValueError(f"no model that completes code has a vocabulary of the kind {str(kind)[:40]!r}")
    missing = [byte for byte in range(256) if f"<0x{byte:02X}>".encode() not in tokens and bytes([byte]) not in tokens]
    if kind == "llama" and missing:
        raise ValueError(f"its vocabulary has no token for the byte {missing[0]}")


def check_tensor(name: str, kind: int) -> None:
    """Raises: ValueError if ``kind``, the tensor's type in ggml.h, is one that llama.cpp cannot compute with there."""
    if name.endswith(".weight") and kind in _NO_WEIGHTS:
        raise ValueError(f"tensor {name!r} holds {_NO_WEIGHTS[kind]}")
    if kind != _F32 and name.endswith(("norm.weight", ".bias")):  # these are multiplied and added one by one
        raise ValueError(f"tensor {name!r} is not of 32-bit floats")


def _numbers(value: object) -> Iterator[object]:
    """A value, or the values of a list that has one for each layer."""
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


def _most(architecture: str, metadata: Metadata, key: str) -> int:
    """The largest integer under the architecture's ``key``; 0 without one."""
    return max((number for number in _numbers(metadata.get(f"{architecture}.{key}")) if isinstance(number, int)), default=0)
