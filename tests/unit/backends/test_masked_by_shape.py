"""Passwords that are found by their shape alone, and what is not taken for one."""

from __future__ import annotations

import pytest

from codestral_ls.backends.masking.chosen import find


def found(text: str, *, program: bool = False) -> list[str]:
    return [text[start:end] for start, end in find(text, program=program)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.1\tLantern698!\n", "Lantern698!"),
        ("alice / Walnut1276*\n", "Walnut1276*"),
        ("<b>54turn91#</b>", "54turn91#"),
        ("please log in with Summer2024!, then change it\n", "Summer2024!"),
        ("r1v3r70?", "r1v3r70?"),
        ("alice:pepper932:10\n", "pepper932"),
        ("someone\npa55wd99\n", "pa55wd99"),
        ("/mnt/dav  alice  copper1591\n", "copper1591"),
        ("a,s3cr3t,b", "s3cr3t"),
        ("Granite15", "Granite15"),
    ],
)
def test_a_word_with_a_number_is_found_in_settings_and_notes(text: str, expected: str) -> None:
    assert found(text) == [expected] * len(found(text)) != []


@pytest.mark.parametrize(
    "text",
    [
        "image: postgres16\n",
        "runs-on: ubuntu2204\n",
        "UInt64*\n",
        "Int32?\n",
        "python310\n",
        "sha256\n",
        "deadbeef12!\n",
        "12px!\n",
        "item12?\n",
        "clock1030: a\n",
        '"clock1030": "a"\n',
        "clock1030 = 1\n",
        "it is a long line that names the film matrix1999 once\n",
        "/srv/granite1543/x\n",
        "x@granite1543\n",
        "granite1543.example.org\n",
        "S3Config\n",
        "RTX4090\n",
        "ab12!\n",
        "Lantern698!x\n",
        "Lantern!\n",
        "Lantern6!\n",
    ],
)
def test_names_versions_and_sizes_are_not(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('return "Lantern698!"', ["Lantern698!"]),
        ("x = 'Walnut1276*'", ["Walnut1276*"]),
        ("return \"Lantern698!'", []),
        ('return "a Lantern698!"', []),
        ("Lantern698* lantern;", []),
        ('return "pa55wd99"', []),
    ],
)
def test_in_a_program_only_a_whole_string_with_a_sign_counts(text: str, expected: list[str]) -> None:
    assert found(text, program=True) == expected
