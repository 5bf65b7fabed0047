"""Copied text: the longest match before the cursor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.completion.copied import SHORTEST, Agreement, precision, predict

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


def test_text_after_the_cursor_counts_too() -> None:
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
    assert found.match_length == len("result = self.cache.lookup(key, default_value")


@pytest.mark.parametrize("language", ["python", "typescript", "c", "cobol"])
@pytest.mark.parametrize("agreement", ["all", "most", "alone", "few"])
def test_longer_matches_are_trusted_more(language: str, agreement: Agreement) -> None:
    shares = [precision(length, language, agreement) for length in range(81)]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[80] > 0.5


@pytest.mark.parametrize("language", ["python", "typescript", "c", "cobol"])
@pytest.mark.parametrize("length", [12, 24, 40, 80])
def test_places_that_agree_are_trusted_more(language: str, length: int) -> None:
    agree, one, differ = (precision(length, language, agreement) for agreement in ("all", "alone", "few"))
    assert agree > one > differ


@pytest.mark.parametrize(
    ("lines", "others", "agreement"),
    [
        (["result = call(one)"], [], "alone"),
        (["result = call(one)", "result = call(one)"], [], "all"),
        (["result = call(one)"], ["result = call(one)  \n"], "all"),
        (["result = call(two)", "result = call(one)", "result = call(one)"], [], "most"),
        (["result = call(two)", "result = call(one)"], [], "few"),
        (["result = call(one)"], ["result = call(two)", "result = call(three)"], "few"),
    ],
)
def test_other_places_agree_or_not(lines: list[str], others: list[str], agreement: Agreement) -> None:
    text = "\n".join([*lines, "result = call("])
    found = predict(text, len(text), others)
    assert found is not None
    assert (found.text.rstrip(), found.agreement) == ("one)", agreement)
    behind = predict("result = call(\n" + "\n".join(reversed(lines)), len("result = call("), others)
    assert behind is not None
    assert (behind.text.rstrip(), behind.agreement) == ("one)", agreement)


@given(st.text(alphabet="ab \n", max_size=200), st.data())
def test_the_prediction_followed_the_same_characters(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    found = predict(text, offset)
    if found is not None:
        assert found.match_length >= SHORTEST
        assert text[offset - found.match_length : offset] + found.text in text
