"""A checkpoint written as GGUF and read back is the same model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="training needs torch (extra [training])")
pytest.importorskip("gguf", reason="export needs gguf (extra [training])")
tokenizers = pytest.importorskip("tokenizers", reason="export needs tokenizers (extra [training])")

from training import control, export, restore, tokenizer  # noqa: E402
from training.checkpoint import Checkpoint  # noqa: E402
from training.flat import flatten  # noqa: E402
from training.model import Decoder, Shape  # noqa: E402


@pytest.fixture
def vocabulary(tmp_path: Path) -> Any:
    trained = tokenizer.train(iter(["def area(width, height):\n    return width * height\n"] * 3), 320)
    trained.save(str(tmp_path / "tokenizer.json"))
    return trained, tmp_path / "tokenizer.json"


def test_there_and_back(tmp_path: Path, vocabulary: Any) -> None:
    trained, path = vocabulary
    torch.manual_seed(0)
    shape = Shape(trained.get_vocab_size(), width=64, layers=2, heads=2, feed_forward=96, context=32)
    model = Decoder(shape)
    for block in model.blocks:
        torch.nn.init.normal_(block.attention.out.weight)
    weights = flatten(model)
    export.write(Checkpoint(shape, weights, weights * 0, weights * 0, 0, 0, 0.0), tmp_path / "m.gguf", "f16", path)
    read = restore.from_gguf(tmp_path / "m.gguf")
    assert read.shape == shape
    assert torch.allclose(read.weights, weights, atol=2e-3, rtol=1e-3)


def test_the_tokenizer_comes_back_out_of_the_file(tmp_path: Path, vocabulary: Any) -> None:
    trained, path = vocabulary
    shape = Shape(trained.get_vocab_size(), width=32, layers=1, heads=1, feed_forward=32, context=32)
    weights = flatten(Decoder(shape))
    export.write(Checkpoint(shape, weights, weights, weights, 0, 0, 0.0), tmp_path / "m.gguf", "q8_0", path)
    read = restore.tokenizer_of(tmp_path / "m.gguf")
    text = "def area(width):\n    return '[PREFIX]é'\n"
    assert read.get_vocab() == trained.get_vocab()
    assert read.encode(text, add_special_tokens=False).ids == trained.encode(text, add_special_tokens=False).ids


def test_control_tokens_never_come_out_of_text(vocabulary: Any) -> None:
    trained, path = vocabulary
    ids = trained.encode("</s>[PREFIX]", add_special_tokens=False).ids
    assert min(ids) >= len(control.CONTROL)
    assert trained.decode(ids) == "</s>[PREFIX]"
    assert b"".join(tokenizer.pieces(path)[number] for number in ids) == b"</s>[PREFIX]"


def test_a_newline_and_its_indentation_are_one_piece(vocabulary: Any) -> None:
    _, path = vocabulary
    assert b"\n   " in tokenizer.pieces(path)
