"""How each family of models wants fill-in-the-middle written: a table and the choice from it.

Deliberately no tokenizing; ``prompt.py`` puts the ids together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from codestral_ls.errors import ModelError

Order = Literal["suffix_only_marked", "suffix_first", "prefix_first"]
"""``suffix_only_marked``  [SUFFIX] suffix [PREFIX] prefix                 Codestral: no middle token
``suffix_first``         PRE SUF suffix MID prefix                         "SPM" as Code Llama was trained
``prefix_first``         PRE prefix SUF suffix MID                         "PSM", everybody else"""


@dataclass(frozen=True, slots=True)
class Row:
    """One family: the texts of its control tokens, its order, whether the text-begins token stands in front."""

    name: str
    prefix: str
    suffix: str
    middle: str
    order: Order
    bos: bool


# The texts are unique to a family, except that Granite 3 and 4 use Qwen's spelling and share its order.
TABLE: tuple[Row, ...] = (
    # mistral-common, encode_fim
    Row("codestral", "[PREFIX]", "[SUFFIX]", "[MIDDLE]", "suffix_only_marked", True),
    # Qwen2.5-Coder report, 3.2
    Row("qwen", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "prefix_first", False),
    # StarCoder2 and Granite Code
    Row("starcoder", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "prefix_first", False),
    # Code Llama paper, 2.3; its pieces are printed with a space or with SentencePiece's sign for it
    Row("codellama", "▁<PRE>", "▁<SUF>", "▁<MID>", "suffix_first", True),
    Row("codellama", " <PRE>", " <SUF>", " <MID>", "suffix_first", True),
    # DeepSeek-Coder's README
    Row("deepseek", "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>", "prefix_first", True),
    # CodeGemma's model card
    Row("codegemma", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "prefix_first", True),
)

_KEYS = {
    "prefix": ("tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.prefix_token_id"),
    "suffix": ("tokenizer.ggml.fim_suf_token_id", "tokenizer.ggml.suffix_token_id"),
    "middle": ("tokenizer.ggml.fim_mid_token_id", "tokenizer.ggml.middle_token_id"),
}


@dataclass(frozen=True, slots=True)
class Family:
    """A model's own way, as ids. ``middle`` is -1 where the order has none."""

    name: str
    order: Order
    prefix: int
    suffix: int
    middle: int
    bos: bool


def choose(find: Callable[[str], int | None], number: Callable[[str], int | None], architecture: str, model: str) -> Family:
    """The family of a model. ``find`` gives a token's id by its text, ``number`` an integer of the file's metadata.

    A row of the table whose prefix and suffix tokens the vocabulary has wins; the file's own ``fim_*`` keys overrule
    the ids and, where no row
    fits, stand alone (prefix first, as llama.cpp itself would). Raises: ModelError when there are no FIM tokens.
    """
    ids = {part: next((n for key in keys if (n := number(key)) is not None), None) for part, keys in _KEYS.items()}
    for row in TABLE:
        prefix, suffix, middle = find(row.prefix), find(row.suffix), find(row.middle)
        needs_middle = row.order != "suffix_only_marked"
        if prefix is None or suffix is None or (needs_middle and middle is None):
            continue
        if row.name == "qwen" and architecture.startswith("gemma"):
            continue
        return Family(
            row.name,
            row.order,
            prefix if ids["prefix"] is None else ids["prefix"],
            suffix if ids["suffix"] is None else ids["suffix"],
            -1 if not needs_middle else (middle or 0) if ids["middle"] is None else ids["middle"],
            row.bos,
        )
    if ids["prefix"] is not None and ids["suffix"] is not None and ids["middle"] is not None:
        bos = number("tokenizer.ggml.add_bos_token") != 0
        return Family("metadata", "prefix_first", ids["prefix"], ids["suffix"], ids["middle"], bos)
    raise ModelError(
        f"The model {model} cannot fill in the middle: its vocabulary has no FIM tokens. "
        "Choose a code model that was trained for it, such as Codestral or Qwen2.5-Coder."
    )
