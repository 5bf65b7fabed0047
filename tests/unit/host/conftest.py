"""Random-weight models for the tests that run llama.cpp itself, written once per test run."""

from __future__ import annotations

from typing import Any

import pytest

from support.models.random_model import SHAPES, write


@pytest.fixture(scope="session")
def bpe_model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A byte-level model with Codestral's control tokens."""
    return write(tmp_path_factory.mktemp("bpe") / "bpe.gguf", SHAPES["tiny"], "bpe")


@pytest.fixture(scope="session")
def spm_model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A SentencePiece model with Codestral's control tokens at Codestral's ids."""
    return write(tmp_path_factory.mktemp("spm") / "spm.gguf", SHAPES["tiny"], "sentencepiece")


@pytest.fixture(scope="session")
def no_fim_model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A model that cannot fill in the middle."""
    return write(tmp_path_factory.mktemp("nofim") / "nofim.gguf", SHAPES["tiny"], "bpe", fim=False)
