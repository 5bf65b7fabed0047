"""Columns below a header: which rows belong to it, headers among the rows, and the time for a table full of headers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from codestral_ls.backends.masking import columns
from codestral_ls.backends.masking.columns import find


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in sorted(set(find(text, text.lower())))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name,password\nann,tiger\nbob,horse\n", ["tiger", "horse"]),
        ("name,password\nann,tiger\nbob\ncat,horse\n", ["tiger"]),
        ("| name | token |\n| ann | tiger |", ["tiger"]),
        ("name;psk\nann;1234\n\nname;psk\nbob;5678\n", ["1234", "5678"]),
        ("name,password\ntoken,tiger\nann,horse\n", ["tiger", "ann", "horse"]),  # the second line is a header, too
        ("name,password\na;token\nann,tiger\nb;horse\n", []),
        ("name,age\nann,tiger\n", []),
        ("call(name, password)\nann, tiger\n", []),
    ],
)
def test_secrets_are_in_the_rows_below_their_header(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(("rows", "masked"), [(200, 200), (201, 200), (500, 200)])
def test_a_header_is_one_for_200_rows(rows: int, masked: int) -> None:
    assert len(found("name,password\n" + "ann,tiger\n" * rows)) == masked


def test_a_header_among_the_rows_is_one_for_200_more() -> None:
    rows = ["name,password", *["ann,tiger"] * 150, "token,word", *["ann,tiger"] * 300]
    values = found("\n".join(rows))
    assert values.count("tiger") == 150 + 49
    assert values.count("ann") == 200


def test_no_row_is_visited_twice_though_each_is_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    visited: list[int] = []
    bare = columns._bare

    def counted(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        visited.append(start)
        return bare(text, start, end)

    monkeypatch.setattr(columns, "_bare", counted)
    text = "|pass|\n" * 900
    assert len(found(text)) == 899
    assert len(visited) == len(set(visited))
