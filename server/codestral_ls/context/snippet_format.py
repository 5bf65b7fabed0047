"""How other files' snippets are written into a prompt, in the format of the model's family (``fim/table.py``).

Codestral was trained on several files as path lines (``+++++ path``) before the prefix; Qwen2.5-Coder, StarCoder2 and Mellum have
tokens for it, which are counted here and become tokens where the prompt is built. Families without a format get comments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codestral_ls.fim.leading_files import headed
from codestral_ls.fim.table import TABLE


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of another file: 1-based inclusive lines, the text, its source and its value (0..1).

    ``container`` is the head of the class or other definition around it, and ``name`` its name: choice.py puts definitions
    of one file together, and only names those it has no room for.
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


def render(style: str, snippets: Sequence[Snippet], path: str, prefix: str, line_comment: str = "#") -> tuple[str, int]:
    """The prefix with ``snippets`` before it, and the number of headers with a control word in it.

    Without snippets the prefix is returned as it is. A family without a format of its own gets comments: every line of a snippet
    becomes a comment of the language.
    """
    if not snippets:
        return prefix, 0
    row = next((row for row in TABLE if row.name == style), None)
    form = row.files if row is not None else None
    if row is None or form is None:
        commented = [
            "\n".join(f"{line_comment} {line}".rstrip() for line in f"{snippet.path}\n{snippet.text}".splitlines())
            for snippet in snippets
        ]
        return "\n".join(commented) + "\n" + prefix, 0
    return headed(row, form, [(snippet.path, snippet.text) for snippet in snippets], path, prefix)
