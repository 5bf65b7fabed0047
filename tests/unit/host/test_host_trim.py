"""Too long prompts: whole lines are removed, farthest first, and the edge does not move while the user types."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.host.trim import Fitted, fit
from support.models.host_fakes import FakeVocabulary

VOCABULARY = FakeVocabulary(words=[])
LINES = "".join(f"line {n}\n" for n in range(100))


def size(text: str) -> Any:
    return len(VOCABULARY.encode(text))


@pytest.mark.parametrize(("prefix", "suffix"), [("", ""), ("abc\n", "def"), ("x" * 40, "y" * 40)])
def test_what_fits_is_left_alone(prefix: str, suffix: str) -> None:
    assert fit(VOCABULARY, prefix, suffix, 128, 16) == Fitted(prefix, suffix)


def test_whole_lines_go_from_the_far_ends() -> None:
    fitted = fit(VOCABULARY, LINES + "here", LINES, 256, 32)
    assert LINES.endswith(fitted.prefix.removesuffix("here"))
    assert fitted.prefix.startswith("line ")
    assert LINES.startswith(fitted.suffix)
    assert fitted.suffix.endswith("\n")
    assert fitted.trimmed == 2 * size(LINES) + 4 - size(fitted.prefix) - size(fitted.suffix)


def test_a_short_side_leaves_its_room_to_the_other() -> None:
    assert size(fit(VOCABULARY, LINES, "end", 256, 32).prefix) > 180
    assert size(fit(VOCABULARY, "start", LINES, 256, 32).suffix) > 190


def test_the_cut_stays_while_a_line_is_typed() -> None:
    edges = set()
    for typed in range(16):
        fitted = fit(VOCABULARY, LINES + "x" * typed, LINES, 256, 32)
        edges.add((len(LINES) + typed - len(fitted.prefix), fitted.suffix))
    assert len(edges) <= 2


def test_one_endless_line_is_cut_in_the_middle_rather_than_not_at_all() -> None:
    fitted = fit(VOCABULARY, "a" * 5000, "b" * 5000, 256, 32)
    assert 100 < size(fitted.prefix) < 200
    assert 40 < size(fitted.suffix) < 60


def test_a_monstrous_file_is_not_read_to_its_end_and_its_edge_stays() -> None:
    monster = LINES * 1000
    fitted = fit(VOCABULARY, monster + "x", monster, 256, 32)
    assert fitted.suffix == fit(VOCABULARY, monster + "x", monster + "y", 256, 32).suffix
    assert fitted.trimmed == pytest.approx(2 * len(monster), rel=0.01)
    later = fit(VOCABULARY, monster + "xyz", monster, 256, 32)
    assert later.prefix == fitted.prefix + "yz"


text = st.text(alphabet="ab \n\r☺é", max_size=400)


@given(text, text, st.sampled_from([64, 128, 256]), st.integers(0, 300))
def test_it_always_fits(prefix: str, suffix: str, context: Any, max_tokens: Any) -> None:
    fitted = fit(VOCABULARY, prefix, suffix, context, max_tokens)
    room = context - min(max_tokens, context // 4)
    assert size(fitted.prefix) + size(fitted.suffix) + 4 <= room
    assert prefix.endswith(fitted.prefix)
    assert suffix.startswith(fitted.suffix)
