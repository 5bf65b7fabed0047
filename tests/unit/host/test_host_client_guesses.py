"""The client's guess of an answer: verified in batches, so the text is the same and takes fewer steps where the guess is right."""

from __future__ import annotations

import pytest

from codestral_ls.host import wire
from codestral_ls.host.answer_run import EngineRequest, Output
from codestral_ls.host.body import InvalidRequestError
from codestral_ls.host.drafting import expected
from codestral_ls.host.engine import Engine
from codestral_ls.host.prompt_tokens import encode_guess
from support.models.host_fakes import FakeSession, FakeVocabulary

VOCABULARY = FakeVocabulary()
PROMPT = VOCABULARY.encode("def area(self):")


@pytest.mark.parametrize(
    ("written", "guess", "count", "found"),
    [
        ([], [4, 5, 6], 2, [4, 5]),
        ([4], [4, 5, 6], 9, [5, 6]),
        ([4, 5, 6], [4, 5, 6], 9, []),
        ([4, 9], [4, 5, 6], 9, []),
        ([9, 4, 5, 6], [1, 4, 5, 6, 7, 8], 1, [7]),  # the answer began otherwise and came back to the guess
        ([9, 5, 6], [1, 4, 5, 6, 7, 8], 1, []),
        ([4], [], 9, []),
        ([4], [4, 5], 0, []),
    ],
)
def test_what_the_guess_says_next(written: list[int], guess: list[int], count: int, found: list[int]) -> None:
    assert expected([1, 2, 3, *written], 3, guess, count) == found


def answered(guess: list[int], draft: str = "always") -> tuple[str, int]:
    """An answer of 24 tokens and the steps that it took."""
    engine = Engine(FakeSession(VOCABULARY), VOCABULARY)
    outputs: list[Output] = []
    order = EngineRequest(PROMPT, max_tokens=24, min_tokens=24, collect=True, draft=draft, guess=guess)  # type: ignore[arg-type]
    engine.submit(order, outputs.append)
    while engine.step():
        pass
    counts = outputs[-1].counts
    assert counts is not None
    return outputs[-1].text, counts.steps


@pytest.mark.parametrize("right", [24, 12, 3, 0])
def test_any_guess_leaves_the_text_as_it_is(right: int) -> None:
    text, steps = answered([], draft="off")
    tokens = VOCABULARY.encode(text)
    guessed, fewer = answered([*tokens[:right], *VOCABULARY.encode("something else")])
    assert guessed == text
    assert fewer <= steps
    assert fewer <= steps - right // 2


def test_healed_text_belongs_to_the_guess() -> None:
    assert encode_guess(VOCABULARY, b"ar", "ea") == VOCABULARY.encode("area")
    assert encode_guess(VOCABULARY, b"\xc3", "a") == []
    assert encode_guess(VOCABULARY, b"ar", "") == []


def test_a_guess_on_the_wire_is_text_and_bounded() -> None:
    assert wire.parse({"model": "m", "prompt": "p", "guess": "a" * 5_000}).guess == "a" * wire.MOST_GUESSED
    with pytest.raises(InvalidRequestError):
        wire.parse({"model": "m", "prompt": "p", "guess": 3})
