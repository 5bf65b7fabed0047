"""Ends an answer at the text of a control token: a model that spells one has left the code."""

from __future__ import annotations

import re

from codestral_ls.completion.filters.cursor import Cursor

CONTROL = re.compile(
    r"\[(?:SUFFIX|PREFIX|MIDDLE|/?INST|/?TOOL_CALLS|AVAILABLE_TOOLS)\]"
    r"|<\|?(?:fim_(?:prefix|suffix|middle|pad)|file_sep|repo_name|endoftext|im_start|im_end)\|?>"
    r"|</?s>(?=\s*(?:\[|$))|<(?:PRE|SUF|MID|EOT)>|\x00"
)


def cut(text: str, cursor: Cursor) -> int | None:
    """Index of the first control token that the file itself does not use."""
    for match in CONTROL.finditer(text):
        if match[0] == "\x00" or (match[0] not in cursor.before and match[0] not in cursor.after):
            return match.start()
    return None
