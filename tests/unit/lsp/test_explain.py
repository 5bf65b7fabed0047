"""Sentences that explain a completion."""

from __future__ import annotations

import pytest

from codestral_ls.backends.base import Usage
from codestral_ls.completion.answer import Answer, Item
from codestral_ls.lsp.explain import REASONS, SOURCES, sentence

ITEM = Item("1", "x", 0, 0)


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_words(source: str) -> None:
    usage = Usage(prompt_tokens=100, evaluated_tokens=3)
    said = sentence(Answer((ITEM,), source, usage=usage, confidence=0.5, reason="brackets,tail"), 12.3)  # type: ignore[arg-type]
    assert SOURCES[source] in said
    assert "3 of 100" in said
    assert "50%" in said
    assert "brackets, tail" in said


@pytest.mark.parametrize("reason", [*REASONS, "brackets", ""])
def test_every_reason_is_a_sentence(reason: str) -> None:
    said = sentence(Answer(reason=reason), 5.0)
    assert said.startswith("No completion after 5 ms.")
    assert said.endswith(".")


def test_an_error_is_no_filters_work() -> None:
    assert "The request failed (BackendTimeout)." in sentence(Answer(reason="BackendTimeout"), 5.0)
    assert "The filters left nothing of it (repetition)." in sentence(Answer(reason="repetition"), 5.0)
