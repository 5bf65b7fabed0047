"""Choosing a token, and turning tokens into text that can be sent."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.host.sampling import pick
from codestral_ls.host.transcript import Transcript

LOGITS = np.array([0.0, 3.0, 1.0, 2.0], dtype=np.float32)
NONE = np.array([], dtype=np.int32)


def test_greedy_takes_the_best_and_knows_its_probability() -> None:
    choice = pick(LOGITS)
    assert choice.token == 1
    assert choice.logprob == pytest.approx(3.0 - math.log(sum(math.exp(x) for x in LOGITS)), abs=1e-5)


def test_allowed_narrows_the_choice_and_the_probability() -> None:
    choice = pick(LOGITS, allowed=(np.array([0, 2], dtype=np.int32), NONE))
    assert choice.token == 2
    assert choice.logprob == pytest.approx(1.0 - math.log(math.e + 1.0), abs=1e-5)


def test_banned_tokens_are_passed_over_and_the_row_is_left_alone() -> None:
    row = LOGITS.copy()
    assert pick(row, banned=[1, 3]).token == 2
    assert (row == LOGITS).all()


def test_temperature_draws_in_proportion() -> None:
    random = np.random.default_rng(0)
    drawn = [pick(LOGITS, temperature=1.0, random=random).token for _ in range(4000)]
    share = math.exp(3) / sum(math.exp(x) for x in LOGITS)
    assert drawn.count(1) / 4000 == pytest.approx(share, abs=0.03)
    assert set(drawn) == {0, 1, 2, 3}


def test_top_p_leaves_the_tail_out() -> None:
    random = np.random.default_rng(0)
    drawn = {pick(LOGITS, temperature=1.0, top_p=0.7, random=random).token for _ in range(500)}
    assert drawn == {1, 3}
    assert {pick(LOGITS, temperature=1.0, top_p=0.0, random=random).token for _ in range(50)} == {1}


@pytest.mark.parametrize(
    ("pieces", "stop", "sent", "stopped"),
    [
        (["abc", "def"], (), ["abc", "def", ""], False),
        (["ab\n", "cd"], ("\n",), ["ab"], True),
        (["a", "b", "c"], ("bc",), ["a", "", ""], True),
        (["a", "b", "d"], ("bc",), ["a", "", "bd", ""], False),
        (["a", "b"], ("bc",), ["a", "", "b"], False),
        (["xaab"], ("aab", "b"), ["x"], True),
        (["one END two"], ("END",), ["one "], True),
        (["a"], ("",), ["a", ""], False),
    ],
)
def test_stop_strings(pieces: Any, stop: Any, sent: Any, stopped: Any) -> None:
    transcript = Transcript(stop)
    got = []
    for piece in pieces:
        got.append(transcript.feed(piece.encode()))
        if transcript.stopped:
            break
    else:
        got.append(transcript.finish())
    assert got == sent
    assert transcript.stopped is stopped


@given(st.text(alphabet="ab\né☺", max_size=12), st.lists(st.text(alphabet="ab\n", min_size=1, max_size=3), max_size=2))
def test_bytes_one_by_one_give_the_text_up_to_the_first_stop(text: str, stop: Any) -> None:
    transcript = Transcript(stop)
    got = "".join(transcript.feed(bytes([byte])) for byte in text.encode()) + transcript.finish()
    ends = [text.find(word) + len(word) for word in stop if word in text]
    if ends:
        end = min(ends)
        begin = min(text.find(word) for word in stop if word in text and text.find(word) + len(word) == end)
        assert (got, transcript.stopped) == (text[:begin], True)
    else:
        assert (got, transcript.stopped) == (text, False)


def test_a_cut_character_is_marked_at_the_end_only() -> None:
    transcript = Transcript()
    assert transcript.feed("é".encode()[:1]) == ""
    assert transcript.finish() == "\ufffd"


def test_stop_strings_may_wait_for_min_tokens() -> None:
    transcript = Transcript(("x",))
    assert transcript.feed(b"ax", check_stop=False) == "ax"
    assert transcript.feed(b"bx") == "b"
    assert transcript.stopped
