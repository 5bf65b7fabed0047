"""Positions and offsets in each encoding: both ways, clamped, and never inside a character."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from codestral_ls.documents.document import Document
from codestral_ls.lsp.convert import Encoding, characters, choose_encoding, to_offset, to_position, to_range, units

ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)

OFFERS = [
    (None, "utf-16"),
    ([], "utf-16"),
    (["utf-16"], "utf-16"),
    (["utf-8", "utf-16", "utf-32"], "utf-32"),
    (["utf-16", "utf-8"], "utf-8"),
    (["utf-7"], "utf-16"),
]


@pytest.mark.parametrize(("offered", "chosen"), OFFERS)
def test_the_cheapest_encoding_on_offer_is_chosen(offered: list[str] | None, chosen: str) -> None:
    assert choose_encoding(offered) == chosen


LENGTHS = [
    ("", 0, 0, 0),
    ("abc", 3, 3, 3),
    ("é", 2, 1, 1),
    ("€", 3, 1, 1),
    ("😀", 4, 2, 1),
    ("a😀é", 7, 4, 3),
    ("\ud83d", 3, 1, 1),
]


@pytest.mark.parametrize(("text", "utf8", "utf16", "utf32"), LENGTHS)
def test_lengths_in_units(text: str, utf8: int, utf16: int, utf32: int) -> None:
    assert [units(text, encoding) for encoding in ENCODINGS] == [utf8, utf16, utf32]


CHARACTERS = [
    ("a😀b", "utf-16", [0, 1, 1, 2, 3, 3]),
    ("a😀b", "utf-8", [0, 1, 1, 1, 1, 2, 3, 3]),
    ("a😀b", "utf-32", [0, 1, 2, 3, 3]),
    ("éa", "utf-8", [0, 0, 1, 2, 2]),
]


@pytest.mark.parametrize(("text", "encoding", "expected"), CHARACTERS)
def test_a_count_within_a_character_does_not_take_it(text: str, encoding: Encoding, expected: list[int]) -> None:
    assert [characters(text, count, encoding) for count in range(len(expected))] == expected


TEXT = "ab\r\n😀é\n\x0c\u2028x\ry"
PLACES = [
    ((0, 0), 0),
    ((0, 2), 2),
    ((0, 9), 2),
    ((1, 0), 4),
    ((1, 1), 4),
    ((1, 2), 5),
    ((1, 3), 6),
    ((1, 99), 6),
    ((2, 2), 9),
    ((2, 3), 10),
    ((3, 0), 11),
    ((3, 1), 12),
    ((4, 0), 12),
    ((2**31 - 1, 2**31 - 1), 12),
]


@pytest.mark.parametrize(("position", "offset"), PLACES)
def test_utf16_positions_of_a_text_with_odd_line_ends(position: tuple[int, int], offset: int) -> None:
    assert to_offset(Document("untitled:a", TEXT), types.Position(*position), "utf-16") == offset


@given(text=st.text(st.sampled_from("ab é€😀\n\r\x0c\u2028\ud83d"), max_size=30), data=st.data())
def test_there_and_back_again(text: str, data: st.DataObject) -> None:
    document = Document("untitled:a", text)
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] == "\r\n" and offset:
        return  # no position denotes the place within a line ending
    for encoding in ENCODINGS:
        assert to_offset(document, to_position(document, offset, encoding), encoding) == offset


def test_a_range_has_both_ends() -> None:
    found = to_range(Document("untitled:a", TEXT), 4, 6, "utf-16")
    assert (found.start, found.end) == (types.Position(1, 0), types.Position(1, 3))
