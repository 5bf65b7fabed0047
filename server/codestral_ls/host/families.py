"""Finds a loaded model's family: the entry of the table that fits its vocabulary and name, and its control tokens' ids.

``prompt_tokens.py`` builds prompts from the ids.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from codestral_ls.errors import ModelError
from codestral_ls.fim.family import ORDERS, FamilyFacts, FileFormat, Order
from codestral_ls.fim.table import TABLE

_KEYS = {
    "prefix": ("tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.prefix_token_id"),
    "suffix": ("tokenizer.ggml.fim_suf_token_id", "tokenizer.ggml.suffix_token_id"),
    "middle": ("tokenizer.ggml.fim_mid_token_id", "tokenizer.ggml.middle_token_id"),
}


@dataclass(frozen=True, slots=True)
class Family:
    """A model's own prompt format, as ids. ``middle`` is -1 if the order has none.

    ``files`` is the format for several files, ``file_word`` the id of its control word; None and -1 if there is no such token.
    """

    name: str
    order: Order
    prefix: int
    suffix: int
    middle: int
    bos: bool
    empty_suffix: str = ""
    guarded: bool = False
    files: FileFormat | None = None
    file_word: int = -1


def choose(
    find: Callable[[str], int | None], number: Callable[[str], int | None], architecture: str, model: str, file: str = ""
) -> Family:
    """The family of a model. ``find`` gives a token's id by its text, ``number`` an integer of the file's metadata.
    ``model`` and ``file`` are the names that the model and its file have.

    An entry of the table fits if the vocabulary has its prefix and suffix tokens and its name or architecture matches. The file's
    own ``fim_*`` keys override the ids, and are used alone if no entry fits (prefix first, as llama.cpp itself would). Raises:
    ModelError when there are no FIM tokens.
    """
    ids = {part: next((n for key in keys if (n := number(key)) is not None), None) for part, keys in _KEYS.items()}
    for row in TABLE:
        prefix, suffix, middle = find(row.prefix), find(row.suffix), find(row.middle)
        if (
            prefix is None
            or suffix is None
            or (row.needs_middle and middle is None)
            or not _fits(row, architecture, f"{model} {file}")
        ):
            continue
        word = find(row.files.word) if row.files is not None and row.files.control else None
        return Family(
            row.name,
            row.order,
            prefix if ids["prefix"] is None else ids["prefix"],
            suffix if ids["suffix"] is None else ids["suffix"],
            -1 if not row.needs_middle else (middle or 0) if ids["middle"] is None else ids["middle"],
            bool(row.begins),
            row.empty_suffix,
            row.guarded,
            row.files if word is not None else None,
            -1 if word is None else word,
        )
    if ids["prefix"] is not None and ids["suffix"] is not None and ids["middle"] is not None:
        bos = number("tokenizer.ggml.add_bos_token") != 0
        return Family("metadata", "prefix_first", ids["prefix"], ids["suffix"], ids["middle"], bos)
    raise ModelError(
        f"The model {model} cannot fill in the middle: its vocabulary has no FIM tokens. "
        "Choose a code model that was trained for it, such as Codestral or Qwen2.5-Coder."
    )


def other_orders(family: Family) -> tuple[Family, ...]:
    """The same tokens in every other order that they allow, the likeliest first."""
    allowed = [order for order in ORDERS if order != family.order and (family.middle >= 0 or order == "suffix_only_marked")]
    return tuple(replace(family, order=order) for order in allowed)


def _fits(row: FamilyFacts, architecture: str, model: str) -> bool:
    if not row.named and not row.architectures:
        return True
    return any(part in model.lower() for part in row.named) or architecture.startswith(row.architectures or ("\0",))
