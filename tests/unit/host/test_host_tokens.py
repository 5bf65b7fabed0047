"""The vocabulary as a flat trie, and the tokens that healing takes back with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.host.healing import Constraint, take_back
from codestral_ls.host.tokens import PieceIndex
from support.models.host_fakes import FakeVocabulary

PIECES = [b"", b"a", b"as", b"ass", b"assert", b".", b".as", b".assert", b" ", b"  ", b"\xff", b"\xff\xff", b"as"]


def names(ids: Any) -> Any:
    return sorted(PIECES[int(n)] for n in ids)


@pytest.mark.parametrize(
    ("text", "starting", "within", "extends"),
    [
        (b"as", [b"as", b"as", b"ass", b"assert"], [b"a"], True),
        (b"assert", [b"assert"], [b"a", b"as", b"as", b"ass"], False),
        (b".", [b".", b".as", b".assert"], [], True),
        (b"x", [], [], False),
        (b"\xff", [b"\xff", b"\xff\xff"], [], True),
        (b"\xff\xff", [b"\xff\xff"], [b"\xff"], False),
    ],
)
def test_ranges(text: bytes, starting: Any, within: Any, extends: Any) -> None:
    index = PieceIndex(PIECES)
    assert names(index.starting_with(text)) == starting
    assert names(index.within(text)) == within
    assert index.extends(text) is extends


@given(st.lists(st.binary(max_size=4), max_size=40), st.binary(min_size=1, max_size=5))
def test_ranges_agree_with_a_plain_search(pieces: Any, text: bytes) -> None:
    index = PieceIndex(pieces)
    assert sorted(index.starting_with(text)) == [n for n, piece in enumerate(pieces) if piece and piece.startswith(text)]
    within = [n for n, piece in enumerate(pieces) if piece and piece != text and text.startswith(piece)]
    assert sorted(index.within(text)) == within
    assert index.extends(text) == any(piece.startswith(text) and piece != text for piece in pieces)


@pytest.mark.parametrize(
    ("prefix", "taken"),
    [
        ("", ""),
        ("x = 1 +", ""),  # no piece starts with "+": nothing to heal
        ("    ret", "    ret"[4:]),
        ("def", ""),  # a whole piece that no longer piece continues
        ("self", ""),
        ("self.as", ".as"),
        ("self.ass", ".ass"),  # spans three tokens: ".as" "s"
        ("self.assert", ""),
        ("a ret", " ret"),
        ("x\n", "\n"),
        ("x\n  ", "\n  "),
    ],
)
def test_take_back(prefix: str, taken: Any) -> None:
    vocabulary = FakeVocabulary()
    ids = vocabulary.encode(prefix)
    count = take_back(ids, vocabulary.pieces, vocabulary.index)
    assert vocabulary.decode(ids[len(ids) - count :]) == taken


def test_control_tokens_are_never_taken_back() -> None:
    vocabulary = FakeVocabulary()
    assert take_back([1, 3], vocabulary.pieces, vocabulary.index) == 0


def test_the_constraint_may_be_spelled_in_one_piece_or_several() -> None:
    vocabulary = FakeVocabulary()
    constraint = Constraint(b".ass", vocabulary.index)
    allowed = np.concatenate(constraint.allowed())  # type: ignore[arg-type]
    assert {vocabulary.pieces[n] for n in allowed} == {b".", b".as", b".assert"}
    assert constraint.advance(b".") == b""
    assert constraint.remaining == b"ass"
    assert constraint.advance(b"assert") == b"ert"
    assert constraint.allowed() is None
    assert constraint.advance(b"Equal") == b"Equal"
