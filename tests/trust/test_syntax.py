"""The boundary of syntax: no text of a workspace, however deeply nested, blocks the event loop through its syntax tree."""

from __future__ import annotations

import time

import pytest

from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.syntax import SyntaxTree
from support.hostile_texts import HOSTILE_FILES

PATIENCE = 3.0
"""Seconds of processor time for all that a keystroke asks; without the bounds each of these takes minutes."""


@pytest.mark.parametrize(
    ("language", "text"), HOSTILE_FILES, ids=[f"{language} {text[:8].strip()}" for language, text in HOSTILE_FILES]
)
def test_a_deep_or_bare_text_is_answered(language: str, text: str) -> None:
    began = time.thread_time()
    for offset in (len(text) // 2, len(text) - 2):
        snapshot = Snapshot.of(text, offset, language)
        snapshot.region()
        snapshot.scopes()
        if (tree := snapshot.tree()) is not None:
            tree.matches("definitions")
            tree.errors_in(0, len(text))
    assert time.thread_time() - began < PATIENCE


def test_it_counts_when_it_is_pasted_too() -> None:
    tree = SyntaxTree.parse("json", '{"a": 1}')
    assert tree is not None
    assert tree.try_edit(6, 7, "[" * 50_000, None) is None


def test_long_lists_and_long_files_keep_their_trees() -> None:
    assert SyntaxTree.parse("json", "[" + "1, " * 50_000 + "1]") is not None
    assert SyntaxTree.parse("python", "x = f(1, [2])\n" * 20_000) is not None
    assert SyntaxTree.parse("javascript", "a + " * 300 + "a;") is not None


DEEP = [
    ("yaml", "- " * 300 + "a"),
    ("yaml", "\n".join(" " * level + ":" for level in range(300))),
    ("python", "\n".join(" " * level + "if x:" for level in range(700))),
]


@pytest.mark.parametrize(("language", "text"), DEEP, ids=["yaml items", "yaml keys", "python blocks"])
def test_hundreds_of_levels_end_no_process(language: str, text: str) -> None:
    """The grammars' scanners write their nesting levels into a buffer of 1,024 bytes, and would write past its end."""
    assert SyntaxTree.parse(language, text) is None
    begun = SyntaxTree.parse(language, text[:40])
    assert begun is not None
    assert begun.try_edit(40, 40, text[40:], None) is None
    half = SyntaxTree.parse(language, text[: text.find("\n", len(text) // 16)] if "\n" in text else text[:100])
    assert half is not None


def test_columns_of_a_table_are_no_levels() -> None:
    table = "\n".join(" " * 250 + "x = 1" if line % 2 else "if a:" for line in range(400))
    assert SyntaxTree.parse("python", table) is not None
    assert SyntaxTree.parse("yaml", "a: >\n" + "  b - c - d\n" * 400) is not None
