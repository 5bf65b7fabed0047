"""The copy tier's longest match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.completion.copied import SHORTEST, precision, predict

ABOVE = "    parser.add_argument('--verbose', action='store_true')\n    parser.add_argument('--quiet'"


@pytest.mark.parametrize(
    ("text", "others", "expected"),
    [
        (ABOVE, [], None),
        ("alpha_beta_gamma = compute(1, 2)\nalpha_beta_gamma = ", [], "compute(1, 2)"),
        ("self.connection = ", ["x\nself.connection = open_connection(host)\n"], "open_connection(host)"),
        ("nothing like this", [], None),
        ("", ["anything"], None),
        ("value_of_things\nvalue_of_things", [], None),
    ],
)
def test_rows(text: str, others: list[str], expected: str | None) -> None:
    found = predict(text, len(text), others)
    assert (found.text if found else None) == expected


def test_the_nearest_place_before_the_cursor_wins() -> None:
    text = "result = first_call()\nresult = second_call()\nresult = "
    found = predict(text, len(text))
    assert found is not None
    assert found.text == "second_call()"


def test_text_behind_the_cursor_counts_too() -> None:
    head = "connection = "
    text = f"{head}\nother\n    {head}open(path)\n"
    found = predict(text, len(head))
    assert found is not None
    assert found.text == "open(path)"


def test_a_longer_match_in_another_file_beats_a_shorter_one_here() -> None:
    here = "return value\nresult = self.cache.lookup(key, default_value"
    found = predict(here, len(here), ["result = self.cache.lookup(key, default_value, timeout=3)"])
    assert found is not None
    assert found.text == ", timeout=3)"
    assert found.match_length == len('result = self.cache.lookup(key, default_value')


@pytest.mark.parametrize("language", ["python", "typescript", "c", "cobol"])
def test_longer_matches_are_trusted_more(language: str) -> None:
    shares = [precision(length, language) for length in range(81)]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[80] > 0.6


@given(st.text(alphabet="ab \n", max_size=200), st.data())
def test_the_prediction_followed_the_same_characters(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    found = predict(text, offset)
    if found is not None:
        assert found.match_length >= SHORTEST
        assert text[offset - found.match_length : offset] + found.text in text
