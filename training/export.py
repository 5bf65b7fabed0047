"""`python -m training.export`: write a checkpoint as GGUF files, in F16 and Q8_0, that llama.cpp and the host read.

Besides the weights, a file has what the host needs: the control tokens by id, that no `<s>` is added automatically, and the order
of a prompt. `training.verify` then compares llama.cpp's results with the training framework's.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

from training import checkpoint, control, tokenizer
from training.checkpoint import Checkpoint
from training.flat import places
from training.model import NORM_EPSILON, ROPE_BASE, Decoder, Shape
from training.runs import RUNS

NAME = "tiny-fim"
DESCRIPTION = (
    "Fill-in-the-middle completion of Python, TypeScript, JavaScript, Go, Rust, Java, C and C++, trained from nothing on "
    "permissively licensed sources. "
    "Prompt: <s>[SUFFIX]suffix[PREFIX]prefix"
)
FIM_ORDER_KEY = "codestral_ls.fim_order"
FILE_TYPES = {
    "f16": (gguf.GGMLQuantizationType.F16, gguf.LlamaFileType.MOSTLY_F16),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
}

Array = NDArray[np.float32]


def neighbours(weight: Array, heads: int) -> Array:
    """The rows of a query or key matrix in llama.cpp's order: it rotates neighbouring rows, the trained model one half against
    the other.
    """
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def tensors(state: Checkpoint) -> dict[str, Array]:
    """The weights under llama.cpp's names. The embedding is tied, so there is no output matrix."""
    named = {place.name: place.of(state.weights).float().numpy() for place in places(Decoder(state.shape))}
    found = {"token_embd.weight": named["embedding.weight"], "output_norm.weight": named["norm.weight"]}
    for layer in range(state.shape.layers):
        ours, theirs = f"blocks.{layer}.", f"blk.{layer}."
        query, key, value = np.split(named[ours + "attention.qkv.weight"], 3)
        gate, up = np.split(named[ours + "feed_forward.gate_up.weight"], 2)
        found |= {
            theirs + "attn_norm.weight": named[ours + "attention_norm.weight"],
            theirs + "attn_q.weight": neighbours(query, state.shape.heads),
            theirs + "attn_k.weight": neighbours(key, state.shape.heads),
            theirs + "attn_v.weight": value,
            theirs + "attn_output.weight": named[ours + "attention.out.weight"],
            theirs + "ffn_norm.weight": named[ours + "feed_forward_norm.weight"],
            theirs + "ffn_gate.weight": gate,
            theirs + "ffn_up.weight": up,
            theirs + "ffn_down.weight": named[ours + "feed_forward.down.weight"],
        }
    return found


def _describe(writer: gguf.GGUFWriter, shape: Shape, file_type: gguf.LlamaFileType) -> None:
    writer.add_name(NAME)
    writer.add_description(DESCRIPTION)
    writer.add_license("mit")
    writer.add_string(FIM_ORDER_KEY, "suffix_first")
    writer.add_file_type(file_type)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(NORM_EPSILON)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(ROPE_BASE)


def _add_tokenizer(writer: gguf.GGUFWriter, path: Path) -> None:
    model = json.loads(path.read_text("utf-8"))["model"]
    vocabulary = sorted(model["vocab"], key=model["vocab"].__getitem__)
    controls = len(control.CONTROL)
    types = [gguf.TokenType.CONTROL] * controls + [gguf.TokenType.NORMAL] * (len(vocabulary) - controls)
    types[control.UNKNOWN] = gguf.TokenType.UNKNOWN
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(vocabulary)
    writer.add_token_types(types)
    writer.add_token_merges([pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"]])
    writer.add_bos_token_id(control.BEGIN)
    writer.add_eos_token_id(control.END)
    writer.add_unk_token_id(control.UNKNOWN)
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_uint32("tokenizer.ggml.fim_pre_token_id", control.PREFIX)
    writer.add_uint32("tokenizer.ggml.fim_suf_token_id", control.SUFFIX)
    writer.add_uint32("tokenizer.ggml.fim_mid_token_id", control.MIDDLE)


def write(state: Checkpoint, path: Path, kind: str, tokenizer_path: Path = tokenizer.FILE) -> None:
    """Write a GGUF file. Matrices have the file's type; gains stay in 32 bits, as llama.cpp expects."""
    quantization, file_type = FILE_TYPES[kind]
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer, state.shape, file_type)
    _add_tokenizer(writer, tokenizer_path)
    for name, array in tensors(state).items():
        if array.ndim == 1:
            writer.add_tensor(name, array)
        else:
            writer.add_tensor(name, gguf.quants.quantize(array, quantization), raw_dtype=quantization)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=RUNS / "tiny" / "last.pt")
    parser.add_argument("--to", type=Path, help="folder of the files (default: the checkpoint's)")
    arguments = parser.parse_args()
    state = checkpoint.load(arguments.checkpoint)
    folder = arguments.to or arguments.checkpoint.parent
    for kind in FILE_TYPES:
        path = folder / f"{NAME}-{kind}.gguf"
        write(state, path, kind)
        print(
            f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, {state.tokens / 1e6:.1f} M tokens, {state.seconds / 60:.0f} minutes"
        )


if __name__ == "__main__":
    main()
