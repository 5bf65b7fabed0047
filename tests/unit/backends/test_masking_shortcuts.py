"""The shortcuts of masking hide nothing: what a pattern matches is also found by its signs and words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from re import Pattern

import pytest

from codestral_ls.backends.masking.forms import FORMS, Form
from codestral_ls.backends.masking.occurrences import begins, line_begin, matches_at, pieces, vocabulary, words
from codestral_ls.backends.masking.pair_rules import PAIRS, Pair
from codestral_ls.backends.masking.phrases import PHRASES, Phrase
from support.backends.every_form import every_form

_EVERY_TEXT = [text for seed in (1, 2) for _, text, _ in every_form(random.Random(seed))]
_TOGETHER = "\n".join(_EVERY_TEXT)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_is_found_at_its_signs(form: Form) -> None:
    matched = {match.span() for match in form.pattern.finditer(_TOGETHER)}
    at_signs = {match.span() for sign in form.signs for match in matches_at(_TOGETHER, sign, form.pattern, form.before)}
    assert at_signs == matched


@pytest.mark.parametrize("phrase", [phrase for phrase in PHRASES if phrase.begins], ids=lambda phrase: phrase.sign)
def test_a_phrase_is_found_at_its_sign(phrase: Phrase) -> None:
    matched = [match.span() for match in phrase.pattern.finditer(_TOGETHER)]
    assert [match.span() for match in matches_at(_TOGETHER, phrase.sign, phrase.pattern)] == matched


def test_matches_do_not_overlap_as_those_of_finditer() -> None:
    pattern = next(form.pattern for form in FORMS if form.name == "crypt hash")
    text = "$2b$" * 40 + "1" * 30 + " $6$" + "a1" * 20
    assert [match.span() for match in matches_at(text, "$", pattern)] == [match.span() for match in pattern.finditer(text)]


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        *((form.pattern, form.words) for form in FORMS if form.words),
        *((phrase.pattern, phrase.words) for phrase in PHRASES if phrase.words),
    ],
)
def test_a_text_with_a_match_has_a_word_of_its_rule(pattern: Pattern[str], needed: frozenset[bytes]) -> None:
    for text in _EVERY_TEXT:
        if pattern.search(text):
            assert words(pieces(text)) & needed


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.words], ids=lambda pair: pair.signs[0])
def test_a_text_with_a_pair_has_a_word_of_its_rule(pair: Pair) -> None:
    for text in _EVERY_TEXT:
        if any(pair.pattern.match(text, start) for start in _starts(text, pair)):
            assert words(pieces(text)) & pair.words


def test_the_vocabulary_has_every_word_of_the_text() -> None:
    known = words(pieces(_TOGETHER))
    assert all(word.decode() in vocabulary(known) for word in known)


def _starts(text: str, pair: Pair) -> Iterator[int]:
    for sign in pair.signs:
        for place in begins(text, sign):
            yield line_begin(text, place) if pair.whole_line else place
