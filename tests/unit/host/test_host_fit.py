"""How a model is placed in memory: Codestral 22B on GPUs of several sizes, and the next attempts when memory has run out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.config.sections import LocalOptions
from codestral_ls.host import drafting, memory_fit
from codestral_ls.host.gguf_file import GgufHeader, read_header
from codestral_ls.host.memory_fit import MemoryPlan
from codestral_ls.host.model_loading import shape_of

GB = 1_000_000_000
CODESTRAL = GgufHeader(
    Path("codestral.gguf"),
    {
        "general.architecture": "llama",
        "llama.block_count": 56,
        "llama.embedding_length": 6144,
        "llama.attention.head_count": 48,
        "llama.attention.head_count_kv": 8,
        "llama.attention.key_length": 128,
        "llama.attention.value_length": 128,
        "llama.context_length": 32768,
    },
    tensors=507,
    size=13 * GB,
    parameters=22_200_000_000,
    layer_bytes=13 * GB,
    output_bytes=165_000_000,
)


def planned(gigabytes: Any, kv_type: str = "auto", **kwargs: Any) -> Any:
    wanted = {"trained": 32768, "gpu_layers": -1, "context": 0, "slots": 4, **kwargs}
    found = memory_fit.plan(memory_fit.need(CODESTRAL, kv_type), free=int(gigabytes * GB), **wanted)
    return found.gpu_layers, found.context


def test_the_kv_cache_is_counted_as_codestrals_is() -> None:
    assert memory_fit.need(CODESTRAL, "f16").kv * 56 == 229_376
    assert memory_fit.need(CODESTRAL, "q8_0").kv * 56 == pytest.approx(229_376 * 0.53, rel=0.01)


@pytest.mark.parametrize(
    ("gigabytes", "kwargs", "expected"),
    [
        (80, {}, (57, 8192)),
        (24, {}, (57, 8192)),
        (20, {}, (57, 4096)),
        (20, {"slots": 2}, (57, 8192)),
        (20, {"kv_type": "q8_0"}, (57, 8192)),
        (17, {}, (57, 2048)),
        (12, {}, (40, 2048)),
        (1, {}, (0, 2048)),
        (12, {"context": 8192, "slots": 1}, (40, 8192)),
        (8, {"gpu_layers": 20}, (20, 8192)),
        (0, {}, (57, 8192)),
    ],
)
def test_layers_and_context(gigabytes: Any, kwargs: Any, expected: Any) -> None:
    assert planned(gigabytes, **kwargs) == expected


@pytest.mark.parametrize("gigabytes", [2, 6, 10, 13, 16, 18, 22, 30])
def test_a_plan_never_needs_more_than_there_is(gigabytes: Any) -> None:
    layers, context = planned(gigabytes)
    assert memory_fit.need(CODESTRAL, "auto").total(min(layers, 56), context, 4) <= gigabytes * GB


def test_less_than_wanted_is_said() -> None:
    needed = memory_fit.need(CODESTRAL, "auto")
    assert memory_fit.plan(needed, trained=32768, gpu_layers=-1, context=0, slots=4, free=80 * GB).notice == ""
    assert "4096 tokens" in memory_fit.plan(needed, trained=32768, gpu_layers=-1, context=0, slots=4, free=20 * GB).notice
    assert "of 56 layers" in memory_fit.plan(needed, trained=32768, gpu_layers=-1, context=0, slots=4, free=12 * GB).notice


@pytest.mark.parametrize(("free", "context"), [(40, 8192), (12, 4096), (5, 2048), (1, 2048), (0, 8192)])
def test_main_memory(free: Any, context: Any) -> None:
    needed = memory_fit.need(CODESTRAL, "auto")
    assert memory_fit.plan_cpu(needed, trained=32768, context=0, slots=4, free=free * GB).context == context


def test_retreats_give_up_context_then_layers() -> None:
    tried = [(plan.gpu_layers, plan.context) for plan in memory_fit.retreats(MemoryPlan(57, 8192), 56)]
    assert tried == [(57, 8192), (57, 4096), (57, 2048), (42, 2048), (28, 2048), (14, 2048), (0, 2048)]
    assert [(p.gpu_layers, p.context) for p in memory_fit.retreats(MemoryPlan(0, 1024), 6)] == [(0, 1024)]


def test_options_win_over_automatic_values() -> None:
    chosen = shape_of(CODESTRAL, LocalOptions(), MemoryPlan(57, 8192), gpu=True, cores=8)
    assert (chosen.batch, chosen.threads, chosen.device) == (256, (1,), "gpu")
    given = LocalOptions(threads=3, batch_tokens=64, slots=100)
    chosen = shape_of(CODESTRAL, given, MemoryPlan(0, 8192), gpu=False, cores=8)
    assert (chosen.batch, chosen.step, chosen.threads, chosen.slots, chosen.device) == (64, 64, (3,), 64, "cpu")


def test_what_llama_cpp_would_abort_on_is_not_asked_of_it() -> None:
    given = LocalOptions(threads=100_000, batch_tokens=1, slots=4)
    chosen = shape_of(CODESTRAL, given, MemoryPlan(0, 8192), gpu=False, cores=8)
    assert (chosen.batch, chosen.threads) == (16, (512,))
    assert chosen.batch > drafting.LONGEST
    assert shape_of(CODESTRAL, replace(given, slots=64), MemoryPlan(0, 8192), gpu=False, cores=8).batch == 64


def test_threads_are_chosen_where_a_processor_evaluates(bpe_model: Path) -> None:
    header = read_header(bpe_model)
    assert header.layer_bytes > 0 < header.output_bytes
    chosen = shape_of(header, LocalOptions(), MemoryPlan(0, 1024), gpu=False, cores=8)
    assert chosen.threads == (1, 2, 3, 4, 6, 7, 8)
    partly = shape_of(CODESTRAL, LocalOptions(), MemoryPlan(20, 8192), gpu=True, cores=2)
    assert partly.threads == (1, 2)
