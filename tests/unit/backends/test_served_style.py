"""The FIM style of a server's model takes few requests to find if the model's name already shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from codestral_ls.backends.served_style import AT_ONCE, read_style
from codestral_ls.fim.table import row_named

QWEN = row_named("qwen")
WORDS = {QWEN.prefix, QWEN.suffix, QWEN.middle}


@pytest.mark.parametrize(("model", "most"), [("qwen2.5-coder-7b-q4_k_m", 4), ("my-own-model", 60)])
async def test_a_name_that_the_vocabulary_confirms_settles_it(model: str, most: int) -> None:
    asked: list[str] = []

    async def tokenize(text: str) -> Sequence[int]:
        asked.append(text)
        return (7,) if text in WORDS else (1, 2, 3)

    assert await read_style(tokenize, model) == "qwen"
    assert 4 <= len(asked) <= most


async def test_a_name_that_the_vocabulary_does_not_confirm_settles_nothing() -> None:
    async def tokenize(text: str) -> Sequence[int]:
        return (7,) if text in WORDS else (1, 2, 3)

    assert await read_style(tokenize, "codestral-22b") == "qwen"


async def test_only_a_few_questions_are_asked_at_once() -> None:
    running = most = 0

    async def tokenize(text: str) -> Sequence[int]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return (7,) if text in WORDS else (1, 2, 3)

    assert await read_style(tokenize, "my-own-model") == "qwen"
    assert 1 < most <= AT_ONCE
