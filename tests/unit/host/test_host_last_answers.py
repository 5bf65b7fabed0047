"""Drafts from the last answers: right if the answer continues as an earlier one did; the text is always the same."""

from __future__ import annotations

import pytest

from codestral_ls.host.answer_run import EngineRequest, Output
from codestral_ls.host.drafting import MATCH, MOST_KEPT, LastAnswers
from codestral_ls.host.engine import Engine
from support.models.host_fakes import FakeSession, FakeVocabulary


@pytest.mark.parametrize(
    ("tokens", "count", "found"),
    [
        ([7, 1, 2, 3], 2, [4, 5]),
        ([7, 1, 2, 3], 9, [4, 5, 6]),  # to the end of that answer and no further
        ([9, 9, 9, 8], 9, []),
        ([1, 2], 3, []),
        ([1, 2, 3], 0, []),
        ([4, 5, 6], 3, []),
    ],
)
def test_what_followed_in_the_latest_answer_is_guessed(tokens: list[int], count: int, found: list[int]) -> None:
    answers = LastAnswers()
    answers.keep([0, 1, 2, 3, 9], 1)
    answers.keep([0, 1, 2, 3, 4, 5, 6], 3)
    answers.keep([8, 8, 8, 8], 1)
    assert answers.lookup(tokens, count) == found


def test_answers_are_forgotten_and_an_empty_one_is_not_kept() -> None:
    answers = LastAnswers()
    answers.keep([1, 2, 3], 3)
    assert answers.lookup([1, 2, 3], 3) == []
    answers.keep([1, 2, 3, 4], 1)
    for _ in range(MOST_KEPT // 8):
        answers.keep(list(range(100, 110)), 1)
    assert answers.lookup([1, 2, 3], 3) == []
    assert answers.lookup([100, 101, 102][-MATCH:], 3) == [103, 104, 105]


def test_the_text_is_the_same_and_takes_fewer_steps() -> None:
    vocabulary = FakeVocabulary()
    texts, steps = [], []
    for draft in ("off", "always"):
        engine = Engine(FakeSession(vocabulary), vocabulary)
        for _ in range(2):
            outputs: list[Output] = []
            tokens = vocabulary.encode("def area(self):")
            engine.submit(EngineRequest(tokens, max_tokens=20, min_tokens=20, collect=True, draft=draft), outputs.append)
            while engine.step():
                pass
        counts = outputs[-1].counts
        assert counts is not None
        texts.append(outputs[-1].text)
        steps.append(counts.steps)
    assert texts[0] == texts[1]
    assert steps[1] < steps[0]
