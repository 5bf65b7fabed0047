"""Removes Markdown fences and chat phrases from an answer: chat-trained models wrap code in them."""

from __future__ import annotations

import re

from codestral_ls.completion.filters.cursor import Cursor

OPENING = re.compile(r"\A\s*(?:(?:Sure|Certainly|Here(?:'s| is)|Of course)[^\n]*\n+)?\s*```[\w+-]*\r?\n")
CLOSING = re.compile(r"(?:\r?\n|\A)[ \t]*```")
CHATTER = re.compile(r"\A\s*(?:Sure[,!]|Certainly[,!]|Here(?:'s| is) (?:the|your|a)|Of course[,!])[^\n]*(?:\n|\Z)")
PROSE = frozenset({"markdown", "restructuredtext", "latex", "plaintext", "gitcommit", "git-commit", "mdx"})


def cut(text: str, cursor: Cursor) -> int | None:
    """Index of the fence that closes the one an answer began with, if code is being written."""
    if cursor.language.id in PROSE or cursor.plan.region != "code":
        return None
    opening = OPENING.match(text)
    closing = CLOSING.search(text, opening.end()) if opening else None
    return closing.start() if closing else None


def mend(text: str, cursor: Cursor) -> str:
    """The text without an opening fence or phrase."""
    if cursor.language.id in PROSE or cursor.plan.region != "code":
        return text
    opening = OPENING.match(text)
    if opening:
        return text[opening.end() :]
    if cursor.line_before.strip():
        return text
    chatter = CHATTER.match(text)
    return text[chatter.end() :] if chatter else text
