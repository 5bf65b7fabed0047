"""The looks by which words are sorted before anything around them is considered."""

from __future__ import annotations

import pytest

from codestral_ls.backends.masking.known_words import common_passwords, common_words, is_two_words, known_words
from codestral_ls.backends.masking.looks import look


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("letmein", "commonword"),
        ("qwerty123", "common"),
        ("QWERTY123", "common"),
        ("dragon", "term"),
        ("walnutriver", "two"),
        ("Walnutriver", "Two"),
        ("WalnutRiver", "TwoTitles"),
        ("WalnutRiver42", "TwoNumber"),
        ("zorblatt", "unknown"),
        ("river7", "word known 1"),
        ("River77", "Word known 2"),
        ("river777", "word known 3"),
        ("river12345", "word known 4"),
        ("river2024", "word known year"),
        ("river1899", "word known 4"),
        ("walnutriver7", "word two 1"),
        ("zorblatt7", "word unknown 1"),
        ("River77!", "number and sign"),
        ("river!77", "number and sign"),
        ("r1v3r!", "sign inside"),
        ("riverbed!", "word and sign"),
        ("r1v3r99", "substituted"),
        ("xKcdPqR7", "mixed"),
        ("r1verside", "substituted"),
    ],
)
def test_what_people_choose_has_a_look(word: str, expected: str) -> None:
    assert look(word) == expected


@pytest.mark.parametrize(
    "word",
    [
        *("river", "River", "RIVER", "username", "password", "filename"),
        *("int32", "sha256", "utf8", "ubuntu2204", "python310", "postgres16", "base64", "line12", "rfc2616"),
        *("deadbeef12", "0x7fffff", "12px", "a1", "u00e9", "1234", "20240101", "7alpine", "4wheel"),
        *("alice@example", "checkout@v4", "numpy#87", "c++17", "RT03D", "4*A*E", "PERBC2D", "xKcdPq7"),
        *("", "abcd", "a" * 33, "river" * 7),
    ],
)
def test_words_names_versions_and_sizes_have_none(word: str) -> None:
    assert not look(word)


def test_the_lists_hold_what_they_are_for() -> None:
    assert {"river", "walnut", "filename", "the"} <= known_words()
    assert {"letmein", "123456", "iloveyou"} <= common_passwords()
    assert not common_passwords() & common_words()
    assert all(word == word.lower() and len(word) >= 5 for word in common_passwords() | common_words())
    assert all(word.isascii() and word.islower() and 3 <= len(word) <= 20 for word in known_words())


@pytest.mark.parametrize(
    ("run", "expected"), [("riverwalnut", True), ("riverzq", False), ("river", False), ("", False), ("catdog", True)]
)
def test_two_words_without_a_sign_between(run: str, *, expected: bool) -> None:
    assert is_two_words(run) is expected
