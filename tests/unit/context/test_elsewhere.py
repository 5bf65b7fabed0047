"""Lines from elsewhere in the file: which are found, which are not, and when they are chosen again."""

from __future__ import annotations

import pytest
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


def test_text_in_the_window_is_not_retrieved() -> None:
    above = TEXT.index("def first")
    found = retrieve(TEXT + ABOVE.replace("statement", "another"), CURSOR, above, len(TEXT), 400)
    assert "execute(another" in found
    assert "execute(statement" not in found


def test_lines_after_the_window_are_found_too() -> None:
    text = "x = 1\nself.connection.exe\n" + FILLER + ABOVE
    assert "self.connection.execute(statement" in retrieve(text, 25, 0, 500, 400)


def test_the_longest_match_comes_last_and_no_line_twice() -> None:
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


OTHER = "    things = 2\n    self.connection.execute(of_another_file)\n    return 3\n"


def test_lines_of_other_files_are_found_after_those_of_this_one() -> None:
    found = retrieve(TEXT, CURSOR, CURSOR - 500, CURSOR + 500, 400, (FILLER, OTHER))
    assert found.index("of_another_file") < found.index("execute(statement")
    alone = retrieve("self.connection.exe", 19, 0, 19, 400, (FILLER, OTHER))
    assert alone == OTHER


def test_a_longer_match_in_another_file_goes_before_a_shorter_one_in_this() -> None:
    longer = OTHER.replace("    things = 2\n", "def second(self):\n")
    found = retrieve(TEXT, CURSOR, CURSOR - 500, CURSOR + 500, 400, (longer,))
    assert found.index("execute(statement") < found.index("of_another_file")


def test_the_same_lines_in_two_files_are_shown_once() -> None:
    found = retrieve(TEXT, CURSOR, CURSOR - 500, CURSOR + 500, 600, (ABOVE, OTHER, OTHER))
    assert found.count("execute(statement") == 1
    assert found.count("of_another_file") == 1


BLOCKS = st.lists(st.sampled_from(["a_name(", "value, ", "other)\n", "    if x:\r\n", "\r", "\n", "x" * 300]), max_size=40)


@given(BLOCKS, BLOCKS, st.integers(0, 30), BLOCKS)
def test_only_text_from_outside_the_window_is_shown(above: list[str], inside: list[str], typed: int, below: list[str]) -> None:
    window = "#".join(["", *inside, "a_name(value, "[:typed]])
    text = "".join(above) + window + "#" + "".join(below)
    top, offset = len("".join(above)), len("".join(above)) + len(window)
    found = retrieve(text, offset, top, offset + 1, 80)
    assert len(found) <= 80
    assert "#" not in found
    assert found.strip() or not found


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_passages_are_whole_lines_with_any_line_ending(ending: str) -> None:
    text = TEXT.replace("\n", ending)
    cursor = text.rindex(f"exe{ending}") + 3
    found = retrieve(text, cursor, cursor - 500, cursor + 500, 400).replace(ending, "\n")
    assert found.endswith("    before = 1\n    self.connection.execute(statement, parameters)\n    after = 2\n    end = 3\n")


class Typist:
    """Types after ``x = 1`` in the middle of a long file; ``cold`` counts the prompts that no slot has evaluated yet."""

    def __init__(self) -> None:
        self.windows = FrozenWindows()
        self.text = UNUSUAL + ABOVE + FILLER + "x = 1"
        self.behind = "\n" + FILLER
        self.cold = 0

    def type(self, text: str, settled: bool = False) -> str:
        """Type ``text`` and return the elsewhere lines in the window after the last key."""
        for key in text or [""]:
            self.text += key
            window, hot = self.windows.cut("u", self.text + self.behind, len(self.text), 600, 200, (), 400, settled)
            self.cold += not hot
        return window.elsewhere


def test_each_line_that_is_typed_gets_its_own_lines_once() -> None:
    typist = Typist()
    assert "unusual" not in typist.type("")
    assert "execute(statement" in typist.type("\n    self.connection.exe")
    assert typist.cold == 2
    assert "execute(statement" in typist.type("cute(other, things)")
    assert typist.cold == 2
    assert "unusual_name_of(things, here)" in typist.type("\n    return unusual_name")
    assert typist.cold == 3
    assert "unusual_name_of(things, here)" in typist.type("_of(self.connection.execute")
    assert typist.cold == 3


def test_a_place_where_nobody_types_yet_leaves_the_choice_open() -> None:
    typist = Typist()
    typist.type("\n    ", settled=True)
    assert "execute(statement" in typist.type("self.connection.exe")


def test_coming_back_leaves_the_choice_open_too() -> None:
    typist = Typist()
    typist.type("\n    ", settled=True)
    typist.windows.cut("u", typist.text + typist.behind, 300, 600, 200, (), 400)
    typist.type("", settled=True)
    assert "execute(statement" in typist.type("self.connection.exe")


def test_what_is_chosen_again_is_still_hot() -> None:
    typist = Typist()
    typist.type("\n    self.connection.exe")
    cold = typist.cold
    typist.type("\n    print()\n    self.connection.exe")
    assert typist.cold == cold


def test_going_back_finds_the_earlier_choice() -> None:
    typist = Typist()
    first = typist.type("\n    self.connection.exe")
    earlier, cold = typist.text, typist.cold
    typist.type("\n    return unusual_name")
    typist.text = earlier
    assert (typist.type(""), typist.cold) == (first, cold + 1)


def test_a_match_that_the_prompt_shows_already_is_not_wanted_again() -> None:
    top, end = CURSOR - 500, CURSOR + 500
    assert is_wanted(TEXT, CURSOR, top, end, "")
    assert not is_wanted(TEXT, CURSOR, top, end, ABOVE)
    assert not is_wanted(TEXT, CURSOR, 0, end, "")


def test_a_match_in_another_file_alone_is_wanted() -> None:
    assert not is_wanted("self.connection.exe", 19, 0, 19, "")
    assert is_wanted("self.connection.exe", 19, 0, 19, "", (FILLER, OTHER))
    assert not is_wanted("self.connection.exe", 19, 0, 19, OTHER, (FILLER, OTHER))


def test_files_that_come_to_be_known_are_looked_into_at_the_next_line() -> None:
    windows, text = FrozenWindows(), "x = 1\n"
    window, _ = windows.cut("u", text, len(text), 600, 200, (), 400)
    assert window.elsewhere == ""
    text += "    self.connection.exe"
    window, hot = windows.cut("u", text, len(text), 600, 200, (), 400, others=(OTHER,))
    assert (window.elsewhere, hot) == (OTHER, False)
    text += "cu"
    window, hot = windows.cut("u", text, len(text), 600, 200, (), 400, others=(OTHER,))
    assert (window.elsewhere, hot) == (OTHER, True)


def test_without_room_nothing_is_looked_for() -> None:
    window, _ = FrozenWindows().cut("u", TEXT, CURSOR, 600, 200)
    assert window.elsewhere == ""
