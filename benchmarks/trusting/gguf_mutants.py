"""Broken GGUF files, made from a good one: values, types, names, sizes, counts or bytes of its header are replaced.

Pure. The layout is that of https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
"""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass, field

ALIGNMENT = 32
SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<B", 10: "<Q", 11: "<q", 12: "<d"}
STRING, ARRAY = 8, 9
_NUMBERS = (
    *(0, 1, 2, 3, 5, 7, 8, 15, 16, 31, 33, 63, 64, 65, 127, 128, 255, 256, 511, 512, 513, 1000, 1024, 4096, 65535, 65536),
    *(1 << 20, 1 << 24, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, -1, -2, -1000),
)
_FLOATS = (0.0, -0.0, 1e-45, 1e-5, 1.0, -1.0, -1e-6, 10_000.0, 1e30, 3.4e38, float("inf"), float("-inf"), float("nan"))
_TEXTS = (
    *(b"", b"\0", b"llama", b"gpt2", b"bert", b"qwen2", b"qwen3moe", b"gemma3", b"mamba", b"rwkv6", b"t5", b"deepseek2", b"falcon"),
    *(b"phi3", b"starcoder2", b"default", b"gpt-2", b"tekken", b"no_vocab", b"rwkv", b"plamo2", b"\xff\xfe", b"x" * 5_000),
    *(b"linear", b"yarn", b"longrope", b"none", b"mean", b"%s%n%s%n", b"../../etc/passwd", b"{{ 7 * 7 }}", b"{% for a in b %}"),
)
_MORE_KEYS = (
    *("llama.expert_count", "llama.expert_used_count", "llama.rope.scaling.type", "llama.rope.scaling.factor"),
    *("llama.rope.dimension_count", "llama.attention.sliding_window", "llama.vocab_size", "llama.logit_scale"),
    *(
        "llama.attention.causal",
        "llama.pooling_type",
        "llama.rope.scaling.original_context_length",
        "llama.leading_dense_block_count",
    ),
    *("llama.expert_feed_forward_length", "llama.expert_group_count", "llama.expert_weights_scale", "llama.nextn_predict_layers"),
    *("llama.attention.layer_norm_epsilon", "llama.attention.layer_norm_rms_epsilon", "llama.attention.clamp_kqv"),
    *("llama.rope.dimension_sections", "llama.rope.scaling.attn_factor", "llama.rope.scaling.yarn_log_multiplier"),
    *("llama.attention.max_alibi_bias", "llama.attention.temperature_scale", "llama.attention.temperature_length"),
    *(
        "tokenizer.ggml.bos_token_id",
        "tokenizer.ggml.eos_token_id",
        "tokenizer.ggml.eot_token_id",
        "tokenizer.ggml.unknown_token_id",
    ),
    *("tokenizer.ggml.padding_token_id", "tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.fim_suf_token_id"),
    *("tokenizer.ggml.fim_mid_token_id", "tokenizer.ggml.fim_rep_token_id", "tokenizer.ggml.newline_token_id"),
    *(
        "tokenizer.ggml.add_bos_token",
        "tokenizer.ggml.add_space_prefix",
        "tokenizer.ggml.add_eos_token",
        "tokenizer.ggml.add_sep_token",
    ),
    *("tokenizer.ggml.precompiled_charsmap", "tokenizer.ggml.remove_extra_whitespaces", "tokenizer.ggml.token_type_count"),
    *("tokenizer.chat_template", "general.alignment", "general.file_type", "general.type", "split.count", "split.no"),
    *("split.tensors.count", "general.quantization_version", "adapter.type", "llama.tensor_data_layout"),
)


@dataclass(slots=True)
class HeaderPair:
    """A key with its value: ``kind`` and the value's bytes; for an array, the kind and bytes of its ``items``."""

    key: bytes
    kind: int
    value: bytes = b""
    item: int = 0
    items: list[bytes] = field(default_factory=list)

    def encoded(self, count: int | None = None) -> bytes:
        """The pair as it is in a file. ``count`` replaces the number of items."""
        head = _text(self.key) + struct.pack("<I", self.kind)
        if self.kind != ARRAY:
            return head + self.value
        said = len(self.items) if count is None else count
        return head + struct.pack("<IQ", self.item, said) + b"".join(self.items)


@dataclass(slots=True)
class Tensor:
    """A row in the table of tensors."""

    name: bytes
    sizes: list[int]
    kind: int
    offset: int


@dataclass(slots=True)
class File:
    """The parts of a whole file."""

    pairs: list[HeaderPair]
    tensors: list[Tensor]
    data: bytes
    version: int = 3
    magic: bytes = b"GGUF"
    tensor_count: int | None = None
    pair_count: int | None = None
    lying_array: tuple[int, int] | None = None
    """The number of a pair, and how many items it claims to have."""

    def encoded(self) -> bytes:
        """The bytes of the file."""
        counts = (
            len(self.tensors) if self.tensor_count is None else self.tensor_count,
            len(self.pairs) if self.pair_count is None else self.pair_count,
        )
        head = self.magic + struct.pack("<IQQ", self.version, *counts)
        for number, pair in enumerate(self.pairs):
            lie = self.lying_array[1] if self.lying_array is not None and self.lying_array[0] == number else None
            head += pair.encoded(lie)
        for tensor in self.tensors:
            head += _text(tensor.name) + struct.pack("<I", len(tensor.sizes))
            head += b"".join(struct.pack("<Q", size % (1 << 64)) for size in tensor.sizes)
            head += struct.pack("<IQ", tensor.kind % (1 << 32), tensor.offset % (1 << 64))
        return head + b"\0" * (-len(head) % ALIGNMENT) + self.data


def _text(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


class _MutantReader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, form: str) -> int:
        return int(struct.unpack(form, self.take(struct.calcsize(form)))[0])

    def text(self) -> bytes:
        return self.take(self.number("<Q"))

    def value(self, kind: int) -> bytes:
        return _text(self.text()) if kind == STRING else self.take(struct.calcsize(SCALARS[kind]))


def read(data: bytes) -> File:
    """The parts of a good file."""
    reader = _MutantReader(data)
    reader.take(8)
    tensors, pairs = reader.number("<Q"), reader.number("<Q")
    found: list[HeaderPair] = []
    for _ in range(pairs):
        key, kind = reader.text(), reader.number("<I")
        if kind == ARRAY:
            item, count = reader.number("<I"), reader.number("<Q")
            found.append(HeaderPair(key, kind, item=item, items=[reader.value(item) for _ in range(count)]))
        else:
            found.append(HeaderPair(key, kind, reader.value(kind)))
    table = []
    for _ in range(tensors):
        name = reader.text()
        sizes = [reader.number("<Q") for _ in range(reader.number("<I"))]
        table.append(Tensor(name, sizes, reader.number("<I"), reader.number("<Q")))
    start = -(-reader.at // ALIGNMENT) * ALIGNMENT
    return File(found, table, data[start:])


def mutant(chance: random.Random, data: bytes) -> bytes:
    """A broken file made from the good one in ``data``."""
    if chance.random() < 0.2:
        return _bytes_exchanged(chance, data)
    file = read(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        chance.choice(_WAYS)(chance, file)
    broken = file.encoded()
    return broken[: chance.randrange(len(broken))] if chance.random() < 0.03 else broken


def _bytes_exchanged(chance: random.Random, data: bytes) -> bytes:
    broken = bytearray(data)
    head = len(data) - len(read(data).data)
    for _ in range(chance.choice((1, 2, 4, 16))):
        place = chance.randrange(head)
        match chance.randrange(4):
            case 0:
                broken[place] = chance.randrange(256)
            case 1:
                broken[place : place + 8] = struct.pack("<Q", chance.choice(_NUMBERS) % (1 << 64))
            case 2:
                del broken[place : place + chance.choice((1, 4, 8, 100))]
            case _:
                broken[place:place] = broken[max(0, place - 40) : place]
    return bytes(broken)


def _scalar(chance: random.Random, kind: int) -> bytes:
    form = SCALARS[kind]
    if kind in (6, 12):
        return struct.pack(form, chance.choice(_FLOATS)) if kind == 12 or chance.random() < 0.9 else chance.randbytes(4)
    return (chance.choice(_NUMBERS) % (1 << 64)).to_bytes(8, "little")[: struct.calcsize(form)]


def _some_value(chance: random.Random, kind: int) -> bytes:
    return _text(chance.choice(_TEXTS)) if kind == STRING else _scalar(chance, kind)


def _value(chance: random.Random, file: File) -> None:
    pair = chance.choice([pair for pair in file.pairs if pair.kind != ARRAY])
    pair.value = _some_value(chance, pair.kind)


def _kind(chance: random.Random, file: File) -> None:
    pair = chance.choice(file.pairs)
    pair.kind = chance.choice((*SCALARS, STRING))
    pair.value = _some_value(chance, pair.kind)


def _to_array(chance: random.Random, file: File) -> None:
    pair = chance.choice([pair for pair in file.pairs if pair.kind != ARRAY])
    item = pair.kind
    pair.kind, pair.item = ARRAY, item
    pair.items = [
        _some_value(chance, item) if chance.random() < 0.5 else pair.value for _ in range(chance.choice((0, 1, 2, 3, 65)))
    ]


def _dropped(chance: random.Random, file: File) -> None:
    del file.pairs[chance.randrange(len(file.pairs))]


def _doubled(chance: random.Random, file: File) -> None:
    file.pairs.append(chance.choice(file.pairs))


def _renamed(chance: random.Random, file: File) -> None:
    chance.choice(file.pairs).key = chance.choice((b"", b"\0", b"llama.block_count", b"x" * 70_000, chance.choice(file.pairs).key))


def _added(chance: random.Random, file: File) -> None:
    kind = chance.choice((4, 5, 6, 7, STRING, 10))
    pair = HeaderPair(chance.choice(_MORE_KEYS).encode(), kind, _some_value(chance, kind))
    file.pairs = [one for one in file.pairs if one.key != pair.key] + [pair]


def _array(chance: random.Random, file: File) -> None:
    """A vocabulary's tokens, scores, types or merges."""
    arrays = [number for number, pair in enumerate(file.pairs) if pair.kind == ARRAY and pair.items]
    if not arrays:
        return
    number = chance.choice(arrays)
    pair = file.pairs[number]
    place = chance.randrange(len(pair.items))
    match chance.randrange(7):
        case 0:
            pair.items[place] = _some_value(chance, pair.item)
        case 1:
            pair.items[place] = chance.choice(pair.items)
        case 2:
            del pair.items[place : place + chance.choice((1, 10, len(pair.items)))]
        case 3:
            pair.items += [_some_value(chance, pair.item) for _ in range(chance.choice((1, 50)))]
        case 4:
            file.lying_array = (number, chance.choice((0, len(pair.items) - 1, len(pair.items) + 1, *_NUMBERS)) % (1 << 64))
        case 5:
            pair.item = chance.choice((*SCALARS, STRING))
            pair.items = [_some_value(chance, pair.item) for _ in pair.items]
        case _:
            pair.items = [_some_value(chance, pair.item) if chance.random() < 0.2 else one for one in pair.items]


def _tensor(chance: random.Random, file: File) -> None:
    tensor = chance.choice(file.tensors)
    match chance.randrange(6):
        case 0:
            tensor.sizes[chance.randrange(len(tensor.sizes))] = chance.choice(_NUMBERS)
        case 1:
            tensor.kind = chance.choice((*range(42), 255, 1 << 31))
        case 2:
            tensor.offset = chance.choice((*_NUMBERS, tensor.offset + 1, tensor.offset + 32))
        case 3:
            tensor.sizes = chance.choice(
                ([], tensor.sizes[::-1], [*tensor.sizes, 1], [*tensor.sizes, 0], [1] * 5, [1 << 33, 1 << 31])
            )
        case 4:
            tensor.name = chance.choice(
                (b"", b"x" * 100, b"token_embd.weight", b"output.weight", b"blk.511.attn_q.weight", b"\xff\0")
            )
        case _:
            tensor.kind, tensor.offset = chance.choice(((0, 0), (1, 0), (8, 0)))


def _tensors(chance: random.Random, file: File) -> None:
    match chance.randrange(3):
        case 0:
            del file.tensors[chance.randrange(len(file.tensors))]
        case 1:
            file.tensors.append(chance.choice(file.tensors))
        case _:
            chance.shuffle(file.tensors)


def _counts(chance: random.Random, file: File) -> None:
    match chance.randrange(4):
        case 0:
            file.tensor_count = chance.choice((len(file.tensors) - 1, len(file.tensors) + 1, *_NUMBERS)) % (1 << 64)
        case 1:
            file.pair_count = chance.choice((len(file.pairs) - 1, len(file.pairs) + 1, *_NUMBERS)) % (1 << 64)
        case 2:
            file.version = chance.choice((0, 1, 2, 4, 1 << 24, 3 << 24))
        case _:
            file.magic = chance.choice((b"GGUF", b"GGML", b"FUGG", b"\0" * 4))


def _data(chance: random.Random, file: File) -> None:
    """Weights that are cut off, too long, or not numbers."""
    match chance.randrange(3):
        case 0:
            file.data = file.data[: -chance.choice((1, 32, len(file.data) // 2, len(file.data)))]
        case 1:
            file.data += b"\0" * 64
        case _:
            file.data = chance.choice((b"\xff", b"\0", b"\x7f")) * len(file.data)


_WAYS = (
    *(_value, _value, _value, _value, _kind, _to_array, _dropped, _doubled, _renamed, _added, _added, _added),
    *(_array, _array, _array, _tensor, _tensor, _tensors, _counts, _data),
)
