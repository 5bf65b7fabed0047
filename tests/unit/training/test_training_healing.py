"""Token healing with a vocabulary of a few pieces and logits written by hand."""

from __future__ import annotations

from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="healing works on numpy logits (extra [training])")

from training.healing import Pieces, complete, growing  # noqa: E402

WORDS = [b"", b"a", b"p", b"e", b"app", b"append", b"end", b"(", b"x", b")", b"\n", b".", b"pe"]
PIECES = Pieces(WORDS)
END = 0


def wanting(*order: bytes) -> Any:
    """A model that prefers the pieces of `order` one after the other, whatever it was forced to write, and then the end."""

    def following(ids: Any) -> Any:
        logits = np.zeros(len(WORDS), dtype=np.float32)
        wanted = order[len(ids) - 2] if len(ids) - 2 < len(order) else b""
        logits[WORDS.index(wanted)] = 9.0
        return logits

    return following


def ids(*words: bytes) -> list[int]:
    return [WORDS.index(word) for word in words]


def test_without_healing_the_half_word_stays() -> None:
    found = complete(ids(b"x", b"."), 0, PIECES, wanting(b"append", b"("), END)
    assert (found.text, found.ended) == ("append(", "end")


def test_the_piece_taken_back_is_spelled_again_and_only_the_rest_is_text() -> None:
    found = complete(ids(b"x", b".", b"app"), 1, PIECES, wanting(b"append", b"(", b"x", b")"), END)
    assert found.text == "end(x)"
    assert found.confidence > 0.9


def test_what_disagrees_with_the_half_word_is_not_written() -> None:
    found = complete(ids(b"x", b".", b"app"), 1, PIECES, wanting(b"x", b"("), END)
    assert found.text == "("


def test_a_newline_ends_the_line() -> None:
    found = complete(ids(b"x", b"."), 0, PIECES, wanting(b"e", b"\n", b"x"), END)
    assert (found.text, found.ended) == ("e", "newline")


def test_agreeing_pieces_begin_with_the_text_or_are_a_beginning_of_it() -> None:
    assert {WORDS[number] for number in PIECES.agreeing(b"app")} == {b"a", b"app", b"append"}


def test_only_what_a_longer_piece_begins_with_is_taken_back() -> None:
    assert growing(ids(b".", b"a", b"p"), PIECES) == 2
    assert growing(ids(b"(", b")"), PIECES) == 0
