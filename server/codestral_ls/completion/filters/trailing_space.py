"""Takes trailing blanks and empty lines off an answer, and blanks off the end of each of its lines."""

from __future__ import annotations

import re

from codestral_ls.completion.filters.cursor import Cursor

BLANKS_AT_LINE_END = re.compile(r"[ \t]+(?=\r|\n)")


def mend(text: str, cursor: Cursor) -> str:
    """The text without trailing white space; strings keep theirs inside a line."""
    if cursor.plan.region != "string":
        text = BLANKS_AT_LINE_END.sub("", text)
    return text.rstrip()
