"""The offer at a cursor is decided from the lines near it, with the same result as from the whole file."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls import documents
from codestral_ls.documents.languages import language_for
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.generate.at_cursor.offer import NEAR, TESTED, Offer, definition_in, offer
from codestral_ls.generate.docstrings.documentable import read_definitions
from codestral_ls.generate.docstrings.plan import LANGUAGES
from codestral_ls.generate.testing import plan

PATH = Path("/nowhere/a.py")
LONG = "".join(f"    x{number} = {number}\n" for number in range(400))
ROWS = [
    ("def f(a):\n    ret│urn a\n", Offer("f", False, "f")),
    ('def f(a):\n    """Do."""\n    ret│urn a\n', Offer("f", True, "f")),
    ("def f(a): return│ a\n", Offer(None, False, "f")),
    ("class A:\n    x│ = 1\n", Offer("A")),
    ("class A:\n    def __init__(self, a):\n        │self.a = a\n", Offer("A.__init__")),
    ("│x = 1\n", Offer()),
    ("def f(:\n    return│ a\n", Offer()),
    (f'def f():\n    """Do."""\n{LONG}    │return 1\n', Offer("f", True, "f")),
    (f"class A:\n    def f(self):\n    {LONG.replace(chr(10), chr(10) + '    ')}    │return 1\n", Offer("A.f", False, "A.f")),
]


@pytest.mark.parametrize(("drawn", "expected"), ROWS)
def test_what_is_offered(drawn: str, expected: Offer) -> None:
    offset = drawn.index("│")
    assert offer(Snapshot.of(drawn.replace("│", ""), offset, path=PATH)) == expected


def test_a_text_that_is_not_a_file_gets_no_tests() -> None:
    assert offer(Snapshot.of("def f(a):\n    return a\n", 20)) == Offer("f")


def test_every_place_of_a_long_file_is_offered_what_the_whole_file_says() -> None:
    one = f'    """Hold."""\n\n    @d\n    def f(self, a):\n        return a\n\n{LONG[:500]}\n\n'
    text = "".join(f"class C{number}:\n{one}" for number in range(12))
    snapshot = Snapshot.of(text, 0, path=PATH)
    tree = snapshot.tree()
    assert tree is not None
    everything = read_definitions(tree)
    for offset in range(0, len(text), 37):
        at = snapshot.at(offset)
        near = definition_in(read_definitions(tree, offset - NEAR, offset + NEAR), at)
        whole = definition_in(everything, at)
        assert (near and (near.qualified, near.docstring, near.anchor, near.insert_at, near.obstacle)) == (
            whole and (whole.qualified, whole.docstring, whole.anchor, whole.insert_at, whole.obstacle)
        )


def test_the_languages_are_those_that_are_written() -> None:
    assert plan.LANGUAGES == TESTED
    assert TESTED < LANGUAGES
    queries = Path(documents.__file__).parent / "queries"
    assert {file.parent.name for file in queries.glob("*/docstrings.scm")} == {language_for(one).queries for one in LANGUAGES}
