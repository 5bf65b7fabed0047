"""Passwords near their names in syntax that no rule was written for, and what is left alone in programs and in prose.

In a row «…» is what is masked; a row without is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from codestral_ls.backends.masking import beside, named
from codestral_ls.backends.masking.beside import values
from codestral_ls.backends.masking.letters import class_of, strangeness
from support.backends.drawn_secrets import CODE, drawn, plain

pytestmark = pytest.mark.usefixtures("rules_alone")

ANYWHERE = r"""
vault.put(password, of: "«Tr0ub4dor&3»")
if given !~ password then "«s3cr3t»"
(setq my-password (identity "«s3cr3t»"))
password <- c("«hunter2»")
Password = N'«hunter2»'
the password must be changed2day
label(password, "Password 2")
get("password", "password_hash")
"password": "$ref:1"
password !~ "«hunter»"
password "is" «b1c2d3!x»
password| "hunter-x"
{'password': '«hunter2»', 'b1c2d3!x': 1}
"""
SETTINGS = r"""
PASSWORD| «hunter2»
password >> «correcthorse»
my_password ~ «letmein»
XYZ DB_PASSWORD «hunterx» other
password := «hunter» # c
community «hunterx»
set shared_key «hunterx»
server-key 0 «hunterx»
wep_key0=«hunterx»
option key '«hunterx»'
a server key of ours
password is stored here
the password is «Mips6195» for now
our password was now: «477l157@», gone
the password is 8-character long
the password is base64-encoded
the password is hunters
password reset required
password policy strict
login dialog opens here
account ann «b1c2d3!»
password ~ ann:«b1c2d3!x»
password| «ab1!»
password| ab1
user is ann, mode is rw
"""


def _rows(rows: str) -> list[str]:
    return rows.strip("\n").split("\n")


@pytest.mark.parametrize("row", _rows(ANYWHERE))
def test_in_programs_and_elsewhere(row: str) -> None:
    assert drawn(plain(row) + "\n") == row + "\n"
    assert drawn(f"{CODE}{plain(row)}\n\n{CODE}") == f"{CODE}{row}\n\n{CODE}"


@pytest.mark.parametrize("row", _rows(SETTINGS))
def test_bare_words_in_text_that_is_not_a_program(row: str) -> None:
    assert drawn(f"# é\n{plain(row)}\n") == f"# é\n{row}\n"


@pytest.mark.parametrize(
    "row",
    [
        *("password| hunter2\n", "user.password = other # c\n", "x password hunterx\n"),
        *("community hunterx\n", "set shared_key hunterx\n", "option key 'hunterx'\n"),
        *("cred ann b1c2d3!x\n", "login of ann; 'b1c2d3!x'\n", 'password /+ "hunter"\n'),
        *("class E(A):\n    pass\nname = 's3cr3t!'\n", "def f():\n\tpass\nname = 's3cr3t!'\n"),
    ],
)
def test_bare_words_of_programs_are_variables(row: str) -> None:
    assert drawn(CODE + row) == CODE + row


@pytest.mark.parametrize("row", ["db_pass\n'«s3cr3t!»'\n", "pass\n'«s3cr3t!»'\n"])
def test_what_looks_like_a_pass_statement_in_a_program(row: str) -> None:
    assert drawn(CODE + plain(row)) == CODE + row


def test_the_beginning_of_a_line_is_searched() -> None:
    first = "password |"
    for blanks, row in ((12, f"{first}{' x' * 12} «b1c2d3!x»\n"), (13, f"{first}{' x' * 13} b1c2d3!x\n")):
        assert drawn(f"{first}{' x' * blanks} b1c2d3!x\n") == row


def test_of_a_line_full_of_names_some_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []

    def watched(text: str, place: int, after: int, *, program: bool) -> Iterator[tuple[int, int]]:
        searched.append(text.count("\n", 0, place))
        return values(text, place, after, program=program)

    monkeypatch.setattr(beside, "values", watched)
    drawn("pwd " * 30 + "\n" + "pwd " * 30 + "\npwd\n")
    assert Counter(searched) == {0: named._MOST_ON_A_LINE, 1: named._MOST_ON_A_LINE, 2: 1}


@pytest.mark.parametrize(
    "row",
    [
        "login\n  pass\n  «s3cr3t!»\n",
        "password:\n\n  - «hunter2»\n",
        "PASSWORD\n«hunter2»\n",
        '"password": {\n  "x": "«s3cr3t»"\n}\n',
    ],
)
def test_values_on_the_lines_below(row: str) -> None:
    assert drawn(plain(row)) == row


@pytest.mark.parametrize(
    ("written", "generated"),
    [
        ("getUserNameFromList", "gkTqZwNx3eFv0mLsWb1"),
        ("x86_64_linux_gnu_v2", "a8f_b3c1e_9d0f7_e2b"),
        ("1234567890", "3f9a0c7be1"),
        ("SOME_CONSTANT_NAME", "QK7XVBN2TJ4WZ9RPLD"),
        ("request1response2", "r3quq7rzp0n2e9kjx"),
    ],
)
def test_names_are_less_strange_than_keys(written: str, generated: str) -> None:
    assert strangeness(written) < 0.5 * len(written)
    assert strangeness(generated) > 1.0 * len(generated)


def test_classes_of_letters() -> None:
    assert "".join(map(class_of, "azAZ09-_+é")) == "lluuddssss"


def test_a_sign_is_stranger_than_the_next_letter_of_a_word() -> None:
    assert strangeness("user_name") < strangeness("us_ern_am_e")


def counted(text: str, known: frozenset[bytes], where: object, name: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often the function ``name`` is asked for the values of names in ``text``; it finds none."""
    places: list[int] = []

    def asked(_text: str, place: int, *_: int, **__: bool) -> Iterator[tuple[int, int]]:
        places.append(place)
        return iter(())

    monkeypatch.setattr(where, name, asked)
    assert list(named.find(text, text, known, 0, program=False)) == []
    return len(places)


@pytest.mark.parametrize(("text", "most"), [("pass1" * 1_600, 2 * 64), ("pass1\n" * 100, 100)])
def test_of_names_without_a_value_64_of_each_4096_characters_of_a_line_are_looked_at(
    text: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "values", lambda *_, **__: iter(()))
    assert counted(text, frozenset((b"pass",)), named, "_password", monkeypatch) == most


@pytest.mark.parametrize(("text", "most"), [("server key " * 300, 8), ("server key\n" * 30, 30)])
def test_of_names_in_settings_eight_of_a_line_are(text: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert counted(text, frozenset((b"server", b"key")), beside, "values", monkeypatch) == most
