"""Words behind one that announces a password: which are considered, and which of them are taken for the password."""

from __future__ import annotations

import pytest

from codestral_ls.backends.masking.cued import candidates, cued_look, find_cues
from codestral_ls.backends.masking.occurrences import pieces, small, words
from support.backends.drawn_secrets import CODE, drawn


def considered(text: str, *, program: bool = False) -> list[str]:
    return [text[start:end] for start, end, *_ in candidates(text, small(text), words(pieces(text)), program=program)]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("14-10-1987", "cued date"),
        ("1987.10.14", "cued date"),
        ("14101987", "cued date"),
        ("90210123456", "cued digits"),
        ("Contoso-2019!", "cued joined number"),
        ("river_7", "cued joined number"),
        ("2024river", "cued joined number"),
        ("river-walnut", "cued two"),
        ("river.walnut-pepper", "cued sentence"),
        ("river", "cued known small"),
        ("River", "cued known title"),
        ("RIVER", "cued known caps"),
        ("ZoRblatt", "cued unknown mixed"),
        ("river77", "cued numbered"),
        ("walnutriver", "cued words"),
        ("r1v3r!x", "cued strange"),
        ("päss!wörd", "cued strange"),
        ("a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8", "cued other"),
        *((word, "") for word in ("abcd", "token", "string", "required", "os.environ", "changeme")),
        ("river\u200bx", ""),
    ],
)
def test_everything_long_enough_has_a_look_behind_an_announcement(word: str, expected: str) -> None:
    assert cued_look(word) == expected


def test_a_line_announces_once_and_the_name_is_left_out() -> None:
    text = "db_password_old and passwd\nnothing\nthe Passphrase: x"
    cues = sorted(find_cues(small(text), words(pieces(text))))
    assert [text[:cue].rpartition("\n")[2] for cue in cues] == ["db_password_old", "the Passphrase"]


def test_the_next_six_words_on_three_lines_are_considered() -> None:
    assert considered("password river1 river2 river3 river4 river5 river6 river7\n") == [f"river{n}" for n in range(1, 7)]
    assert considered("password:\n\nriver1\nriver2\n") == ["river1"]
    assert considered("password " + " " * 300 + "river1\n") == []
    assert considered("river1 password\n") == []


def test_in_a_program_only_strings_are_considered() -> None:
    assert considered("password = river_one('river_two')\n", program=True) == ["river_two"]


@pytest.mark.parametrize(
    "row",
    [
        "the password of it is «mybuddy7»",
        'Content-Disposition: form-data; name="password"\n\n«ashley-2005!»',
        "admin password was changed to «Contoso-2019!» (Anna)",
        "<keyMaterial>«14101987»</keyMaterial>",
        "# login alice / «cortland.6»",
        "try admin / «Jogger-07#» on staging",
        "connect('alice', '«19711001»')",
    ],
)
def test_the_password_is_masked(row: str) -> None:
    text = row.replace("«", "").replace("»", "")
    secret = row[row.index("«") + 1 : row.index("»")]
    assert f"«{secret}»" in drawn(f"# notes\n{text}\n")


@pytest.mark.parametrize(
    "row",
    [
        "the password must be changed by tomorrow",
        "Passwords are stored as hashes in the database.",
        "Enter your password and press Return to continue",
        "forgot-password-page",
        "get the password of the account with the manager",
        "The passphrase protects the private key.",
    ],
)
def test_sentences_about_passwords_are_left_alone(row: str) -> None:
    assert drawn(f"# notes\n{row}\n") == f"# notes\n{row}\n"
    assert drawn(f"{CODE}# {row}\n") == f"{CODE}# {row}\n"
