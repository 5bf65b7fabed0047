"""The benchmarks of the engine, scaled down: they run, and what they say of counts (not of times) holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks import gpu
from benchmarks.engine_healing import at_border, cursors, in_word
from benchmarks.engine_peers import Setup
from codestral_ls.config.sections import LocalOptions
from codestral_ls.host.gguf_file import read_header
from codestral_ls.host.model import open_model
from support.models.random_model import SHAPES, write


async def test_the_gpu_benchmark_scaled_down(spm_model: Path) -> None:
    figures = await gpu.measure(Setup(spm_model, 1, 4, 1024), 300)
    by_name = {figure.name: figure.value for figure in figures}
    assert len(figures) >= 8
    evaluated = float(by_name["returning to each of four places"].split("%")[0])
    assert evaluated <= 5.0
    assert "identical" in by_name["drafting on a repeating prompt, without / with"]
    assert "| loading |" in gpu.report(figures, "tiny")


def test_codestrals_shape_is_codestrals() -> None:
    shape = SHAPES["codestral"]
    assert (shape.layers, shape.width, shape.heads, shape.kv_heads, shape.head) == (56, 6144, 48, 8, 128)
    assert (shape.feed_forward, shape.vocabulary, shape.rope_base, shape.context) == (16384, 32768, 1e6, 32768)


def test_random_blocks_of_4_bits_are_a_model_that_llama_cpp_takes(tmp_path: Path) -> None:
    small = replace(SHAPES["codestral"], width=512, layers=2, heads=4, kv_heads=2, feed_forward=512, vocabulary=700)
    path = write(tmp_path / "q4k.gguf", small, "sentencepiece")
    assert read_header(path).number("block_count") == 2
    model = open_model(path, LocalOptions(threads=1, context_tokens=256, slots=1), lambda progress: None)
    try:
        assert model.family.name == "codestral"
    finally:
        model.close()


def test_cursors_are_where_they_should_be() -> None:
    for wanted in (in_word, at_border):
        for cursor in cursors(wanted, 5):
            assert wanted(cursor.prefix + cursor.rest, len(cursor.prefix))
