"""Edits of an open document: the text, its positions and its versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.documents.document import Document, TextChange
from codestral_ls.documents.text import line_starts
from codestral_ls.errors import DocumentError

TEXTS = st.text(alphabet="ab(\n\r\f\u2028é😀", max_size=25)


@pytest.mark.parametrize(
    ("text", "changes", "after"),
    [
        ("", [(0, 0, "a")], "a"),
        ("abc", [(1, 2, "")], "ac"),
        ("abc", [(0, 3, "xyz\n")], "xyz\n"),
        ("a\r\nb\r\n", [(6, 6, "c\r\n")], "a\r\nb\r\nc\r\n"),
        ("a\r\nb", [(2, 2, "x")], "a\rx\nb"),
        ("😀b", [(1, 1, "é")], "😀éb"),
        ("ab", [(0, 0, "x"), (1, 1, "y"), (3, 4, "")], "xya"),
    ],
)
def test_changes_in_order(text: str, changes: list[tuple[int, int, str]], after: str) -> None:
    document = Document("file:///a.py", text, "python", version=3)
    document.apply([TextChange(*change) for change in changes], version=4)
    assert document.text == after
    assert document.version == 4
    assert [document.line_start(line) for line in range(document.line_count)] == line_starts(after)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), TEXTS), max_size=10))
def test_any_edits_agree_with_plain_slicing(text: str, edits: list[tuple[int, int, str]]) -> None:
    document = Document("file:///a", text)
    for at, removed, inserted in edits:
        start = min(at, len(text))
        end = min(start + removed, len(text))
        text = text[:start] + inserted + text[end:]
        document.apply([TextChange(start, end, inserted)])
    assert document.text == text
    for offset in range(len(text) + 1):
        line, column = document.position_at(offset)
        assert document.line_start(line) + column == offset
        split_ending = text[offset - 1 : offset + 1] == "\r\n" and offset > 0
        assert document.offset_at(line, column) == (offset - 1 if split_ending else offset)


@pytest.mark.parametrize(
    ("line", "column", "offset"),
    [(0, 0, 0), (0, 2, 2), (0, 99, 2), (1, 0, 4), (1, 1, 5), (1, 99, 5), (2, 0, 6), (2, 5, 6)],
)
def test_a_column_after_the_line_is_its_end(line: int, column: int, offset: int) -> None:
    assert Document("file:///a", "ab\r\n😀\n").offset_at(line, column) == offset


@pytest.mark.parametrize(("line", "column"), [(3, 0), (-1, 0), (0, -1)])
def test_a_position_outside_is_reported(line: int, column: int) -> None:
    with pytest.raises(DocumentError):
        Document("file:///a", "ab\r\n😀\n").offset_at(line, column)


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (0, 4), (2, 1), (4, 4)])
def test_a_range_outside_changes_nothing(start: int, end: int) -> None:
    document = Document("file:///a", "abc", version=1)
    with pytest.raises(DocumentError, match="is not a range"):
        document.apply([TextChange(start, end, "x")], version=2)
    assert (document.text, document.version) == ("abc", 1)


def test_a_version_that_goes_backwards_changes_nothing() -> None:
    document = Document("file:///a", "abc", version=5)
    with pytest.raises(DocumentError, match="Version 4"):
        document.apply([TextChange(0, 0, "x")], version=4)
    assert (document.text, document.version) == ("abc", 5)


@pytest.mark.parametrize("offset", [-1, 4])
def test_a_snapshot_outside_is_reported(offset: int) -> None:
    with pytest.raises(DocumentError, match="outside"):
        Document("file:///a", "abc").snapshot(offset)


def test_a_snapshot_stays_while_typing_goes_on() -> None:
    document = Document("file:///a.py", "a = 1\nb\n", "python", version=1)
    snapshot = document.snapshot(7)
    document.apply([TextChange(7, 7, " = 2")], version=2)
    assert (snapshot.text, snapshot.version, snapshot.offset) == ("a = 1\nb\n", 1, 7)
    assert (snapshot.prefix, snapshot.suffix) == ("a = 1\nb", "\n")
    assert document.snapshot(11).line_prefix == "b = 2"


@pytest.mark.parametrize(
    ("drawn", "prefix", "suffix", "indent"),
    [
        ("│", "", "", ""),
        ("  a│b\r\nc", "  a", "b", "  "),
        ("x\n\t│\ny", "\t", "", "\t"),
        ("x\n  │  y", "  ", "  y", "  "),
        ("a\f😀│", "a\f😀", "", ""),
    ],
)
def test_the_cursors_line(drawn: str, prefix: str, suffix: str, indent: str) -> None:
    snapshot = Document("file:///a", drawn.replace("│", "")).snapshot(drawn.index("│"))
    assert (snapshot.line_prefix, snapshot.line_suffix, snapshot.indent) == (prefix, suffix, indent)


def test_whole_new_text() -> None:
    document = Document("file:///a", "abc")
    document.replace_all("x\r\ny")
    assert (document.text, document.line_count, document.line_text(0), document.line_text(1)) == ("x\r\ny", 2, "x", "y")
