"""Line rules: only \\n, \\r\\n and \\r end a line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.documents import text as rules
from codestral_ls.documents.text import LineIndex
from codestral_ls.errors import DocumentError

CHARACTERS = "ab \t\n\r\f\v\x1c\x85\u2028\u2029é😀"
TEXTS = st.text(alphabet=CHARACTERS, max_size=30)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a", ""]),
        ("a\nb", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b", ""]),
        ("a\rb", ["a", "b"]),
        ("a\n\rb", ["a", "", "b"]),
        ("a\r\r\nb", ["a", "", "b"]),
        ("\n\n", ["", "", ""]),
        ("a\fb\u2028c\x85d\x1ce\u2029f\vg", ["a\fb\u2028c\x85d\x1ce\u2029f\vg"]),
        ("😀\n😀", ["😀", "😀"]),
    ],
)
def test_lines(text: str, lines: list[str]) -> None:
    assert rules.lines(text) == lines
    assert LineIndex(text).count == len(lines)
    assert "".join(rules.lines_with_endings(text)) == text


@pytest.mark.parametrize(
    ("drawn", "line"),
    [
        ("│", ""),
        ("a│b", "ab"),
        ("a\n│b\nc", "b"),
        ("a\nb│\nc", "b"),
        ("a\nb\n│", ""),
        ("a\r│\nb", "a"),
        ("a\r\n│b", "b"),
        ("a\r│b", "b"),
        ("a│\r\nb", "a"),
        ("a\fb│\u2028c\n", "a\fb\u2028c"),
    ],
)
def test_line_around_a_place(drawn: str, line: str) -> None:
    offset = drawn.index("│")
    assert rules.line_text(drawn.replace("│", ""), offset) == line


@pytest.mark.parametrize(
    ("text", "newline"),
    [
        ("", "\n"),
        ("a", "\n"),
        ("a\nb\r\n", "\n"),
        ("a\r\nb\r\nc\n", "\r\n"),
        ("a\rb\rc\n", "\r"),
        ("a\u2028b\u2028c\r\n", "\r\n"),
    ],
)
def test_dominant_newline(text: str, newline: str) -> None:
    assert rules.newline_of(text) == newline


@given(TEXTS, st.data())
def test_every_place_agrees_with_a_plain_split(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    starts = [0, *(ending.end() for ending in re.finditer(r"\r\n|\n|\r", text))]
    number = max(index for index, start in enumerate(starts) if start <= offset)
    following = starts[number + 1] if number + 1 < len(starts) else len(text)
    content = text[starts[number] : following]
    if number + 1 < len(starts):
        content = re.sub(r"(\r\n|\n|\r)\Z", "", content)
    assert rules.line_starts(text) == starts
    assert rules.line_start(text, offset) == starts[number]
    assert rules.line_end(text, offset) == starts[number] + len(content)
    assert rules.next_line_start(text, offset) == following
    assert LineIndex(text).position(offset) == (number, offset - starts[number])


@given(TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 8), TEXTS), max_size=12))
def test_edited_index_equals_a_new_one(text: str, edits: list[tuple[int, int, str]]) -> None:
    index = LineIndex(text)
    for at, removed, inserted in edits:
        start = min(at, len(text))
        end = min(start + removed, len(text))
        text = text[:start] + inserted + text[end:]
        index.edited(start, end, text, len(inserted))
        assert index.starts() == rules.line_starts(text)
        assert [index.line_of(offset) for offset in range(len(text) + 1)] == [
            LineIndex(text).line_of(offset) for offset in range(len(text) + 1)
        ]


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_lines_that_follow_from_an_earlier_text_are_those_of_the_text(head: str, old: str, new: str, tail: str) -> None:
    earlier, text = head + old + tail, head + new + tail
    assert rules.moved_line_starts(earlier, rules.line_starts(earlier), text) == rules.line_starts(text)


def test_an_edit_touches_only_the_lines_between_it_and_the_last_one() -> None:
    text = "line\n" * 10_000
    index = LineIndex(text)
    before = index._starts[9_000]
    text = "x" + text
    index.edited(0, 0, text, 1)
    assert index._starts[9_000] == before  # computed only when needed: only the delta is known
    assert index.start(9_000) == before + 1


@pytest.mark.parametrize("line", [-1, 2, 1_000])
def test_a_line_outside_is_reported(line: int) -> None:
    with pytest.raises(DocumentError, match="outside the document, which has 2 lines"):
        LineIndex("a\nb").start(line)
