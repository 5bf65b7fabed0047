"""Turns a model's answer into the lines of a documentation, complete, or into nothing. Pure.

A good answer keeps every word, list, paragraph and section. Nothing is repaired: an answer that looks like code, stutters, cannot
be put between the marks of its language or contains a model's own marks is dropped as a whole.
"""

from __future__ import annotations

import itertools
import re
import textwrap
import unicodedata
from xml.parsers import expat

LONGEST = 20_000
"""Characters; no documentation is that long, and an endless answer must not fill a file."""
_CODE = re.compile(
    r"^\s*(def|class|import|from|for|while|try|elif|else|except|async|await|function|const|let|var|func|fn|pub|public|private|"
    r"package|using|namespace|return|throw|if|switch|@\w+)\b.*[:;{(=]\s*$"
    r"|^\s*(?:\S+\s+){0,3}\S*[;{}]\s*$|[)\]}\"']\s*[;{]\s*$|^\s*\w+\s=\s|^[-=~*_#.\s]+$|^\s*>>>"
)
_SPAN = re.compile(r"(`+)[^`\n]+\1")
_FORBIDDEN = ("[SUFFIX]", "[PREFIX]", "[MIDDLE]", "</s>", "<|", "MASKED_", "\ufffd")
_LEAD = {
    "block": re.compile(r"^[ \t]*\*(?!/)[ \t]?"),
    "slashes": re.compile(r"^[ \t]*//[/!]?[ \t]?"),
}
_REPEATED = 4


def comment_kind(language: str) -> str:
    """How documentation is marked: "string" (Python), "slashes" (Go, Rust, C#) or "block" (``/** … */``)."""
    return "string" if language == "python" else "slashes" if language in ("go", "rust", "csharp") else "block"


def plain_lines(text: str, language: str) -> list[str]:
    """The lines of a documentation without marks and indentation, whatever they say."""
    kind = comment_kind(language)
    lines = text.split("\n")
    if kind != "string":
        lines = [_LEAD[kind].sub("", line) for line in lines]
        lines[0] = lines[0].removeprefix("/**").lstrip("*") if kind == "block" else lines[0]
    return _dedented(lines)


def read_body(answer: str, language: str) -> list[str] | None:
    """The lines of the documentation without marks and indentation; None if it cannot be used."""
    text = answer.replace("\r\n", "\n").replace("\r", "\n")
    kind = comment_kind(language)
    if len(text) > LONGEST or not _is_printable(text) or any(mark in text for mark in _FORBIDDEN):
        return None
    if (kind == "block" and "*/" in text) or (kind == "string" and '"""' in text and "'''" in text):
        return None
    lines = plain_lines(text, language)
    if language == "csharp":
        return _xml(lines)
    return lines if lines and _is_description(lines) else None


def _dedented(lines: list[str]) -> list[str]:
    """As ``inspect.cleandoc`` does it: the first line is treated separately, and blank lines at both ends are removed."""
    rest = textwrap.dedent("\n".join(line.rstrip().expandtabs(8) if line.strip() else "" for line in lines[1:]))
    cleaned = [lines[0].strip(), *rest.split("\n")]
    while cleaned and not cleaned[0]:
        cleaned.pop(0)
    while cleaned and not cleaned[-1].strip():
        cleaned.pop()
    if cleaned:
        cleaned[0] = cleaned[0].lstrip()
    return cleaned


def first_paragraph(lines: list[str]) -> str:
    """The lines before the first blank one, joined."""
    end = next((index for index, line in enumerate(lines) if not line.strip()), len(lines))
    return " ".join(" ".join(lines[:end]).split())


def _is_description(lines: list[str]) -> bool:
    """True if it begins with prose and does not repeat itself in circles."""
    first = first_paragraph(lines)
    if len(first.split()) < 2 or _CODE.search(lines[0]) or not _is_prose(first):
        return False
    same = 1
    for before, line in itertools.pairwise(lines):
        same = same + 1 if line and line == before else 1
        if same >= _REPEATED:
            return False
    return True


def _is_prose(text: str) -> bool:
    """Mostly letters (code in backquotes apart), words of a sane length, and no stutter."""
    plain = _SPAN.sub("", text)
    if sum(char.isalpha() or char.isspace() for char in plain) < 0.6 * len(plain):
        return False
    words = text.lower().split()
    if any(len(word) > 100 for word in words) or (len(words) >= 10 and len(set(words)) < 0.4 * len(words)):
        return False
    return not any(len(set(words[index : index + 3])) == 1 for index in range(len(words) - 2))


def _is_printable(text: str) -> bool:
    """No control, private, unassigned, surrogate or invisible format characters, except blanks and newlines."""
    if text.isascii():
        return all(char.isprintable() or char in "\n\t" for char in text)
    return all(
        char in "\n\t" or (unicodedata.category(char)[0] != "C" and unicodedata.category(char) not in ("Zl", "Zp")) for char in text
    )


def _xml(lines: list[str]) -> list[str] | None:
    """C#'s documentation: well-formed XML as it is, else the words of its summary."""
    text = "\n".join(lines)
    if "<summary>" not in text:
        text = f"<summary>\n{text}" + ("" if "</summary>" in text else "\n</summary>")
    parser = expat.ParserCreate()
    try:
        parser.Parse(f"<doc>{text}</doc>", True)
    except expat.ExpatError:
        return None
    words = re.sub(r"<[^>]*>", " ", text).split("\n")
    body = [line.strip() for line in words if line.strip()]
    return text.split("\n") if body and _is_description(body) else None
