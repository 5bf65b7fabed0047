"""`python -m training.restore FILE`: make a checkpoint and a tokenizer from an exported F16 GGUF, to continue training.

The inverse of export.py, so that training can start from the shipped model. The checkpoint has no moments.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer

from training import checkpoint, tokenizer
from training.checkpoint import Checkpoint
from training.export import Array
from training.flat import places
from training.model import Decoder, Shape
from training.runs import RUNS


def halves(weight: Array, heads: int) -> Array:
    """The rows of a query or key matrix in the trained model's order: the inverse of `export.neighbours`."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def shape_of(reader: gguf.GGUFReader) -> Shape:
    def number(key: str) -> int:
        return int(reader.fields[f"llama.{key}"].contents())

    return Shape(
        vocabulary=number("vocab_size"),
        width=number("embedding_length"),
        layers=number("block_count"),
        heads=number("attention.head_count"),
        feed_forward=number("feed_forward_length"),
        context=number("context_length"),
    )


def from_gguf(path: Path) -> Checkpoint:
    reader = gguf.GGUFReader(path)
    shape = shape_of(reader)
    theirs = {tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type) for tensor in reader.tensors}
    ours: dict[str, Array] = {"embedding.weight": theirs["token_embd.weight"], "norm.weight": theirs["output_norm.weight"]}
    for layer in range(shape.layers):
        block = {name: theirs[f"blk.{layer}.{name}.weight"] for name in _NAMES}
        turned = [halves(block["attn_q"], shape.heads), halves(block["attn_k"], shape.heads), block["attn_v"]]
        ours |= {
            f"blocks.{layer}.attention_norm.weight": block["attn_norm"],
            f"blocks.{layer}.attention.qkv.weight": np.concatenate(turned),
            f"blocks.{layer}.attention.out.weight": block["attn_output"],
            f"blocks.{layer}.feed_forward_norm.weight": block["ffn_norm"],
            f"blocks.{layer}.feed_forward.gate_up.weight": np.concatenate([block["ffn_gate"], block["ffn_up"]]),
            f"blocks.{layer}.feed_forward.down.weight": block["ffn_down"],
        }
    flat = [torch.from_numpy(ours[place.name].astype(np.float32)).flatten() for place in places(Decoder(shape))]
    weights = torch.cat(flat)
    return Checkpoint(shape, weights, torch.zeros_like(weights), torch.zeros_like(weights), 0, 0, 0.0)


_NAMES = ("attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up", "ffn_down")


def tokenizer_of(path: Path) -> Tokenizer:
    """The tokenizer in an exported file."""
    fields = gguf.GGUFReader(path).fields
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"].contents()]
    return tokenizer.of_pieces(fields["tokenizer.ggml.tokens"].contents(), merges)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--to", type=Path, default=RUNS / "restored" / "last.pt")
    arguments = parser.parse_args()
    tokenizer.FILE.parent.mkdir(parents=True, exist_ok=True)
    tokenizer_of(arguments.file).save(str(tokenizer.FILE))
    checkpoint.save(from_gguf(arguments.file), arguments.to)
    print(f"{arguments.to} and {tokenizer.FILE}")


if __name__ == "__main__":
    main()
