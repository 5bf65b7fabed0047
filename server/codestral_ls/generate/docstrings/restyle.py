"""Converts a docstring into the project's style, if no word of it is lost.

Parsed and composed by docstring-parser.
"""

from __future__ import annotations

import re
from collections import Counter

import docstring_parser
from docstring_parser.common import DocstringStyle

from codestral_ls.generate.docstrings.docstring_sections import Style, style_of

_STYLES = {"google": DocstringStyle.GOOGLE, "numpy": DocstringStyle.NUMPYDOC, "sphinx": DocstringStyle.REST}


def in_style(lines: list[str], style: Style) -> list[str]:
    """The lines in ``style``; unchanged if they have it, have no sections, or would lose words."""
    own = style_of(lines)
    if own is None or own == style:
        return lines
    try:
        parsed = docstring_parser.parse("\n".join(lines), style=_STYLES[own])
        composed = docstring_parser.compose(parsed, style=_STYLES[style], indent="    ").split("\n")
    except (docstring_parser.ParseError, ValueError, IndexError):
        return lines
    lost = _words(lines) - _words(composed)
    if lost:
        return lines
    return _finished(composed)


def _finished(composed: list[str]) -> list[str]:
    """Finishes what docstring-parser leaves out: blank lines before headings, and the type of a return apart from its words."""
    lines: list[str] = []
    for index, line in enumerate(composed):
        begins = index + 1 < len(composed) and re.fullmatch(r"-{3,}", composed[index + 1].strip())
        if (begins or re.fullmatch(r"[A-Z]\w+:", line)) and lines and lines[-1]:
            lines.append("")
        if match := re.match(r":(returns|yields) ([^:]+): (.*)", line):
            lines += [f":{match[1]}: {match[3]}", f":{match[1][0]}type: {match[2]}"]
        elif line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return lines


def _words(lines: list[str]) -> Counter[str]:
    """The meaningful words: without headings, marks and the parser's own words for types."""
    text = re.sub(r"(?m)^\s*-{3,}\s*$|^\s*[:@](param|returns?|rtype|raises?|yields?|type)\b", " ", "\n".join(lines))
    text = re.sub(r"(?m)^(Args|Arguments|Parameters|Returns?|Yields?|Raises|Examples?)\s*:?\s*$", " ", text)
    return Counter(word.lower() for word in re.findall(r"\w+", text) if word.lower() not in ("optional", "defaults", "to"))
