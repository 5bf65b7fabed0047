"""Prompts for comparing tokenizers: cut from this project's own files, and texts that tokenizers often get wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path

import codestral_ls

PACKAGE = Path(codestral_ls.__file__).parent
ODD = (
    "", " ", "  ", "\n", "\n\n", "\t", "\r\n", "\x00", "\x0c", "\u2028", "\ufeff", "☺", "☺☺x", "é", "e\u0301", "日本語", "👩‍👩‍👧",
    "\u202e", "a" * 300,
    " leading", "trailing ", "\n    ", "    x", "[PREFIX]", "[SUFFIX]", "[MIDDLE]x", "<s>", "</s>", "<unk>", "<0x0A>", "▁", "▁▁x",
    "<|fim_prefix|>", "<|file_sep|>", "<|endoftext|>", "<｜fim▁hole｜>", "<[fim-suffix]>", "def f(x):\n    return ", ")\n",
    "x\r\ny",
    "0123456789", "1_000_000.5e-3", "if (a&&b)||!c{", "//comment\n", "\u00a0\u2003x", "ﬁ", "ǅ", "\u200b",
)  # fmt: skip


def prompts(count: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """``count`` pairs of prefix and suffix: every pair of odd texts first (2,304), then cuts in source files."""
    yield from islice(product(ODD, ODD), count)
    chance = random.Random(seed)
    texts = [path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*")) if path.suffix in (".py", ".scm", ".toml")]
    for _ in range(count - len(ODD) ** 2):
        text = chance.choice(texts)
        at = chance.randrange(len(text) + 1)
        yield text[max(0, at - chance.randrange(600)) : at], text[at : at + chance.randrange(300)]
