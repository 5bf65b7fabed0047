"""The store of open documents: the texts that edits lead to, and documents of which only the name is known."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from lsprotocol import types

from codestral_ls.lsp.open_documents import BINARY, CLOSED, OUT_OF_STEP, TOO_LARGE, OpenDocuments

URI = "file:///nowhere/a.py"


def item(text: str, version: int = 1, uri: str = URI) -> types.TextDocumentItem:
    return types.TextDocumentItem(uri, "python", version, text)


def edit(text: str, *span: int) -> types.TextDocumentContentChangeEvent:
    if not span:
        return types.TextDocumentContentChangeWholeDocument(text)
    start, end = types.Position(*span[:2]), types.Position(*span[2:])
    return types.TextDocumentContentChangePartial(types.Range(start, end), text)


EDITS: list[tuple[str, str, list[Any], str]] = [
    ("typed at the cursor", "ab\ncd", [edit("X", 1, 1, 1, 1)], "ab\ncX|d"),
    ("replaced", "ab\ncd", [edit("XY", 0, 1, 1, 1)], "aXY|d"),
    ("deleted", "ab\ncd", [edit("", 0, 0, 1, 0)], "|cd"),
    ("several, each in the text before", "ab", [edit("1", 0, 0, 0, 0), edit("2", 0, 1, 0, 1)], "12|ab"),
    ("backwards range", "abcd", [edit("X", 0, 3, 0, 1)], "aX|d"),
    ("beyond the end", "ab", [edit("X", 7, 0, 9, 9)], "abX|"),
    ("whole, a letter more", "ab\ncd", [edit("ab\ncXd")], "ab\ncX|d"),
    ("whole, a letter less", "ab\ncd", [edit("ab\nd")], "ab\n|d"),
    ("whole, the same", "ab", [edit("ab")], "|ab"),
    ("whole and then a part", "ab", [edit("xy\nz"), edit("!", 1, 1, 1, 1)], "xy\nz!|"),
]


@pytest.mark.parametrize(("before", "changes", "after"), [row[1:] for row in EDITS], ids=[row[0] for row in EDITS])
def test_edits_give_the_text_and_the_place_after_them(before: str, changes: list[Any], after: str) -> None:
    documents = OpenDocuments("utf-16")
    documents.open(item(before))
    changed = documents.change(URI, 2, changes)
    assert changed is not None
    document, offset = changed
    assert document.text[:offset] + "|" + document.text[offset:] == after
    assert document.version == 2


REFUSED = [
    ("binary", "\0" * 10, BINARY),
    ("too many characters", "x" * 101, TOO_LARGE),
    ("too many bytes", "é" * 51, TOO_LARGE),
    ("as many as allowed", "é" * 50, None),
    ("empty", "", None),
]


@pytest.mark.parametrize(("text", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused_is_known_by_name_only(text: str, reason: str | None) -> None:
    documents = OpenDocuments("utf-16", max_file_bytes=100)
    assert (documents.open(item(text)) is None) == (reason is not None)
    assert (documents.find(URI) is None) == (reason is not None)
    if reason is not None:
        assert documents.why_not(URI) == reason
        assert documents.change(URI, 2, [edit("x", 0, 0, 0, 0)]) is None
        assert documents.change(URI, 3, [edit("short")]) is not None
        assert documents.close(URI)
    assert list(documents) == [documents.find(URI)] * (reason is None)


def test_a_document_that_grows_too_large_is_let_go() -> None:
    documents = OpenDocuments("utf-16", max_file_bytes=10)
    documents.open(item("12345"))
    assert documents.change(URI, 2, [edit("1234567", 0, 0, 0, 0)]) is None
    assert (documents.find(URI), documents.why_not(URI)) == (None, TOO_LARGE)


def test_a_lost_document_comes_back_whole() -> None:
    documents = OpenDocuments("utf-16")
    documents.open(item("text"))
    documents.lose(URI)
    assert (documents.find(URI), documents.why_not(URI)) == (None, OUT_OF_STEP)
    changed = documents.change(URI, 5, [edit("new")])
    assert changed is not None
    assert (changed[0].text, changed[0].language) == ("new", "python")
    documents.lose("file:///never/opened")
    assert documents.why_not("file:///never/opened") == CLOSED


def test_backward_versions_and_unknown_documents_are_reported(caplog: pytest.LogCaptureFixture) -> None:
    documents = OpenDocuments("utf-16")
    documents.open(item("text", version=5))
    with caplog.at_level(logging.WARNING):
        assert documents.change(URI, 4, [edit("new")]) is not None
        assert documents.change("file:///other", 4, [edit("new")]) is None
    assert len(caplog.records) == 2
    assert not documents.close("file:///other")
