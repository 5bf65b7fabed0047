"""The FIM window: budgets, frozen edges, line borders, the auto-closed tail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.context.frozen import FrozenWindows
from codestral_ls.context.window import cut
from codestral_ls.documents.tails import tail_of

LINES = "".join(f"line number {number:04d} of the file\n" for number in range(400))


@pytest.mark.parametrize(
    ("rest", "tail"),
    [(")", ")"), ('")', '")'), (");", ");"), ("", ""), ("   ", ""), (") {", ""), (" + 1)", ""), (")  ", ")"), ("}])", "}])")],
)
def test_tail_is_closing_punctuation_alone(rest: str, tail: str) -> None:
    assert tail_of(rest) == tail


def test_whole_small_file_is_the_window() -> None:
    window = cut("a = 1\nb = 2\n", 6, 1000, 1000)
    assert (window.prefix, window.suffix, window.tail) == ("a = 1\n", "b = 2\n", "")


def test_tail_is_in_neither_part() -> None:
    window = cut("f(x)\ny\n", 3, 1000, 1000)
    assert (window.prefix, window.suffix, window.tail) == ("f(x", "\ny\n", ")")


def test_typing_keeps_both_edges_until_the_budget_is_spent() -> None:
    text, offset = LINES, 6000
    window = cut(text, offset, 1000, 500)
    moves = 0
    for _ in range(900):
        text = text[:offset] + "x" + text[offset:]
        offset += 1
        later = cut(text, offset, 1000, 500, window.edges)
        assert later.suffix == window.suffix
        moves += later.edges.top != window.edges.top
        window = later
        assert len(window.prefix) <= 1000
    assert moves <= 3


def test_edges_lie_at_line_borders() -> None:
    window = cut(LINES, 6000, 1000, 500)
    assert window.prefix.startswith("line number")
    assert window.suffix.endswith("\n")


@pytest.mark.parametrize(
    ("scopes", "first"),
    [
        ((10, 150, 170), "line number 0150"),  # near where the edge comes to lie
        ((10, 170), "line number 0144"),  # too far below: the text above it is worth more
        ((), "line number 0144"),
    ],
)
def test_a_new_top_edge_takes_the_start_of_a_scope_that_is_near(scopes: tuple[int, ...], first: str) -> None:
    starts = tuple(LINES.index(f"line number {number:04d}") for number in scopes)
    window = cut(LINES, LINES.index("line number 0180"), 1500, 500, None, starts)
    assert window.prefix.startswith(first)
    assert len(window.prefix) > 700


def test_a_new_top_edge_takes_an_unindented_line_behind_a_blank_one() -> None:
    text = "def f():\n    one = 1\n\n" * 100
    window = cut(text, text.rindex("    one"), 500, 100)
    assert window.prefix.startswith("def f():")


def test_going_back_to_an_earlier_place_finds_the_old_edges() -> None:
    windows = FrozenWindows()
    first, hot = windows.cut("u", LINES, 3000, 1000, 500)
    assert not hot
    windows.cut("u", LINES, 9000, 1000, 500)
    again, hot = windows.cut("u", LINES, 3000, 1000, 500)
    assert hot
    assert again == first


def test_a_match_outside_the_window_moves_no_window_that_shows_no_lines_from_elsewhere() -> None:
    windows = FrozenWindows()
    text = LINES.replace("line number 0180", "line number 0007")
    place, far = text.rindex("number 0007") + len("number 0007"), len(text) - 100
    assert place > 3000
    first, _ = windows.cut("u", text, place, 1000, 500)
    windows.cut("u", text, far, 1000, 500)
    again, hot = windows.cut("u", text, place, 1000, 500)
    assert hot
    assert again == first


@given(st.text(alphabet="ab\n\r)( é😀", max_size=400), st.data())
def test_window_is_made_of_the_text_around_the_cursor(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    window = cut(text, offset, 60, 40)
    assert text[:offset].endswith(window.prefix)
    assert text[offset + len(window.tail) :].startswith(window.suffix)
    assert len(window.prefix) <= 60
    assert len(window.suffix) <= 40
