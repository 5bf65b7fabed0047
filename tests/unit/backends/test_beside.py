"""Passwords near their names in syntax that no rule was written for, and what is left alone in programs and in prose.

In a row «…» is what is masked; a row without is left alone.
"""

from __future__ import annotations

import pytest

from codestral_ls.backends.masking.letters import strangeness
from support.backends.drawn_secrets import CODE, drawn, plain

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
"""
SETTINGS = r"""
PASSWORD| «hunter2»
password >> «correcthorse»
my_password ~ «letmein»
XYZ DB_PASSWORD «hunterx» other
password := «hunter» # c
password is stored here
password reset required
password policy strict
login dialog opens here
account ann «b1c2d3!»
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


@pytest.mark.parametrize("row", ["password| hunter2\n", "user.password = other # c\n", "x password hunterx\n"])
def test_bare_words_of_programs_are_variables(row: str) -> None:
    assert drawn(CODE + row) == CODE + row


@pytest.mark.parametrize("row", ["password:\n\n  - «hunter2»\n", "PASSWORD\n«hunter2»\n", '"password": {\n  "x": "«s3cr3t»"\n}\n'])
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
