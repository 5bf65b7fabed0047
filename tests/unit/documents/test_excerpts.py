"""The part of a large document around the cursor says the same of the cursor as the whole does."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from codestral_ls.documents.excerpts import APART, LARGE, MARGIN, excerpt
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.syntax import SyntaxTree

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
FUNCTION = "def f_{0}(a):\n    if a:\n        return '{0}'\n    return 0\n\n\n"


def large(piece: str) -> str:
    """The piece again and again, as long as a document that is looked at in parts."""
    return piece * (LARGE // len(piece) + 1)


def python() -> str:
    """A large Python text."""
    return "".join(FUNCTION.format(number) for number in range(LARGE // len(FUNCTION) + 1))


def read(text: str, offset: int, language: str = "python") -> Snapshot:
    """A snapshot whose document has been parsed once."""
    snapshot = Snapshot.of(text, offset, language)
    snapshot.tree()
    return snapshot


def test_the_part_is_whole_statements_and_a_fraction_of_the_document() -> None:
    text = python()
    snapshot = read(text, text.index("f_1000") + 3)
    near = snapshot.near()
    assert near.text.startswith("def f_")
    assert MARGIN <= near.offset <= MARGIN + 200
    assert 2 * MARGIN <= len(near.text) < 3 * MARGIN
    assert near.text[near.offset - 3 :].startswith("f_1000")
    tree = near.tree()
    assert tree is not None
    assert not tree.has_errors


def test_region_and_scopes_are_those_of_the_whole() -> None:
    text = python()
    randomness = random.Random(1)
    snapshot = read(text, 0)
    tree = snapshot.tree()
    assert tree is not None
    for offset in randomness.sample(range(len(text)), 60):
        here = snapshot.at(offset)
        assert here.region() == tree.region_at(offset)
        assert here.scopes() == tree.scopes_at(offset)


def test_edits_are_in_the_part() -> None:
    text = python()
    snapshot = read(text, text.index("f_900") + 20)
    for character in "\nx = '(":
        snapshot = snapshot.accepting(snapshot.offset, snapshot.offset, character)
    near = snapshot.near()
    assert near is not snapshot
    assert near.prefix.endswith("\nx = '(")
    assert snapshot.region() == "string"


def test_far_apart_edits_and_small_documents_are_looked_at_as_a_whole() -> None:
    text = python()
    snapshot = read(text, 0).accepting(0, 0, "x = 1\n")
    assert snapshot.near() is not snapshot
    assert snapshot.at(len(text) - 10).near().text == snapshot.text
    small = read(FUNCTION * 10, 5)
    assert small.near() is small


def test_a_document_that_was_not_parsed_has_no_part() -> None:
    snapshot = Snapshot.of(python(), 5_000, "python")
    assert snapshot.near() is snapshot


def test_one_long_statement_is_looked_at_as_a_whole() -> None:
    text = "x = [\n" + "    1,\n" * (LARGE // 6) + "]\n"
    assert read(text, LARGE // 2).near().text == text


@pytest.mark.parametrize("sample", [path for path in SAMPLES if language_id_for_path(path) in APART], ids=lambda path: path.name)
def test_statements_of_these_languages_are_read_alone(sample: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    language = language_id_for_path(sample)
    whole = SyntaxTree.parse(language, text)
    if whole is None or whole.has_errors:
        pytest.skip("no grammar, or a sample with errors")
    long = large(text if text.endswith("\n") else text + "\n")
    tree = SyntaxTree.parse(language, long)
    assert tree is not None
    if tree.has_errors:
        pytest.skip("the sample does not follow itself")
    for offset in range(LARGE // 4, LARGE // 2, LARGE // 16):
        found = excerpt(tree, (), long, offset)
        if found is not None:
            part = SyntaxTree.parse(language, long[found[0] : found[1]])
            assert part is not None
            assert part.error_count == 0


def test_a_part_is_followed_through_edits() -> None:
    randomness = random.Random(2)
    snapshot = read(python(), LARGE // 2)
    for turn in range(300):
        if turn % 7 == 0:
            snapshot = snapshot.at(min(len(snapshot.text), max(0, snapshot.offset + randomness.randrange(-1_000, 1_000))))
        start = max(0, snapshot.offset - randomness.choice((0, 0, 0, 1, 5)))
        snapshot = snapshot.accepting(start, snapshot.offset, randomness.choice(("x", " = 1\n", "(", ")", "'", "\n")))
        if turn % 3 == 0:
            continue  # nobody asks at every key
        near = snapshot.near()
        assert near is not snapshot
        assert snapshot.prefix.endswith(near.prefix)
        assert snapshot.suffix.startswith(near.suffix)
        tree = near.tree()
        assert tree is None or tree.text == near.text  # none where an edit takes too long to follow
