"""The clues around a word: each is there exactly when its sentence is true."""

from __future__ import annotations

import pytest

from codestral_ls.backends.masking.clues import around, group, near, side


def clues(row: str) -> set[str]:
    """The clues around the word between « and » in a text of settings."""
    start = row.index("«")
    end = row.index("»") - 1
    text = row.replace("«", "").replace("»", "")
    return set(around(text, start, end, "word known 1", "text"))


@pytest.mark.parametrize(
    ("row", "present", "absent"),
    [
        ("login: «river7»", "last", "first"),
        ("«river7» is it", "first", "last"),
        ("login: «river7»", "assigned", "first"),
        ("login =«river7» x", "assigned", "last"),
        ("login «river7»", "1 before: login", "assigned"),
        ("some login «river7»", "2 before: some", "1 before: some"),
        ("«river7»", "1 before: ", "2 before: login"),
        ("zorblatt «river7»", "1 before: ?", "1 before: zorblatt"),
        ("userName «river7»", "before: name", "before: username"),
        ("«river7» of the host", "after: host", "before: host"),
        ("the login\n«river7»", "above: login", "before: login"),
        ("the login\n\n«river7»", "1 before: ", "above: login"),
        ("ssh 192.0.2.1 «river7»", "address", "first"),
        ("«river7» at db.internal", "address", "last"),
        ("ssh host «river7»", "before: ssh", "address"),
        ("a b «river7» c", "3 fields", "5 fields"),
        ("a b c d e f «river7»", "5 fields", "many fields"),
        ("a b c d e f g h i «river7»", "many fields", "5 fields"),
        ("/srv/«river7»/x", "path", "last"),
        ("in ./a/b-c/«river7»", "path numbered", "first"),
        ("a/b/«river7»", "path", "address"),
        ("alice/«river7»", "last", "path"),
        ("login «river7»", "numbered before: login", "words before: login"),
    ],
)
def test_a_clue_is_there_when_it_is_true(row: str, present: str, absent: str) -> None:
    found = clues(row)
    assert present in found
    assert absent not in found


def test_only_so_much_of_a_long_line_is_looked_at() -> None:
    assert "before: login" in clues("login " + "x " * 70 + "«river7»")
    assert "before: login" not in clues("login " + "x " * 80 + "«river7»")
    assert "after: login" not in clues("«river7» " + "x " * 60 + "login")


def test_what_is_next_to_a_word() -> None:
    assert [side(letter) for letter in ("", "\n", " ", "a", "7", "é", ":")] == ["edge", "edge", " ", "a", "a", "a", ":"]
    assert near("two", "edge", ":", "text") == ["two", "text two", "edge▒:", "text edge▒:", "words edge▒:", "▒:", "edge▒"]


@pytest.mark.parametrize(
    ("look", "expected"),
    [("word known 1", "numbered"), ("Word two 4", "numbered"), ("two", "words"), ("term", "words"), ("common", "strange")],
)
def test_looks_in_groups(look: str, expected: str) -> None:
    assert group(look) == expected
