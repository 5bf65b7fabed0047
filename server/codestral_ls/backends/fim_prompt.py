"""How each family of models was trained to fill in the middle, for servers that take a whole prompt.

Pure. Control words come from the models' own tokenizer files. Deliberately not for this project's host, which reads a
model's control tokens from its GGUF file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Slot(Enum):
    """A place in a prompt that the user's text fills."""

    PREFIX = "prefix"
    SUFFIX = "suffix"


@dataclass(frozen=True, slots=True)
class Style:
    """``parts`` in their order: control words and places. ``known_ids`` are control words' token ids that never differ.

    ``begins`` is the beginning-of-text token that comes first, "" where there is none; servers add it to a text
    themselves.
    """

    parts: tuple[str | Slot, ...]
    begins: str
    known_ids: tuple[tuple[str, int], ...] = ()

    @property
    def controls(self) -> tuple[str, ...]:
        """The control words alone."""
        return tuple(part for part in self.parts if isinstance(part, str))


_P, _S = Slot.PREFIX, Slot.SUFFIX
STYLES: dict[str, Style] = {
    # Suffix first, no middle token; ids of the v3 tokenizer (mistral-common's encode_fim).
    "codestral": Style(("[SUFFIX]", _S, "[PREFIX]", _P), "<s>", (("<s>", 1), ("[SUFFIX]", 13), ("[PREFIX]", 11))),
    "qwen": Style(("<|fim_prefix|>", _P, "<|fim_suffix|>", _S, "<|fim_middle|>"), ""),
    "deepseek": Style(("<｜fim▁begin｜>", _P, "<｜fim▁hole｜>", _S, "<｜fim▁end｜>"), "<｜begin▁of▁sentence｜>"),
    "starcoder": Style(("<fim_prefix>", _P, "<fim_suffix>", _S, "<fim_middle>"), ""),
    # Suffix first with a middle token, as its paper's 2.3 prefers for completion at the end of a line.
    "codellama": Style(("▁<PRE>", "▁<SUF>", _S, "▁<MID>", _P), "<s>"),
}


def render(style: Style, prefix: str, suffix: str) -> str:
    """The prompt as text, for servers that read control words in text; the server adds the beginning-of-text token."""
    prefix, suffix = around_controls(style, prefix, suffix)
    filled = {Slot.PREFIX: prefix, Slot.SUFFIX: suffix}
    return "".join(filled[part] if isinstance(part, Slot) else part.replace("▁<", "<") for part in style.parts)


def around_controls(style: Style, prefix: str, suffix: str) -> tuple[str, str]:
    """Leave out text beyond a literal control word in the user's file, where a server would take it for a control.

    The prefix begins behind the last one, the suffix ends before the first one.
    """
    for word in style.controls:
        prefix = prefix.rpartition(word)[2]
        suffix = suffix.partition(word)[0]
    return prefix, suffix
