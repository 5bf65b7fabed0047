"""The families as a table for ``docs/backends.md``: the order of each, where it was read, and what is not certain. Pure."""

from __future__ import annotations

from codestral_ls.fim.family import Evidence, FamilyFacts, PromptGap
from codestral_ls.fim.table import TABLE

_CERTAIN: dict[Evidence, str] = {
    "encoder": "a test compares our ids with the authors' own code",
    "authors": "the authors say so",
    "others": "other programs do so",
    "unproved": "inferred",
}


def family_table() -> str:
    """Markdown: a line for each family, by its first row."""
    lines = ["| `style` | prompt | how certain | read in | not proved |", "|---|---|---|---|---|"]
    for row in {row.name: row for row in reversed(TABLE)}.values():
        cells = (f"`{row.name}`", f"`{_prompt(row)}`", _CERTAIN[row.evidence], row.source, row.unproved)
        lines.append(f"| {' | '.join(_plain(cell) for cell in cells)} |")
    return "\n".join([*lines[:2], *reversed(lines[2:])]) + "\n"


def _prompt(row: FamilyFacts) -> str:
    """The trained order, with p for the prefix and s for the suffix."""
    gaps = {PromptGap.PREFIX: "p", PromptGap.SUFFIX: "s"}
    return row.begins + "".join(gaps[part] if isinstance(part, PromptGap) else part.replace("▁<", "<") for part in row.parts)


def _plain(text: str) -> str:
    """``text`` in a Markdown cell, where a bar would end it and a tag would be taken for HTML."""
    text = text.replace("|", "\\|")
    return text if text.startswith("`") else text.replace("<", "&lt;")
