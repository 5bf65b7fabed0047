"""Writes GGUF models with random weights: any shape of the llama architecture, a real tokenizer, no training.

They are for tests of the host and for speed, never for quality. Two vocabularies: "bpe" (byte-level, as the embedded model's) and
"sentencepiece" (as Codestral's), both with Codestral's control tokens, either at its own ids or after the bytes.

    python -m support.models.random_model SHAPE PATH

Shapes: tiny, embedded (7 MB), small (170 MB), codestral (22B), qwen-7b and qwen-1.5b (all three with 4 bits per weight).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np

CONTROL = {"<unk>": 2, "<s>": 3, "</s>": 3}
FIM = ("[PREFIX]", "[MIDDLE]", "[SUFFIX]")
WORDS = [
    *("def", "return", "self", "import", "from", "class", "for", "in", "if", "else", "elif", "while", "not", "None"),
    *("True", "False", "and", "or", "is", "with", "as", "try", "except", "raise", "self.", "self._", ".append"),
    *(".assert", "assert", "assertEqual", "print", "len", "range", "int", "str", "float", "list", "dict", "set"),
    *("tuple", "name", "value", "path", "file", "line", "text", "index", "count", "result", "data", "key", "item"),
    *("args", "kwargs", "__init__", "return_value", "number", "token", "prompt", "suffix", "prefix"),
]


@dataclass(frozen=True)
class ModelShape:
    """Sizes of a llama-architecture model, and the tensor type of its matrices."""

    width: int
    layers: int
    heads: int
    kv_heads: int
    feed_forward: int
    vocabulary: int
    context: int
    head: int = 0
    rope_base: float = 10_000.0
    kind: str = "F16"
    tied: bool = True


SHAPES = {
    "tiny": ModelShape(64, 2, 4, 4, 128, 600, 1024),
    "embedded": ModelShape(256, 6, 4, 4, 704, 6144, 4096, kind="Q8_0"),
    "small": ModelShape(1024, 12, 16, 4, 2816, 32768, 4096, kind="Q8_0", rope_base=1_000_000.0),
    "codestral": ModelShape(6144, 56, 48, 8, 16384, 32768, 32768, 128, 1_000_000.0, "Q4_K", tied=False),
    "qwen-7b": ModelShape(3584, 28, 28, 4, 18944, 152064, 32768, 128, 1_000_000.0, "Q4_K", tied=False),
    "qwen-1.5b": ModelShape(1536, 28, 12, 2, 8960, 151936, 32768, 128, 1_000_000.0, "Q4_K"),
}
"""``qwen-*`` have the sizes of Qwen2.5-Coder; all are of the llama architecture, without its biases."""


def vocabulary(kind: str, size: int) -> tuple[list[str], list[float], list[int], list[str]]:
    """Pieces, scores, types and merges of about ``size`` tokens; ``kind`` is "sentencepiece" or "bpe"."""
    if kind == "sentencepiece":
        return _sentencepiece(size)
    return _bpe(size)


def _sentencepiece(size: int) -> tuple[list[str], list[float], list[int], list[str]]:
    pieces, types = list(CONTROL), list(CONTROL.values())
    pieces += [f"[CONTROL_{n}]" for n in range(3, 11)] + list(FIM)  # ids 11, 12 and 13 as in Mistral's v3 tokenizer
    types += [3] * (8 + len(FIM))
    pieces += [f"<0x{byte:02X}>" for byte in range(256)]
    types += [6] * 256
    seen = set(pieces)
    for piece in _candidates():
        if len(pieces) >= size:
            break
        piece = piece.replace(" ", "▁")
        if piece not in seen and piece:
            seen.add(piece)
            pieces.append(piece)
            types.append(1)
    number = 0
    while len(pieces) < size:
        piece = f"▁w{number:x}"
        number += 1
        if piece not in seen:
            seen.add(piece)
            pieces.append(piece)
            types.append(1)
    scores = [0.0 if kind != 1 else -float(at) for at, kind in enumerate(types)]
    return pieces, scores, types, []


def _candidates() -> list[str]:
    """Single characters first, then pieces built by merges, step by step (a smaller score merges later)."""
    out = [chr(code) for code in range(33, 127)] + [" ", "☺"]
    grown: list[str] = []
    for word in WORDS:
        for start in ("", " "):
            text = start + word
            grown += [text[:length] for length in range(2, len(text) + 1)]
    grown += [" " * n for n in (2, 3, 4, 5, 6, 7, 8)]
    return out + sorted(set(grown), key=lambda piece: (len(piece), piece))


def byte_table() -> dict[int, str]:
    """GPT-2's printable replacements for the 256 bytes."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {byte: chr(byte) for byte in kept}
    extra = 0
    for byte in range(256):
        if byte not in table:
            table[byte] = chr(256 + extra)
            extra += 1
    return table


def _bpe(size: int) -> tuple[list[str], list[float], list[int], list[str]]:
    table = byte_table()
    pieces = [*CONTROL, *FIM]
    types = [3] * len(pieces)
    pieces += [table[byte] for byte in range(256)]
    types += [1] * 256
    merges: list[str] = []
    seen = set(pieces)
    wanted = [word for text in WORDS for word in (text, " " + text)] + [
        "\n ",
        "\n  ",
        "\n    ",
        "  ",
        "    ",
        "        ",
    ]
    for word in wanted:
        mapped = "".join(table[byte] for byte in word.encode())
        for length in range(2, len(mapped) + 1):
            piece = mapped[:length]
            if len(pieces) < size and piece not in seen:
                seen.add(piece)
                pieces.append(piece)
                types.append(1)
                merges.append(f"{mapped[: length - 1]} {mapped[length - 1]}")
    while len(pieces) < size:
        pieces.append(f"[UNUSED_{len(pieces)}]")
        types.append(5)
    return pieces, [0.0] * len(pieces), types, merges


@dataclass(frozen=True, slots=True)
class TokenizerFile:
    """The tokenizer of a GGUF file: ``model`` and ``pre`` are llama.cpp's names, ``types`` its token types (1 normal, 2 unknown,
    3 control, 5 unused, 6 byte); ``bos`` is -1 if texts begin with no special token.
    """

    model: str
    pre: str
    pieces: list[str]
    types: list[int]
    scores: list[float]
    merges: list[str]
    bos: int = 1
    eos: int = 2


def write(path: Path, shape: ModelShape, kind: str = "bpe", seed: int = 0, fim: bool = True) -> Path:
    """Write a model to ``path``. With ``fim`` False its FIM tokens have other names."""
    pieces, scores, types, merges = vocabulary(kind, shape.vocabulary)
    if not fim:
        pieces = [piece.replace("[PREFIX]", "[A]").replace("[SUFFIX]", "[B]").replace("[MIDDLE]", "[C]") for piece in pieces]
    model, pre = ("llama", "default") if kind == "sentencepiece" else ("gpt2", "gpt-2")
    return write_tokenizer(path, shape, TokenizerFile(model, pre, pieces, types, scores, merges), f"random-{path.stem}", seed)


def write_tokenizer(path: Path, shape: ModelShape, tokenizer: TokenizerFile, name: str, seed: int = 0) -> Path:
    """Write a model called ``name`` with this tokenizer to ``path``."""
    writer = gguf.GGUFWriter(path, "llama")
    head = shape.head or shape.width // shape.heads
    writer.add_name(name)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(head)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_vocab_size(len(tokenizer.pieces))
    writer.add_tokenizer_model(tokenizer.model)
    if tokenizer.model == "llama":
        writer.add_token_scores(tokenizer.scores)
        writer.add_add_space_prefix(True)
    else:
        writer.add_tokenizer_pre(tokenizer.pre)
        writer.add_token_merges(tokenizer.merges)
    writer.add_token_list(tokenizer.pieces)
    writer.add_token_types(tokenizer.types)
    if tokenizer.bos >= 0:
        writer.add_bos_token_id(tokenizer.bos)
    writer.add_eos_token_id(tokenizer.eos)
    if tokenizer.model == "llama":
        writer.add_unk_token_id(0)
    writer.add_add_bos_token(tokenizer.bos >= 0)
    _tensors(writer, shape, len(tokenizer.pieces), head, np.random.default_rng(seed))
    writer.close()
    return path


def _tensors(writer: gguf.GGUFWriter, shape: ModelShape, vocabulary_size: int, head: int, random: np.random.Generator) -> None:
    """Declare all tensors, then write them one after the other, so that 13 GB are never in memory at once."""
    kind = getattr(gguf.GGMLQuantizationType, shape.kind)
    wide, narrow = shape.heads * head, shape.kv_heads * head
    plan: list[tuple[str, tuple[int, ...]]] = [("token_embd.weight", (vocabulary_size, shape.width))]
    for layer in range(shape.layers):
        block = f"blk.{layer}"
        plan += [
            (f"{block}.attn_norm.weight", (shape.width,)),
            (f"{block}.attn_q.weight", (wide, shape.width)),
            (f"{block}.attn_k.weight", (narrow, shape.width)),
            (f"{block}.attn_v.weight", (narrow, shape.width)),
            (f"{block}.attn_output.weight", (shape.width, wide)),
            (f"{block}.ffn_norm.weight", (shape.width,)),
            (f"{block}.ffn_gate.weight", (shape.feed_forward, shape.width)),
            (f"{block}.ffn_up.weight", (shape.feed_forward, shape.width)),
            (f"{block}.ffn_down.weight", (shape.width, shape.feed_forward)),
        ]
    plan.append(("output_norm.weight", (shape.width,)))
    if not shape.tied:
        plan.append(("output.weight", (vocabulary_size, shape.width)))
    for name, size in plan:
        used = gguf.GGMLQuantizationType.F32 if len(size) == 1 else kind
        if used in (gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.F16):
            dtype = np.dtype(np.float32 if used == gguf.GGMLQuantizationType.F32 else np.float16)
            writer.add_tensor_info(name, size, dtype, int(np.prod(size)) * dtype.itemsize)
        else:
            stored = gguf.quant_shape_to_byte_shape(size, used)
            writer.add_tensor_info(name, stored, np.dtype(np.uint8), int(np.prod(stored)), raw_dtype=used)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    cache: dict[tuple[int, ...], np.ndarray] = {}
    for name, size in plan:
        if len(size) == 1:
            writer.write_tensor_data(np.ones(size, dtype=np.float32))
            continue
        key = (size[0], size[1])
        # Large models repeat one random matrix per shape: speed does not depend on the values.
        if key not in cache or shape.layers < 20:
            cache[key] = _matrix(size, shape.kind, random)
        writer.write_tensor_data(cache[key])
        if name.startswith("token_embd"):
            cache.pop(key)


def _matrix(size: tuple[int, ...], kind: str, random: np.random.Generator) -> np.ndarray:
    """Random weights of variance 1 / columns. gguf cannot quantise to Q4_K, so its blocks are made of random bits."""
    if kind == "Q4_K":
        # 256 values: scale and minimum as float16, 12 bytes of 6-bit scales and minima, 128 bytes of 4-bit values.
        blocks = random.integers(0, 256, (size[0], size[1] // 256, 144), dtype=np.uint8)
        scale = np.array([size[1] ** -0.5 / 150, size[1] ** -0.5 / 20], dtype=np.float16)
        blocks[:, :, :4] = scale.view(np.uint8)
        return blocks.reshape(size[0], -1)
    values = random.standard_normal(size, dtype=np.float32) * np.float32(size[1] ** -0.5)
    if kind == "F16":
        return values.astype(np.float16)
    return gguf.quantize(values, getattr(gguf.GGMLQuantizationType, kind))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", choices=sorted(SHAPES))
    parser.add_argument("path", type=Path)
    parser.add_argument("--vocabulary", choices=["bpe", "sentencepiece"], default="sentencepiece")
    given = parser.parse_args()
    write(given.path, SHAPES[given.shape], given.vocabulary)


if __name__ == "__main__":
    main()
