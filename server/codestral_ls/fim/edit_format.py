"""The prompts that the open next-edit models expect: one row for each published format.

Such a model reads the last edits and a region of the file, and writes the region as it should be. No row was proved with a
model's own weights: ``source`` says where its format is published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EditFormatName = Literal["sweep", "zeta2", "zeta2.1", "fim"]
"""``fim`` is not a format of its own: any completion model fills the emptied region."""

SEED_CONTROLS = ("<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>", "<[end▁of▁sentence]>")


@dataclass(frozen=True, slots=True)
class EditFormat:
    """One format. ``named``: parts of a model's name (lower case), one of which it has. ``reserved`` are words of the format:
    a text that holds one cannot be shown to the model. ``stops`` end an answer.

    ``above`` and ``below`` are the lines of the region around the cursor's line; ``grid`` is the multiple of lines at which a
    region begins, so that the prompt before it stays the same while the cursor moves; 1 lets it follow the cursor.
    """

    name: EditFormatName
    named: tuple[str, ...]
    reserved: tuple[str, ...]
    stops: tuple[str, ...]
    above: int
    below: int
    grid: int
    source: str
    checked: str


TABLE: tuple[EditFormat, ...] = (
    EditFormat(
        "sweep", ("sweep-next-edit",),
        ("<|file_sep|>", "<|endoftext|>", "</s>", "<|fim_"), ("<|file_sep|>", "<|endoftext|>", "</s>"), 10, 10, 1,
        source="Sweep's article on its open model (kevinlu1248.github.io/blog/oss-next-edit) and the model's own script, and Zed's"
        " edit_prediction/sweep_prompt.rs: 10 lines above and below the cursor, earlier edits as path.diff",
        checked="2026-11-27",
    ),
    EditFormat(
        "zeta2.1", ("zeta-2.1", "zeta2.1"),
        (*SEED_CONTROLS, "<|marker", "<|user_cursor|>", "<filename>", "NO_EDITS"), ("<[end▁of▁sentence]>", "<[fim-"), 8, 16, 8,
        source="model card of zed-industries/zeta-2.1: suffix first, numbered markers around the region; NO_EDITS by Zed's"
        " zeta_prompt",
        checked="2026-11-27",
    ),
    EditFormat(
        "zeta2", ("zeta-2", "zeta2"),
        (*SEED_CONTROLS, "<<<<<<< CURRENT", ">>>>>>> UPDATED", "<|user_cursor|>", "<filename>", "NO_EDITS"),
        (">>>>>>> UPDATED", "<[end▁of▁sentence]>", "<[fim-"), 8, 16, 8,
        source="zed-industries/zeta-2, whose prompt other programs write alike: suffix first, the region between"
        " <<<<<<< CURRENT and =======, the answer up to >>>>>>> UPDATED",
        checked="2026-11-27",
    ),
    EditFormat(
        "fim", (), (), (), 4, 8, 4,
        source="no model's own: the region is emptied, and the edits are in comments before the code", checked="2026-11-27",
    ),
)  # fmt: skip
"""The first row whose part of a name fits is chosen, so ``zeta-2.1`` comes before ``zeta-2``."""


def format_named(name: EditFormatName) -> EditFormat:
    """The row of a name."""
    return next(row for row in TABLE if row.name == name)


def format_of(model: str) -> EditFormat | None:
    """The format of a model, by its name or its file's; None if it is not known as a next-edit model."""
    return next((row for row in TABLE if any(part in model.lower() for part in row.named)), None)
