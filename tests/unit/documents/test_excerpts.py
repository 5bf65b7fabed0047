"""What is said about the cursor in a large document is the same from the part around it as from the whole."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from codestral_ls.documents.excerpts import LARGE, LONGEST, MARGIN, excerpt
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.syntax import SyntaxTree

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
FUNCTION = "def f_{0}(a):\n    if a:\n        return '{0}'\n    return 0\n\n\n"


def large(piece: str) -> str:
    """The piece repeated until the document is so long that only a part of it is parsed."""
    return piece * (LARGE // len(piece) + 1)


def python() -> str:
    """A large Python text."""
    return "".join(FUNCTION.format(number) for number in range(2 * LARGE // len(FUNCTION)))


def read(text: str, offset: int, language: str = "python") -> Snapshot:
    """A snapshot of a document that has been parsed once."""
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
    far = snapshot.at(len(text) - 10)
    assert far.near() is far
    small = read(FUNCTION * 10, 5)
    assert small.near() is small


def test_a_document_that_was_not_parsed_has_no_part() -> None:
    snapshot = Snapshot.of(python(), 5_000, "python")
    assert snapshot.near() is snapshot


LONG: list[tuple[str, str, str, str]] = [
    ("python", "TABLE = {\n", "    'name {0}': [{0}, 'x'],\n", "}\n"),
    ("python", "class Whole:\n", "    def f_{0}(self, a):\n        return a + {0}\n\n", ""),
    ("python", "class Outer:\n    class Inner(Base):\n        table = (\n", "            ('name {0}', {0}),\n", "        )\n"),
    ("javascript", "(function () {\n'use strict';\n", "function f{0}(a) {{\n  return a + '{0}';\n}}\n", "})();\n"),
    ("javascript", "define(['a'], function (a) {\n  return {\n", "    key{0}: function () {{ return {0}; }},\n", "  };\n});\n"),
    (
        "typescript",
        "export default class Whole extends Base {\n",
        "  f{0}(a: number): string {{\n    return `${{a}} {0}`;\n  }}\n",
        "}\n",
    ),
    ("java", "package a;\n\npublic class Whole {\n", "    int f{0}(int a) {{\n        return a + {0};\n    }}\n\n", "}\n"),
    ("go", "package a\n\nvar table = map[string]int{\n", '\t"name {0}": {0},\n', "}\n"),
    ("rust", "mod whole {\n", "    fn f_{0}(a: u32) -> u32 {{\n        a + {0}\n    }}\n\n", "}\n"),
    ("c", "#ifndef A_H\n", "int f_{0}(int a);\n#define NAME_{0} {0}\n", "#endif\n"),
    ("cpp", "namespace a {\nnamespace b {\n", "inline int f_{0}(int a) {{\n  return a + {0};\n}}\n", "}  // namespace b\n}\n"),
    ("json", '{\n  "packages": {\n', '    "name {0}": {{"version": "{0}"}},\n', '    "last": {}\n  }\n}\n'),
    ("yaml", "packages:\n", "  name-{0}:\n    version: {0}\n", ""),
    ("php", "<?php\nclass Whole {\n", "    function f{0}($a) {{\n        return $a + {0};\n    }}\n", "}\n"),
    ("html", "<html>\n<body>\n<ul>\n", "<li class='c{0}'>text {0}</li>\n", "</ul>\n</body>\n</html>\n"),
]
"""A language, and a statement that fills a large file: its opening, its members, its end."""


def long(opening: str, member: str, end: str) -> str:
    """A single statement, so long that only a part of the document is parsed."""
    return opening + "".join(member.format(number) for number in range(2 * LARGE // len(member))) + end


@pytest.mark.parametrize(("language", "opening", "member", "end"), LONG)
def test_a_long_statement_is_looked_at_without_most_of_its_members(language: str, opening: str, member: str, end: str) -> None:
    text = long(opening, member, end)
    snapshot = read(text, 0, language)
    whole = snapshot.tree()
    if whole is None:
        pytest.skip("no grammar")
    assert not whole.has_errors
    randomness = random.Random(3)
    for offset in [*randomness.sample(range(LARGE // 4, LARGE // 2), 12), len(opening) + 1, len(text) - len(end) - 1]:
        here = snapshot.at(offset)
        near = here.near()
        assert MARGIN < len(near.text) < LONGEST
        assert near.text.startswith(opening)
        assert near.text.endswith(end)
        tree = near.tree()
        assert tree is not None
        assert not tree.has_errors
        assert near.line_prefix == here.line_prefix
        assert near.line_suffix == here.line_suffix
        assert here.region() == whole.region_at(offset)
        assert not whole.language.knows("scopes") or here.scopes() == whole.scopes_at(offset)


@pytest.mark.parametrize(("language", "opening", "member", "end"), LONG)
def test_what_is_typed_in_a_long_statement_is_in_its_part(language: str, opening: str, member: str, end: str) -> None:
    text = long(opening, member, end)
    offset = text.index("\n", LARGE // 2) + 1
    snapshot = read(text, offset, language)
    if snapshot.tree() is None:
        pytest.skip("no grammar")
    parts = set()
    for character in member.format(7) + "(" + member.format(8):
        snapshot = snapshot.accepting(snapshot.offset, snapshot.offset, character)
        near = snapshot.near()
        part = snapshot.revision.part(snapshot.text, snapshot.offset)
        assert part is not None
        parts.add(part[0].start)
        assert near.text == part[0].cut(snapshot.text)
        assert part[0].outside(near.offset) == snapshot.offset
        assert near.prefix.endswith(snapshot.prefix[-500:])
        assert near.suffix.startswith(snapshot.suffix[:500])
    assert len(parts) == 1, "it is cut out once and followed"


def test_a_statement_that_cannot_be_taken_apart_is_looked_at_as_a_whole_and_not_tried_at_every_key() -> None:
    text = "x = (\n" + "    'a'\n    + b +\n" * (LARGE // 10) + "    c\n)\n"
    snapshot = read(text, LARGE // 2)
    assert snapshot.near() is snapshot
    snapshot = snapshot.accepting(snapshot.offset, snapshot.offset, " ")
    assert snapshot.near() is snapshot


def test_edits_before_a_part_lead_to_another_one() -> None:
    snapshot = read(python(), LARGE // 2)
    assert snapshot.near() is not snapshot
    moved = snapshot.accepting(0, 0, "import a\n").at(LARGE // 2 + 9)
    assert moved.near().text in moved.text
    assert moved.prefix.endswith(moved.near().prefix)


def test_a_part_is_followed_for_as_long_as_somebody_types_in_it() -> None:
    snapshot = read(python(), LARGE // 2)
    for _ in range(2_500):
        snapshot = snapshot.accepting(snapshot.offset, snapshot.offset, " ")
        assert len(snapshot.near().text) < LONGEST
    elsewhere = snapshot.at(LARGE // 4)
    assert elsewhere.near() is elsewhere, "no tree of the whole is left"
    elsewhere.tree()
    assert len(elsewhere.near().text) < LONGEST


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_what_is_read_alone_is_read_as_in_the_whole(sample: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    language = language_id_for_path(sample)
    tree = SyntaxTree.parse(language, large(text if text.endswith("\n") else text + "\n"))
    if tree is None:
        pytest.skip("no grammar")
    for offset in range(LARGE // 4, LARGE // 2, LARGE // 8):
        found = excerpt(tree, (offset, offset))
        if found is not None:
            part, read_alone = found
            assert read_alone.text == part.cut(tree.text)
            assert read_alone.error_count <= tree.errors_in(part.start, part.end)
            assert tree.has_errors or read_alone.region_at(part.inside(offset)) == tree.region_at(offset)


def test_a_part_is_followed_through_edits() -> None:
    randomness = random.Random(2)
    snapshot = read(python(), LARGE // 2)
    for turn in range(300):
        if turn % 7 == 0:
            moved = snapshot.offset + randomness.randrange(-MARGIN // 4, MARGIN // 4)
            snapshot = snapshot.at(min(len(snapshot.text), max(0, moved)))
        start = max(0, snapshot.offset - randomness.choice((0, 0, 0, 1, 5)))
        snapshot = snapshot.accepting(start, snapshot.offset, randomness.choice(("x", " = 1\n", "(", ")", "'", "\n")))
        if turn % 3 == 0:
            continue  # nobody asks for a tree at every key
        near = snapshot.near()
        assert near is not snapshot
        assert near.revision is not snapshot.revision
        assert snapshot.prefix.endswith(near.prefix)
        assert snapshot.suffix.startswith(near.suffix)
        tree = near.tree()
        assert tree is None or tree.text == near.text  # no tree if the edit takes too long to follow


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("x = '''\n" + "text of a long string\n" * (LARGE // 20) + "'''\n", "python"),
        ("/*\n" + " * text of a long comment\n" * (LARGE // 20) + " */\n", "c"),
        ("\n" * (LARGE + 10), "python"),
        ("}\n" * LARGE, "cpp"),
        ("(" * (LARGE + 10), "javascript"),
        ("a" * (LARGE + 10), "go"),
    ],
    ids=["string", "comment", "blank", "closers", "openers", "word"],
)
def test_what_has_no_members_is_looked_at_as_a_whole(text: str, language: str) -> None:
    for offset in (0, 1, len(text) // 2, len(text) - 5, len(text)):
        snapshot = read(text, offset, language)
        near = snapshot.near()
        assert near is snapshot or near.tree() is not None
        assert snapshot.region() in ("code", "string", "comment")


def test_a_text_without_a_line_end_has_no_offset_after_it() -> None:
    """Perl's parser gets an extra line end, in which a node may end."""
    text = large("sub f {\n  g(1);\n}\n\n") + "=pod\n" + "\nabc" * MARGIN
    tree = SyntaxTree.parse("perl", text)
    assert tree is not None
    place = len(text) - 2 * MARGIN
    found = tree.stretches_around((place, place), MARGIN, LONGEST)
    assert found is None  # the pod is longer than a part
    assert all(capture.end <= len(text) for name in ("regions", "scopes") for capture in tree.captures(name, place))
