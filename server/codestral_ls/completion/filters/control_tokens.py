"""Ends an answer at anything that is not text: the spelling of a control token, or a character that only a broken stream makes."""

from __future__ import annotations

import re

from codestral_ls.completion.filters.cursor import Cursor

CONTROL = re.compile(
    r"\[(?:SUFFIX|PREFIX|MIDDLE|/?INST|/?TOOL_CALLS|AVAILABLE_TOOLS)\]"
    r"|<\|(?:fim_\w+|file_sep|file_separator|repo_name|endoftext|end_of_text|begin_of_text|im_start|im_end|eot_id|end|assistant"
    r"|user|system|cursor|code_(?:prefix|suffix|middle))\|>"
    r"|<fim_(?:prefix|suffix|middle|pad)>|<(?:PRE|SUF|MID|EOT|filename|file_sep|reponame|gh_stars|jupyter_code)>"
    r"|<｜[^｜\n]{2,40}｜>"
    r"|</?s>(?=\s*(?:\[|$))"
)
"""Mistral's tokens, and those of the Qwen, Llama, StarCoder, CodeGemma, DeepSeek, Granite and Phi families."""

NO_TEXT = re.compile("[\x00\ufeff\ufffd]|(?<![^\x01-\x7f])[\u200b\u2060](?![^\x01-\x7f])")
"""NUL, the byte-order mark, the replacement character, and blanks without width between ASCII characters: other scripts break
their lines at them, and joiners are text in many."""


def cut(text: str, cursor: Cursor) -> int | None:
    """Index of the first control token or character that the file itself does not use."""
    return min((start for pattern in (CONTROL, NO_TEXT) if (start := _first(pattern, text, cursor)) is not None), default=None)


def _first(pattern: re.Pattern[str], text: str, cursor: Cursor) -> int | None:
    for match in pattern.finditer(text):
        if match[0] == "</s>" and ("<s>" in text[: match.start()] or "<s>" in cursor.line_before):
            continue  # struck through, in HTML
        if match[0] == "\x00" or (match[0] not in cursor.before and match[0] not in cursor.after):
            return match.start()
    return None
