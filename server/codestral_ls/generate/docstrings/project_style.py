"""How a project writes its docstrings: which style most have, and one or two examples for the prompt.

Looked at once, before anything is written, and kept in the journal: a resumed run must ask exactly what the first one asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, cast, get_args

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.docstrings.definitions import Definition, read_definitions
from codestral_ls.generate.docstrings.words import Style
from codestral_ls.generate.source import FileLeftAlone, read_source

_LOOKED_AT = 200
"""Files that are read to find the style; more would say the same."""
_EXAMPLE_CHARACTERS = 700
_MARKS: dict[Style, re.Pattern[str]] = {
    "google": re.compile(r"^\s*(Args|Returns|Raises|Yields):\s*$", re.MULTILINE),
    "numpy": re.compile(r"^\s*(Parameters|Returns|Raises)\s*\n\s*-{3,}", re.MULTILINE),
    "sphinx": re.compile(r"^\s*:(param|returns?|raises|rtype)\b", re.MULTILINE),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """A style for Python, and examples (whole definitions with their documentation) by language."""

    style: Style = "google"
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As plain values for the journal."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Profile:
        """From what ``to_json`` gave."""
        return cls(values["style"], {name: tuple(texts) for name, texts in values["examples"].items()})


def read_profile(paths: Iterable[Path], style: str = "project") -> Profile:
    """Look at the first files of ``paths``. A named ``style`` is taken as it is; examples of another style are not."""
    counts: dict[Style, int] = dict.fromkeys(cast("tuple[Style, ...]", get_args(Style)), 0)
    found: dict[str, list[tuple[tuple[int, int], str, Style | None]]] = {}
    for path in islice(paths, _LOOKED_AT):
        try:
            source = read_source(path)
        except FileLeftAlone:
            continue
        tree = SyntaxTree.parse(source.language, source.text)
        if tree is None or tree.has_errors:
            continue
        for definition in read_definitions(tree):
            if definition.docstring is None:
                continue
            start, end = definition.docstring
            own = style_of(source.text[start:end]) if source.language == "python" else None
            if own is not None:
                counts[own] += 1
            if (example := _example(source.text, definition)) is not None:
                rank = (-min(len(definition.parameters), 2) - (own is not None), abs(len(example) - 350))
                found.setdefault(source.language, []).append((rank, example, own))
    chosen: Style = max(counts, key=lambda name: counts[name]) if style == "project" else cast("Style", style)
    examples = {
        language: tuple(example for _, example, own in sorted(rows) if own in (None, chosen))[:2]
        for language, rows in found.items()
    }
    return Profile(chosen, {language: texts for language, texts in examples.items() if texts})


def style_of(docstring: str) -> Style | None:
    """The style of one docstring; None where it has no sections."""
    return next((style for style, mark in _MARKS.items() if mark.search(docstring)), None)


def _example(text: str, definition: Definition) -> str | None:
    """A documented callable as a short example; None where it is too long or has no room for one."""
    assert definition.docstring is not None
    if not definition.is_callable or definition.outer in ("function", "method"):
        return None
    start = min(definition.anchor, definition.docstring[0])
    line = text.rfind("\n", 0, start) + 1
    body = text[line : definition.end]
    documented = max(definition.docstring[1], definition.signature_end) - line
    if documented > _EXAMPLE_CHARACTERS or documented < 60:
        return None
    end = body.find("\n", min(len(body), _EXAMPLE_CHARACTERS))
    return (body if end < 0 else body[:end]).replace("\r\n", "\n").replace("\r", "\n")
