"""Learning from forms and files: which rows there are, and that the weights tell secrets from other words."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from codestral_ls.backends.masking.cued import cued_look
from codestral_ls.backends.masking.looks import look
from support.backends.secret_files import Form
from training.form_rows import Row, file_rows, form_rows, new_password

FILES = ["name = 1\n" * 200, "# notes\nvalue2 = other3\n" * 100]


def notes(chance: random.Random) -> list[Form]:
    word = f"river{chance.randrange(10, 99)}"
    return [("note", f"alice has the password {word} on host2024\n", word)]


def tokens(chance: random.Random) -> list[Form]:
    token = "".join(chance.choices("abcdef0123456789", k=24))
    return [("token", f"TOKEN={token}\n", token)]


def test_new_passwords_are_mostly_words_with_a_look() -> None:
    chance = random.Random(1)
    made = [new_password(chance) for _ in range(500)]
    assert len(set(made)) > 450
    assert sum(bool(look(word) or cued_look(word)) for word in made) > 440


def test_a_form_yields_its_secret_with_changing_words_and_names() -> None:
    rows = form_rows([notes], FILES, 24, random.Random(2))
    secrets = [row for row in rows if row.is_secret]
    assert len(secrets) > 18
    assert all(row.source == "note" for row in rows)
    assert {"before: password", "after: host"} <= frozenset.union(*(row.clues for row in secrets))
    assert len({row.clues for row in secrets}) > 10
    assert not any("before: alice" in row.clues for row in rows)
    assert any(not row.is_secret for row in rows)


def test_generated_keys_stay_as_they_are_and_count_less() -> None:
    assert len(form_rows([tokens], FILES, 24, random.Random(3))) <= 24


def test_the_words_of_files_are_no_secrets() -> None:
    rows, lines = file_rows([("a", "host: river77\n" * 10), ("b", "")])
    assert lines == 10
    assert [row.is_secret for row in rows] == [False] * 10
    assert all("before: host" in row.clues for row in rows)


def test_weights_tell_secrets_from_others() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is a part of training alone")
    from training.likely_secrets import learned, weight_of

    def rows(word: str, count: int, *, secret: bool) -> Sequence[Row]:
        return [Row(f"{word} {number}", frozenset({f"before: {word}", "last"}), secret) for number in range(count)]

    weights = learned(rows("login", 60, secret=True), rows("import", 60, secret=False))
    assert weight_of(weights, rows("login", 1, secret=True)[0]) > 0 > weight_of(weights, rows("import", 1, secret=False)[0])
    assert "last" not in weights
