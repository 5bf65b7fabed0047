"""Hunks describe any series of edits as changed ranges between the first and the last text."""

from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.documents.hunks import Hunk, Replacement, hunks_of

EDITS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 6), st.text("xyz", max_size=4)), max_size=40)


@given(st.text("abcdefgh", max_size=50), EDITS)
def test_what_lies_between_hunks_is_unchanged(old: str, edits: list[tuple[int, int, str]]) -> None:
    new, made = old, []
    for at, removed, inserted in edits:
        start = min(at, len(new))
        end = min(start + removed, len(new))
        new = new[:start] + inserted + new[end:]
        made.append(Replacement(start, end, len(inserted)))
    rebuilt, position, last = [], 0, -1
    for hunk in hunks_of(made):
        assert hunk.old_start > last  # in order, and not touching each other
        rebuilt += [old[position : hunk.old_start], new[hunk.new_start : hunk.new_end]]
        position = last = hunk.old_end
    assert "".join([*rebuilt, old[position:]]) == new


def test_typing_is_one_hunk() -> None:
    typed = [Replacement(10 + count, 10 + count, 1) for count in range(50)]
    assert hunks_of(typed) == (Hunk(10, 10, 10, 60),)


def test_edits_far_apart_stay_apart() -> None:
    assert hunks_of([Replacement(900, 901, 0), Replacement(10, 10, 5)]) == (Hunk(10, 10, 10, 15), Hunk(900, 901, 905, 905))


def test_very_many_places_become_one() -> None:
    edits = [Replacement(place * 10, place * 10, 1) for place in range(200)]
    assert len(hunks_of(edits)) <= 16
