"""The FIM window: budgets, frozen edges, line borders, the auto-closed tail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.context.frozen import FrozenWindows
from codestral_ls.context.window import Window, cut
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
        ((10, 150, 170), "line number 0150"),  # close to where the edge comes to be
        ((10, 170), "line number 0144"),  # too far below: the text above it is worth more
        ((), "line number 0144"),
    ],
)
def test_a_new_top_edge_takes_the_start_of_a_scope_that_is_near(scopes: tuple[int, ...], first: str) -> None:
    starts = tuple(LINES.index(f"line number {number:04d}") for number in scopes)
    window = cut(LINES, LINES.index("line number 0180"), 1500, 500, None, starts)
    assert window.prefix.startswith(first)
    assert len(window.prefix) > 700


def test_a_new_top_edge_takes_an_unindented_line_after_a_blank_one() -> None:
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


ROWS = "".join(f"row {number:04d}.\n" for number in range(200))
"""Lines of ten characters each, so that an offset shows its line."""


def edges_of(text: str, window: Window) -> tuple[int, int]:
    return window.edges.top, len(text) - window.edges.below


@pytest.mark.parametrize(
    ("offset", "top", "end"),
    [
        (0, 0, 30), (40, 0, 70),
        (70, 0, 100), (71, 10, 100), (75, 10, 110), (76, 10, 110), (80, 10, 110), (1000, 930, 1030), (1005, 940, 1040),
        (1960, 1890, 1990), (1964, 1900, 1990), (1965, 1900, 2000), (1970, 1900, 2000), (1999, 1930, 2000),
    ],
)  # fmt: skip
def test_a_cold_window_is_the_most_whole_lines_within_seventy_percent(offset: int, top: int, end: int) -> None:
    window = cut(ROWS, offset, 100, 50)
    assert edges_of(ROWS, window) == (top, end)
    assert (window.prefix, window.suffix) == (ROWS[top:offset], ROWS[offset:end])
    assert (window.edges.top_mark, window.edges.below_mark) == (ROWS[top : top + 48], ROWS[end : end + 48])


@pytest.mark.parametrize(
    ("offset", "top", "end"),
    [
        (930, 860, 960), (940, 870, 970), (974, 910, 1000), (975, 940, 1010), (989, 940, 1020), (990, 940, 1040),
        (1022, 940, 1040), (1023, 940, 1050), (1040, 940, 1070), (1041, 980, 1070),
    ],
)  # fmt: skip
def test_an_edge_is_kept_between_a_third_and_all_of_its_budget(offset: int, top: int, end: int) -> None:
    frozen = cut(ROWS, 1005, 100, 50).edges
    assert edges_of(ROWS, cut(ROWS, offset, 100, 50, frozen)) == (top, end)


@pytest.mark.parametrize("offset", [1964, 1970, 1990, 1999])
def test_a_last_line_without_an_end_is_whole(offset: int) -> None:
    text = ROWS[:1999]
    assert edges_of(text, cut(text, offset, 100, 50))[1] == 1999


@pytest.mark.parametrize(("offset", "end"), [(1016, 1030), (1017, 1040)])
def test_the_suffix_is_kept_while_exactly_a_third_of_its_budget_is_in_use(offset: int, end: int) -> None:
    frozen = cut(ROWS, 1005, 100, 40).edges
    assert edges_of(ROWS, cut(ROWS, offset, 100, 40, frozen))[1] == end


@pytest.mark.parametrize(("changed", "top", "end"), [(987, 950, 1040), (988, 940, 1040), (1087, 940, 1050), (1088, 940, 1040)])
def test_an_edge_is_the_same_place_while_its_forty_eight_characters_are(changed: int, top: int, end: int) -> None:
    frozen = cut(ROWS, 1005, 100, 50).edges
    text = ROWS[:changed] + "#" + ROWS[changed + 1 :]
    assert edges_of(text, cut(text, 1020, 100, 50, frozen)) == (top, end)


def test_a_mark_that_reaches_over_the_cursor_is_compared_up_to_it() -> None:
    frozen = cut(ROWS, 1005, 60, 50).edges
    text = ROWS[: frozen.top + 30] + "typed" + ROWS[frozen.top + 30 :]
    assert cut(text, frozen.top + 30, 60, 50, frozen).edges.top == frozen.top


@pytest.mark.parametrize(("offset", "top"), [(1006, 940), (1007, 951), (1011, 951), (1021, 951), (1022, 961)])
def test_a_new_top_edge_goes_to_what_follows_an_empty_line_nearby(offset: int, top: int) -> None:
    text = ROWS[:950] + "\n" + ROWS[950:]
    assert cut(text, offset, 100, 50).edges.top == top


@pytest.mark.parametrize(
    ("offset", "scopes", "top"),
    [(1000, (930, 940), 930), (1006, (955,), 950), (1006, (965,), 940), (1006, (935,), 940), (1006, (900, 948), 940)],
)
def test_a_new_top_edge_goes_to_the_outermost_scope_that_begins_nearby(offset: int, scopes: tuple[int, ...], top: int) -> None:
    assert cut(ROWS, offset, 100, 50, None, scopes).edges.top == top


@pytest.mark.parametrize(
    ("text", "offset", "top", "end"), [("x" * 500, 300, 230, 335), ("x" * 300 + "\n" + "y" * 300, 301, 231, 336)]
)
def test_a_line_longer_than_the_budget_is_cut_inside(text: str, offset: int, top: int, end: int) -> None:
    assert edges_of(text, cut(text, offset, 100, 50)) == (top, end)
