"""Training rows that other processes make, and how the training process draws them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch (extra [training])")
pytest.importorskip("tokenizers", reason="rows need tokenizers (extra [training])")

from training import corpus, makers, tokenizer  # noqa: E402
from training.corpus import CorpusFile  # noqa: E402
from training.device_rows import DeviceRows  # noqa: E402
from training.tongues import GO, PYTHON  # noqa: E402

TEXT = "".join(f"def area_{n}(width, height):\n    return width * height + {n}\n\n\n" for n in range(40))


def some(first: int, count: int) -> makers.Chunk:
    ids = np.arange(first, first + count, dtype=np.uint16)[:, None].repeat(5, axis=1)
    return ids, np.ones((count, 4), np.uint8)


def test_new_rows_go_first_and_each_once() -> None:
    kept = DeviceRows(4, "cpu", capacity=8)
    kept.add(some(0, 6))
    assert kept.draw(4)[0][:, 0].tolist() == [0, 1, 2, 3]
    kept.add(some(6, 2))
    assert kept.draw(4)[0][:, 0].tolist() == [4, 5, 6, 7]
    assert kept.repeated == 0


def test_while_none_is_new_old_ones_come_again() -> None:
    kept = DeviceRows(4, "cpu", capacity=8)
    kept.add(some(0, 6))
    kept.draw(4)
    ids, targets, weights = kept.draw(4)
    assert kept.repeated == 4
    assert set(ids[:, 0].tolist()) <= set(range(6))
    assert ids.shape == targets.shape == weights.shape == (4, 4)


def test_the_oldest_give_way() -> None:
    kept = DeviceRows(4, "cpu", capacity=8)
    kept.add(some(0, 6))
    kept.draw(6)
    kept.add(some(6, 6))
    assert kept.draw(6)[0][:, 0].tolist() == [6, 7, 8, 9, 10, 11]


def test_rows_of_one_share_and_one_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [CorpusFile("p", "MIT", f"{n}.py", corpus.TRAIN, PYTHON, TEXT.replace("area", f"area{n}")) for n in range(4)]
    sources.append(CorpusFile("p", "MIT", "x.go", corpus.TRAIN, GO, TEXT.replace("area", "gopher")))
    corpus.write(sources, tmp_path / "corpus.jsonl")
    trained = tokenizer.train((source.text for source in sources), 400)
    monkeypatch.setattr(corpus.read, "__defaults__", (tmp_path / "corpus.jsonl",))
    monkeypatch.setattr(makers, "encode", lambda text: trained.encode(text, add_special_tokens=False).ids)
    ids, weights = makers.chunk(makers.supply(corpus.TRAIN, 128, 1, language=GO), 8)
    assert ids.shape == (8, 129)
    assert weights.shape == (8, 128)
    assert "gopher" in trained.decode(ids.flatten().tolist())
    shares = [makers.chunk(makers.supply(corpus.TRAIN, 128, 1, rank, 5), 8)[0] for rank in range(5)]
    assert ["gopher" in trained.decode(share.flatten().tolist()) for share in shares] == [False] * 4 + [True]
