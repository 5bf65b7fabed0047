"""How much of a model goes where: layers on the GPU, context per slot. Pure arithmetic on the header and the free memory.

Makes a first plan, and the further plans to try if llama.cpp runs out of memory all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from codestral_ls.host.gguf_file import GgufHeader

MOST_CONTEXT = 8192
LEAST_CONTEXT = 2048
"""With a smaller context a prompt and its surroundings no longer fit; fewer layers on the GPU are better than that."""
BUFFERS = 600_000_000
"""llama.cpp's own buffers on the device for a 22B model at 8,192 tokens, rounded up; small models need far less."""
USABLE = 0.95
"""The share of the free memory that may be used: drivers and other programs need some, and it changes while the model loads."""
_KV_BYTES = {"auto": 2.0, "f16": 2.0, "q8_0": 34 / 32, "q4_0": 18 / 32}


@dataclass(frozen=True, slots=True)
class Need:
    """A model's needs in bytes: per layer, outside of the layers (output matrix, buffers), per token and layer of context."""

    layers: int
    layer: int
    beside: int
    kv: int

    def total(self, gpu_layers: int, context: int, slots: int) -> int:
        """Bytes on the device with so many layers there. The KV cache of a layer is on the layer's device."""
        if gpu_layers <= 0:
            return 0
        return gpu_layers * (self.layer + self.kv * context * slots) + self.beside


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """Layers on the GPU, context of a slot, and a sentence for the user if that is less than was wanted."""

    gpu_layers: int
    context: int
    notice: str = ""


def need(header: GgufHeader, kv_type: str) -> Need:
    """The needs of the model with this ``header``."""
    layers = header.number("block_count") or 1
    heads = header.number("attention.head_count") or 1
    width = header.number("embedding_length") or 0
    kv_heads = header.number("attention.head_count_kv") or heads
    head = width // heads
    key, value = header.number("attention.key_length") or head, header.number("attention.value_length") or head
    kv = int(kv_heads * (key + value) * _KV_BYTES.get(kv_type, 2.0))
    beside = header.output_bytes + min(BUFFERS, BUFFERS // 4 + header.layer_bytes // 20)
    return Need(layers, -(-header.layer_bytes // layers), beside, kv)


def round_context(context: int) -> int:
    """llama.cpp wants multiples of 256."""
    return -(-context // 256) * 256


def plan(needed: Need, *, trained: int, gpu_layers: int, context: int, slots: int, free: int) -> MemoryPlan:
    """The best plan for ``free`` bytes on a GPU. ``gpu_layers`` -1 and ``context`` 0 mean to choose; other values are kept.

    First all layers with the whole context, then all layers with less context, then fewer layers.
    """
    wanted = round_context(context or min(trained, MOST_CONTEXT))
    every = needed.layers + 1 if gpu_layers < 0 else gpu_layers
    usable = int(free * USABLE)
    sizes = [wanted] if context else list(_halves(wanted))
    if gpu_layers >= 0 or free <= 0:
        return MemoryPlan(every, wanted)
    for size in sizes:
        if needed.total(needed.layers, size, slots) <= usable:
            notice = "" if size == wanted else f"The GPU's memory has room for {size} tokens of context, not {wanted}."
            return MemoryPlan(every, size, notice)
    size = sizes[-1]
    each = needed.layer + needed.kv * size * slots
    fits = max(0, min(needed.layers, (usable - needed.beside) // each))
    where = f"{fits} of {needed.layers} layers" if fits else "no layer"
    return MemoryPlan(fits, size, f"The GPU's memory has room for {where} of this model; completions will be slower.")


def plan_cpu(needed: Need, *, trained: int, context: int, slots: int, free: int) -> MemoryPlan:
    """A context whose KV cache takes at most half of the free main memory; a given one is kept."""
    wanted = round_context(context or min(trained, MOST_CONTEXT))
    if context or free <= 0:
        return MemoryPlan(0, wanted)
    for size in _halves(wanted):
        if needed.layers * needed.kv * size * slots <= free // 2:
            notice = "" if size == wanted else f"The memory has room for {size} tokens of context, not {wanted}."
            return MemoryPlan(0, size, notice)
    size = min(wanted, LEAST_CONTEXT)
    return MemoryPlan(0, size, f"The memory is nearly full; the context is {size} tokens.")


def _halves(context: int) -> Iterator[int]:
    yield context
    while context // 2 >= LEAST_CONTEXT:
        context = round_context(context // 2)
        yield context


def retreats(first: MemoryPlan, layers: int) -> Iterator[MemoryPlan]:
    """``first``, then the plans to try if memory runs out: less context, then fewer layers."""
    yield first
    plan_ = first
    while plan_.context // 2 >= LEAST_CONTEXT:
        context = round_context(plan_.context // 2)
        plan_ = replace(plan_, context=context, notice=f"Memory ran out; the context is {context} tokens.")
        yield plan_
    on_gpu = min(first.gpu_layers, layers)
    for share in (0.75, 0.5, 0.25, 0.0):
        fewer = int(on_gpu * share)
        if on_gpu > 0:
            notice = f"The GPU's memory ran out; {fewer} of {layers} layers are on it, completions will be slower."
            yield MemoryPlan(fewer, plan_.context, notice)
