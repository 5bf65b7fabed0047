"""Lines from elsewhere in the file: what is found, what never is, and when it is chosen anew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.context.elsewhere import LONGEST, is_wanted, retrieve
from codestral_ls.context.frozen import FrozenWindows

FILLER = "".join(f"filler = {n}\n" for n in range(300))
UNUSUAL = "def zero(self):\n    return unusual_name_of(things, here)\n" + FILLER[:400] + "\n"
ABOVE = "def first(self):\n    before = 1\n    self.connection.execute(statement, parameters)\n    after = 2\n    end = 3\n"
ABOVE += "    no = 4\n"
TEXT = UNUSUAL + ABOVE + FILLER + "def second(self):\n    self.connection.exe\n" + FILLER
CURSOR = TEXT.rindex("exe\n") + 3


def test_the_line_that_went_on_from_the_same_characters_is_found_with_its_neighbours() -> None:
    found = retrieve(TEXT, CURSOR, CURSOR - 500, CURSOR + 500, 400)
    assert "    before = 1\n    self.connection.execute(statement, parameters)\n    after = 2\n    end = 3\n" in found
    assert "no = 4" not in found


def test_what_stands_in_the_window_is_not_retrieved() -> None:
    assert "self.connection.execute" not in retrieve(TEXT, CURSOR, 0, len(TEXT), 400)


def test_lines_behind_the_window_are_found_too() -> None:
    text = "x = 1\nself.connection.exe\n" + FILLER + ABOVE
    assert "self.connection.execute(statement" in retrieve(text, 25, 0, 500, 400)


def test_the_longest_match_stands_last_and_no_line_twice() -> None:
    near = "    other.connection.exe_near()\n\n\n"
    found = retrieve(near + TEXT, CURSOR + len(near), CURSOR, CURSOR + 500, 400)
    assert found.index("exe_near") < found.index("execute(statement")
    assert found.count("execute(statement") == 1


def test_a_long_line_is_retrieved_alone() -> None:
    text = "above = 1\nself.connection.execute(" + "a, " * 100 + ")\nbelow = 2\n" + FILLER + "self.connection.exe"
    found = retrieve(text, len(text), len(text) - 300, len(text), 400)
    assert "above" not in found
    assert "below" not in found
    assert len(found) > LONGEST


@given(st.text(alphabet="ab\n ", max_size=300), st.data())
def test_only_whole_text_from_outside_the_window_is_shown(text: str, data: st.DataObject) -> None:
    top = data.draw(st.integers(0, len(text)))
    offset = data.draw(st.integers(top, len(text)))
    end = data.draw(st.integers(offset, len(text)))
    found = retrieve(text, offset, top, end, 80)
    assert len(found) <= 80
    outside = (text[:top] + "\n" + text[end:]).split("\n")
    assert all(line in outside or any(line in other for other in outside) for line in found.split("\n"))


def test_they_stay_while_a_line_is_typed_and_change_where_another_line_matches() -> None:
    windows = FrozenWindows()
    begun = TEXT[: CURSOR - 8] + TEXT[CURSOR:]
    first, hot = windows.cut("u", begun, CURSOR - 8, 600, 200, (), 400)
    assert not hot
    typed, hot = windows.cut("u", TEXT, CURSOR, 600, 200, (), 400)
    assert hot
    assert typed.elsewhere == first.elsewhere
    assert "execute(statement" in retrieve(TEXT, CURSOR, CURSOR - 600, CURSOR + 200, 400)
    new = "    return unusual_name"
    text, place = TEXT[: CURSOR + 1] + new + TEXT[CURSOR + 1 :], CURSOR + 1 + len(new)
    settled, hot = windows.cut("u", text, place, 600, 200, (), 400, settled=True)
    assert (hot, settled.elsewhere) == (True, first.elsewhere)
    anew, hot = windows.cut("u", text, place, 600, 200, (), 400)
    assert not hot
    assert "unusual_name_of(things, here)" in anew.elsewhere
    back, hot = windows.cut("u", TEXT, CURSOR, 600, 200, (), 400)
    assert (hot, back.elsewhere) == (True, first.elsewhere)


def test_a_match_that_the_prompt_shows_already_is_not_wanted_again() -> None:
    top, end = CURSOR - 500, CURSOR + 500
    assert is_wanted(TEXT, CURSOR, top, end, "")
    assert not is_wanted(TEXT, CURSOR, top, end, ABOVE)
    assert not is_wanted(TEXT, CURSOR, 0, end, "")


def test_without_room_nothing_is_looked_for() -> None:
    window, _ = FrozenWindows().cut("u", TEXT, CURSOR, 600, 200)
    assert window.elsewhere == ""
