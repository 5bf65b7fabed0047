"""The control tokens by id: the first pieces of the vocabulary. No text is ever tokenized into them."""

from __future__ import annotations

CONTROL = ("<unk>", "<s>", "</s>", "[PREFIX]", "[SUFFIX]", "[MIDDLE]")
UNKNOWN, BEGIN, END, PREFIX, SUFFIX, MIDDLE = range(len(CONTROL))
