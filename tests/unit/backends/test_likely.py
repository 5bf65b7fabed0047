"""Passwords that are found by how they look and by what is around them, and words that are not taken for one."""

from __future__ import annotations

import pytest

from codestral_ls.backends.masking import likely
from codestral_ls.backends.masking.likely import candidates, find
from codestral_ls.backends.masking.occurrences import pieces, small, words
from support.backends.drawn_secrets import CODE, drawn


def spans(text: str, cut: int, *, program: bool) -> list[tuple[int, int]]:
    joined = pieces(text)
    return sorted(set(find(text, small(text), joined, words(joined), cut, program=program)))


def found(text: str, *, program: bool = False) -> list[str]:
    return [text[start:end] for start, end in spans(text, len(text) + 1, program=program)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.1\tLantern698!\n", "Lantern698!"),
        ("alice / Walnut1276*\n", "Walnut1276*"),
        ("please log in with Summer2024!, then change it\n", "Summer2024!"),
        ("alice:pepper932\n", "pepper932"),
        ("someone\npa55wd99\n", "pa55wd99"),
        ("/mnt/dav  alice  copper1591\n", "copper1591"),
        ("the wifi password is walnutriver\n", "walnutriver"),
        ("Staging: https://staging.example.org (alice/copper1591)\n", "copper1591"),
        ("Login: alice\n\nmaplepepper\n", "maplepepper"),
        ("admin letmein\n", "letmein"),
        ("root ann = b1c2d3!x\n", "b1c2d3!x"),
        ("cred ann b1c2d3!x\n", "b1c2d3!x"),
        ("login of ann; b1c2d3!x\n", "b1c2d3!x"),
        ("the wifi password is hunter22b\n", "hunter22b"),
        ("password is b1c2d3!x now\n", "b1c2d3!x"),
        ("10.0.0.1\tLantern698!\n10.0.0.2\tLantern698!\n", "Lantern698!"),
    ],
)
def test_a_chosen_password_is_found_in_settings_and_notes(text: str, expected: str) -> None:
    assert found(text) == [expected] * text.count(expected)
    assert f"«{expected}»" in drawn(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('client.login("alice", "walnutriver7")\n', "walnutriver7"),
        ('httpBasic("alice", "maplepepper")\n', "maplepepper"),
        ('if (password == "hunter2") {\n', "hunter2"),
    ],
)
def test_a_chosen_password_is_found_in_a_string_of_a_program(text: str, expected: str) -> None:
    assert found(CODE + text + CODE, program=True) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "image: postgres16\n",
        "runs-on: ubuntu2204\n",
        "import numpy as np\nfrom rowcount import table2\n",
        "/srv/granite1543/x\n",
        'label = "Password"\n',
        'mode = "readonly"\n',
        "class Lantern7 extends WalnutRiver {\n",
        "def riverwalnut(maplepepper, value2):\n    return value2 + maplepepper\n",
        "  - uses: actions/checkout@v4\n",
        "| column2 | column3 |\n",
        "the checkbox is in the sidebar of the taskmanager\n",
    ],
)
@pytest.mark.parametrize("program", [False, True])
def test_names_and_versions_are_not(text: str, *, program: bool) -> None:
    assert found(text, program=program) == []


def test_words_outside_quotes_are_names_in_a_program() -> None:
    text = 'walnutriver = "maplepepper"'
    assert [text[start:end] for start, end, _ in candidates(text, pieces(text), program=True)] == ["maplepepper"]
    assert len(list(candidates(text, pieces(text), program=False))) == 2


def test_a_candidate_is_a_whole_word() -> None:
    text = "river7 river77 xriver7 é=river7 river7"
    assert [start for start, end, _ in candidates(text, pieces(text), program=False) if text[start:end] == "river7"] == [0, 25, 32]


def test_signs_before_a_word_are_left_out() -> None:
    assert [(start, end) for start, end, _ in candidates("**river77!", pieces("**river77!"), program=False)] == [(2, 10)]


def test_hopeless_words_are_not_looked_at_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    def looked(text: str, start: int, end: int, *_: str) -> list[str]:
        looked_at.append(text[start:end])
        return []

    monkeypatch.setattr(likely, "around", looked)
    spans('x = zorblatt7(river2)\nhost: "Walnut77!"\n', 0, program=True)
    assert looked_at == ["Walnut77!"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("    performan", []), ("login: river77!", ["river77!"]), ('x = "configur', []), ("alice:copper1591", ["copper1591"])],
)
def test_the_word_that_is_being_typed_must_look_more_like_a_password(typed: str, expected: list[str]) -> None:
    assert [typed[start:end] for start, end in spans(typed, len(typed), program=False)] == expected


def test_the_weight_that_is_enough_depends_on_the_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likely, "_ENOUGH_TYPED", 1000.0)
    text = "login: river77! now\n"
    for cut in range(len(text) + 1):
        assert bool(spans(text, cut, program=False)) is (cut != len("login: river77!"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("login: pepper-Walnut63\n", "pepper-Walnut63"),
        ("login: pepper-walnut77!\n", "pepper-walnut77!"),
        ("log in as **admin** with **river77x**\n", "river77x"),
    ],
)
def test_joined_words_are_one_password(text: str, expected: str) -> None:
    assert expected in found(text)


def test_a_password_is_not_joined_to_a_path_or_a_call() -> None:
    assert likely._joined("login: a/walnut77.txt", 9, 17) == (9, 21)
    assert likely._joined("login: $a.walnut77", 10, 18) == (10, 18)
    assert likely._joined("walnut77.strip(x)", 0, 8) == (0, 8)
