"""The engine's benchmarks, scaled down: they run, and their statements about counts (not times) are true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import engine_wheel, gpu, gpu_toolkit
from benchmarks.engine_healing import at_border, cursors, in_word
from benchmarks.engine_peers import Setup
from benchmarks.gpu_scenarios import SCENARIOS, Figure
from codestral_ls.config.sections import LocalOptions
from codestral_ls.host.gguf_file import read_header
from codestral_ls.host.model_loading import open_model
from support.models.random_model import SHAPES, write


async def test_the_gpu_benchmark_scaled_down(spm_model: Path) -> None:
    figures: list[Figure] = []
    await gpu.measure(Setup(spm_model, 1, 4, 1024), 300, figures.append)
    by_name = {figure.name: figure.ours for figure in figures}
    assert len(figures) >= 10
    evaluated = float(by_name["returning to each of four places"].split("%")[0])
    assert evaluated <= 5.0
    assert "identical" in by_name["guesses on a repeating prompt, 48 tokens: without / with / as it chooses"]
    assert "| loading |" in gpu.page({"tiny": figures})


async def test_what_there_is_no_time_for_is_said(spm_model: Path) -> None:
    figures: list[Figure] = []
    await gpu.measure(Setup(spm_model, 1, 4, 1024), 300, figures.append, seconds=0)
    assert [figure.ours for figure in figures[1:]] == ["not measured: no time was left"] * len(SCENARIOS)


def test_cublas_of_pythons_packages_gets_the_names_a_linker_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "site/nvidia/cu13"
    for name in ("include/cublas_v2.h", "lib/libcublas.so.13", "lib/libcublasLt.so.13"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    monkeypatch.setattr(gpu_toolkit, "_toolkits", lambda: iter([tmp_path / "empty"]))
    monkeypatch.setattr(gpu_toolkit, "_packages", lambda: iter([root]))
    found = gpu_toolkit.find(tmp_path / "links")
    assert found.links is not None
    for name in ("libcublas.so", "libcublas.so.13", "libcublasLt.so", "libcublasLt.so.13"):
        assert (found.links / name).is_file()
    assert any(str(found.links / "libcublas.so") in argument for argument in found.arguments())


def test_a_whole_toolkit_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("include/cublas_v2.h", "lib64/libcublas.so"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(gpu_toolkit, "_toolkits", lambda: iter([tmp_path]))
    assert gpu_toolkit.find(tmp_path / "links").links is None
    assert not (tmp_path / "links").exists()


def test_no_cublas_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_toolkit, "_toolkits", lambda: iter([]))
    monkeypatch.setattr(gpu_toolkit, "_packages", lambda: iter([]))
    with pytest.raises(SystemExit, match="nvidia-cublas"):
        gpu_toolkit.find(tmp_path)


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


def test_the_page_of_the_engine_wheel_compares_with_the_native_build() -> None:
    def result(read: float, write: float, tokens: list[int]) -> list[dict[str, object]]:
        return [{"read": read, "write": write, "tokens": tokens}]

    page = engine_wheel.page(
        {
            "haswell": result(200.0, 2.0, [7]),
            "x64": result(400.0, 8.0, [8]),
            "compiled on this machine for it": result(100.0, 2.0, [7]),
        }
    )
    assert "| haswell | 200.0 | 2.00 | 0.50 and 1.00 | the same |" in page
    assert "| x64 | 400.0 | 8.00 | 0.25 and 0.25 | others |" in page
