"""How other files' snippets are written into a prompt, per model family, as data.

Codestral was taught several files as path lines (``+++++ path``) before the prefix; Qwen2.5-Coder and StarCoder2 have
tokens for repository and file. Families without a convention get comments. Pure text; tokens are the host's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of another file: 1-based inclusive lines, the text, where it came from and what it is worth (0..1).

    ``container`` is the head of what a single definition stands in, and ``name`` its name: choice.py puts definitions
    of one file together, and names those it has no room for.
    """

    path: str
    start_line: int
    end_line: int
    text: str
    source: str
    score: float = 0.0
    tokens: int = 0
    container: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class PromptStyle:
    """Format strings of one family: ``file`` for each snippet (path, text), ``current`` for the file at the cursor (path)."""

    file: str
    current: str
    comment: bool = False


STYLES: dict[str, PromptStyle] = {
    "codestral": PromptStyle(file="+++++ {path}\n{text}\n", current="+++++ {path}\n"),
    "qwen": PromptStyle(file="<|file_sep|>{path}\n{text}\n", current="<|file_sep|>{path}\n"),
    "starcoder2": PromptStyle(file="<file_sep>{path}\n{text}\n", current="<file_sep>{path}\n"),
    "plain": PromptStyle(file="{path}\n{text}\n", current="{path}\n", comment=True),
}


def render(style: str, snippets: Sequence[Snippet], path: str, prefix: str, line_comment: str = "#") -> str:
    """The prefix with ``snippets`` before it. Without snippets the prefix is returned as it is.

    An unknown ``style`` is rendered as "plain": every line of a snippet becomes a comment of the language.
    """
    if not snippets:
        return prefix
    chosen = STYLES.get(style, STYLES["plain"])
    if chosen.comment:
        commented = [
            "\n".join(f"{line_comment} {line}".rstrip() for line in f"{snippet.path}\n{snippet.text}".splitlines())
            for snippet in snippets
        ]
        return "\n".join(commented) + "\n" + prefix
    files = "".join(chosen.file.format(path=_one_line(snippet.path), text=snippet.text.rstrip("\n")) for snippet in snippets)
    return files + chosen.current.format(path=_one_line(path)) + prefix


def _one_line(path: str) -> str:
    return path.replace("\r", " ").replace("\n", " ")
