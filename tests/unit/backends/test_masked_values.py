"""Values that are judged without their names, and secrets near the cursor and far from it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from codestral_ls.backends.masking import find
from codestral_ls.backends.masking.find import Span, apart, find_secrets
from codestral_ls.backends.masking.values import is_no_code, is_password, is_token
from support.backends.drawn_secrets import drawn, plain


@pytest.mark.parametrize(
    ("value", "password"),
    [
        ("hunter2", True),
        ("abc", True),
        (" abc ", True),
        ("ab", False),
        ("two words", False),
        ("two\twords", False),
        ("#include<x1>", False),
        ("--x1y", False),
        ("f('x1y');", False),
        ("xxxx", False),
        ("changeme", False),
        ("string", False),
        ("${X}", False),
        ("user_password", False),
        ("user.token", False),
        ("password1", False),
        ("password12", True),
        ("token1-", True),
        ("p4ssword1!", True),
    ],
)
def test_what_a_name_that_says_password_makes_one(value: str, password: bool) -> None:
    assert is_password(value) is password


@pytest.mark.parametrize(
    ("value", "token"),
    [
        ("a1b2c3d4", True),
        (" a1b2c3d4 ", True),
        ("a1b2c3d", False),
        ("a1b2 c3d4", False),
        ("xxxxxxxx", False),
        ("xkqzvwjqxkqzvwjq", True),
        ("xkqzvwjqxkqzvwj", True),
        ("keyabverkey39x", False),
        ("connectionhandler", False),
        ("connection12", False),
        ("MyHandlerX", False),
        ("Passw0rdKey", False),
        ("Passw0rdKeys", True),
        ("Passw0rdKeysHandler", True),
        ("Ywxpyuacgfz1", True),
        ("Ywxpyuacgfz1==", True),
        ("Ywxpyuacgf1", True),
        ("ywxpyuacgfz1", True),
        ("YWXPYUACGFZ1", True),
        ("Ywxpyuacgfzx", True),
        ("Ywxpyuacgfz1.", True),
    ],
)
def test_what_a_name_that_says_token_makes_one(value: str, token: bool) -> None:
    assert is_token(value) is token


@pytest.mark.parametrize(
    ("value", "no_code"),
    [
        *((value, False) for value in ("a.b", "a::b", "a->b;", "str", "str?", "f()", "a[1]", "{x}")),
        *((value, True) for value in ("hunter2", "a.", "1.b")),
    ],
)
def test_texts_that_are_not_code(value: str, no_code: bool) -> None:
    assert is_no_code(value) is no_code


def test_overlapping_spans_become_one() -> None:
    found = [(5, 9, "b"), (0, 3, "a"), (3, 4, "c"), (7, 12, "d"), (6, 7, "e"), (12, 12, "f"), (20, 21, "g")]
    expected = [(0, 3, "a"), (3, 4, "c"), (5, 12, "b"), (20, 21, "g")]
    assert apart([Span(*span) for span in found]) == [Span(*span) for span in expected]
    assert apart([Span(4, 4, "a")]) == []


SECRETS = ("password = '«hunter2»'", "run --password «s3cr3t»", "x://ann:«hunter3»@host/{}", "ann:«p4ss»:1:2:") * 15


def _long_text() -> str:
    """Some 9,000 characters with a secret about every 150 characters, each on its own line."""
    chance = random.Random(7)
    lines = [f"value_{n} = compute(value_{n - 1}, {n})" for n in range(60)]
    secrets = chance.sample(SECRETS, len(SECRETS))
    return "".join(f"{one}\n{lines[n * 7 % 60]}\n# {'-' * (n % 50)}\n{lines[n]}\n" for n, one in enumerate(secrets))


def test_wherever_the_cursor_is_the_same_is_found() -> None:
    row = _long_text()
    text = plain(row)
    spans = find_secrets(text)
    outside = [place for place in range(len(text) + 1) if not any(span.start < place <= span.end for span in spans)]
    for cut in random.Random(3).sample(outside, 150):
        assert drawn(text, cut) == row


def test_what_is_far_from_the_cursor_moves_with_the_text() -> None:
    row = _long_text()
    middle = row.index("\n", len(row) // 2) + 1
    for typed in ("y", "y = ", "y = '\n", "# a longer line than that\n\n"):
        changed = row[:middle] + typed + "\n" + row[middle:]
        cut = len(plain(row[:middle])) + len(typed)
        assert drawn(plain(changed), cut) == changed


def test_after_a_letter_only_what_is_near_the_cursor_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    near = find._near

    def watched(part: find._Part, cut: int, *, program: bool) -> Iterator[Span]:
        looked_at.append(len(part.text))
        return near(part, cut, program=program)

    monkeypatch.setattr(find, "_near", watched)
    text = plain(_long_text()) * 5
    cut = text.index("\n", len(text) // 2)
    find_secrets(text, cut)
    assert looked_at == [len(text)]
    for length in range(1, 9):
        find_secrets(text[:cut] + "returned"[:length] + text[cut:], cut + length)
    assert max(looked_at[1:]) < 5_000
    for length in range(9):
        find_secrets("returned"[:length] + text, length)
    assert max(looked_at[-8:]) < 5_000


def test_few_texts_are_remembered() -> None:
    text = plain(_long_text())
    for number in range(200):
        find_secrets(f"# {number}\n{text}", len(text) // 2)
    assert len(find._remembered) < 100
    assert find_secrets("") == []
