"""The parts of next edits: tokens, lines of a document, pairs of changed lines."""

from __future__ import annotations

import random
from dataclasses import replace
from difflib import SequenceMatcher

import pytest

from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.analogy import alike, repeated
from codestral_ls.edits.changes import ALIKE, MOST_LINES, LineChange
from codestral_ls.edits.document_lines import MOST_LINES_WITH, DocumentLines
from codestral_ls.edits.line_diff import line_edits
from codestral_ls.edits.line_tokens import LONGEST_LINE, blocks, is_balanced, is_word, likeness, tokens, words


def page(text: str, language: str = "python") -> DocumentLines:
    return DocumentLines(Snapshot.of(text, 0, language, "file:///a.py"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a1 = b_2+3.5e", ["a1", " ", "=", " ", "b_2", "+", "3.5e"]),
        ("\t  x", ["\t  ", "x"]),
        ("->é_", ["-", ">", "é_"]),
        ("", []),
    ],
)
def test_tokens_are_the_line_again(line: str, expected: list[str]) -> None:
    assert list(tokens(line)) == expected
    assert "".join(tokens(line)) == line


@pytest.mark.parametrize(
    ("token", "word"), [("a", True), ("_a", True), ("1", True), ("é", True), ("(", False), (" ", False), ("", False)]
)
def test_words(token: str, word: bool) -> None:
    assert is_word(token) is word


@pytest.mark.parametrize(
    ("part", "balanced"),
    [
        ("", True),
        ("a", True),
        ("(a)", True),
        ("([{}])", True),
        ("(", False),
        (")", False),
        ("(]", False),
        ("())", False),
        ("][", False),
    ],
)
def test_balance(part: str, balanced: bool) -> None:
    assert is_balanced(part) is balanced


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("a b", "a b", 1.0),
        ("a b", "b a", 1.0),
        ("a b", "a c", 0.5),
        ("a", "b", 0.0),
        ("", "", 0.0),
        ("a a b", "a", 0.5),
        ("+", "+", 0.0),
    ],
)
def test_likeness(one: str, other: str, share: float) -> None:
    assert likeness(words(one), words(other)) == share


def test_blocks_lead_from_one_to_the_other_and_keep_both_ends() -> None:
    chance = random.Random(1)
    for _ in range(400):
        old = tuple(chance.choice("ab(),") for _ in range(chance.randrange(8)))
        new = tuple(chance.choice("ab(),") for _ in range(chance.randrange(8)))
        made: list[str] = []
        at = 0
        for tag, i1, i2, j1, j2 in blocks(old, new):
            assert i1 == at
            at = i2
            made += old[i1:i2] if tag == "equal" else new[j1:j2]
            assert (old[i1:i2] == new[j1:j2]) is (tag == "equal")
        assert at == len(old)
        assert tuple(made) == new
        if old and new and old[0] == new[0]:
            assert blocks(old, new)[0][0] == "equal"
        elif old and new and old[-1] == new[-1]:
            assert blocks(old, new)[-1][0] == "equal"
    assert blocks(("f", "(", "a", ")"), ("f", "(", "a", ",", "b", ")")) == (
        ("equal", 0, 3, 0, 3), ("insert", 3, 3, 3, 5), ("equal", 3, 4, 5, 6)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "other", "own"),
    [
        ("f(a)", "g(b)", None),
        ("f(a)", "f(b)", {"a": "b"}),
        ("f(a, a)", "f(b, b)", {"a": "b"}),
        ("f(a, a)", "f(b, c)", None),
        ("f(a)", "f(a)", {}),
        ("f(a)", "f(a, b)", None),
        ("f(a)", "f[a]", None),
        ("f(a)", "f(()", None),
        ("(", "(", None),
    ],
)
def test_lines_of_one_form(old: str, other: str, own: dict[str, str] | None) -> None:
    assert alike(tokens(old), tokens(other)) == own


@pytest.mark.parametrize(
    ("old", "new", "other", "made", "beside"),
    [
        ("f(a)", "f(a, b)", "f(c)", "f(c, b)", (0, 1)),
        ("f(a)", "f(a, b)", "f(c, d)", "f(c, d, b)", (0, 1)),
        ("f(a)", "f(a, a.b)", "f(c)", "f(c, c.b)", (0, 1)),
        ("f(a)", "f(b, a)", "f(c)", "f(b, c)", (2, 0)),
        ("x = f(a)", "x = g(a)", "y = f(a)", "y = g(a)", (3, 3)),
        ("f(a)", "g(a)", "f(a)", "g(a)", (4, 3)),
        ("f(a, b)", "f(a)", "f(c, b)", "f(c)", (0, 1)),
        ("f(a, b)", "f(a)", "f(a, c)", None, None),
        ("f(a)", "f(a, b)", "f(c, b)", None, None),
        ("f(a)", "f(b, a)", "f(b, c)", None, None),
        ("f(a)", "f(a, b)", "class C:", None, None),
        ("f(a)", "f(a, b)", "f(c", None, None),
        ("f(a)", "f(a);", "f(c)", "f(c);", (1, 4)),
        ("f(a)", "!f(a)", "f(c)", "!f(c)", (4, 2)),
        ("f(a)", "f(a)", "f(c)", None, None),
        ("a", "b", "a", "b", (1, 1)),
    ],
)
def test_a_line_repeated(old: str, new: str, other: str, made: str | None, beside: tuple[int, int] | None) -> None:
    found = repeated(tokens(old), tokens(new), tokens(other))
    assert (found and "".join(found.tokens)) == made
    assert (found and (found.left, found.right)) == beside


def test_the_share_that_a_repeated_line_has_in_common() -> None:
    same, half = repeated(("f", "a"), ("g", "a"), ("f", "a")), repeated(("f", "a"), ("g", "a"), ("f", "b"))
    assert same is not None
    assert half is not None
    assert (same.common, half.common) == (1.0, 0.5)


def change(old: tuple[str, ...], new: tuple[str, ...]) -> LineChange:
    return LineChange("file:///a.py", "python", 3, old, new)


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        (("a b",), ("a c",), [("a b", "a c")]),
        (("a", "b"), ("a", "c"), [("b", "c")]),
        (("a b", "c d"), ("a x", "new", "c y"), [("a b", "a x"), ("c d", "c y")]),
        (("a b", "c d"), ("c y", "a x", "e"), [("a b", "a x")]),
        (("a b", "c d"), ("a b", "c y", "e"), [("c d", "c y")]),
        (("a b c", "d"), ("a x y z", "d", "d"), []),
        (("x" * LONGEST_LINE,), ("y" * LONGEST_LINE,), [("x" * LONGEST_LINE, "y" * LONGEST_LINE)]),
        (("x",), ("y" * (LONGEST_LINE + 1),), []),
        (("x" * (LONGEST_LINE + 1),), ("y",), []),
        (("x",) * MOST_LINES, ("y",) * MOST_LINES, [("x", "y")] * MOST_LINES),
        (("x",) * (MOST_LINES + 1), ("y",) * (MOST_LINES + 1), []),
        ((), ("x",), []),
    ],
)
def test_pairs_of_changed_lines(old: tuple[str, ...], new: tuple[str, ...], pairs: list[tuple[str, str]]) -> None:
    assert list(change(old, new).pairs()) == pairs
    assert change(old, new).end == 3 + len(new)
    assert ALIKE == 0.5


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_the_edits_of_a_large_difference_lead_to_the_new_text(ending: str) -> None:
    chance = random.Random(3)
    for _ in range(60):
        lines = [f"line {chance.randrange(9)}" for _ in range(40)]
        changed = list(lines)
        for _ in range(5):
            at = chance.randrange(len(changed))
            changed[at : at + chance.randrange(3)] = [f"new {chance.randrange(9)}"] * chance.randrange(3)
        old, new = ending.join(lines), ending.join(changed)
        start = next((n for n, (one, two) in enumerate(zip(old, new, strict=False)) if one != two), min(len(old), len(new)))
        tail = 0
        while tail < min(len(old), len(new)) - start and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        stop, new_stop = len(old) - tail, len(new) - tail
        text, touched = old, 0
        source = new
        for edit in line_edits(old, new, start, stop, new_stop):
            assert start - 8 <= edit.start
            text = text[: edit.start] + source[edit.start : edit.start + edit.inserted] + text[edit.end :]
            touched += edit.end - edit.start + edit.inserted
        assert text == new
        whole = SequenceMatcher(None, lines, changed, autojunk=False).ratio()
        assert touched <= (len(old) + len(new)) * (1 - whole) + 60


def test_more_lines_than_are_compared_are_one_edit() -> None:
    old, new = "a\n" * 700, "b\n" * 700
    (edit,) = line_edits(old, new, 0, len(old), len(new))
    assert (edit.start, edit.end, edit.inserted) == (0, len(old), len(new))
    lines = [f"{number}\n" for number in range(599)]
    changed = ["x\n" if number % 2 else line for number, line in enumerate(lines)]
    assert len(line_edits("".join(lines), "".join(changed), 0, len("".join(lines)), len("".join(changed)))) == 299


def test_a_page_has_its_lines() -> None:
    text = "ab\r\n\r\nc\nlast"
    here = page(text)
    assert [here.line(number) for number in range(-1, 5)] == ["", "ab", "", "c", "last", ""]
    assert [here.line_at(offset) for offset in (0, 2, 3, 4, 6, 7, 8, len(text))] == [0, 0, 0, 1, 2, 2, 3, 3]
    assert [here.line_end(number) for number in range(4)] == [2, 4, 7, 12]
    assert here.ending == "\r\n"
    rest = here.lines_from(2)
    assert (len(rest), rest[0], rest[1], rest[:5], rest[1:], list(rest)) == (2, "c", "last", ["c", "last"], ["last"], ["c", "last"])
    below = here.lines_from(1)
    assert [below[index] for index in range(len(below))] == ["", "c", "last"]
    with pytest.raises(IndexError):
        rest[2]
    with pytest.raises(IndexError):
        rest[-1]


def test_the_lines_with_a_word() -> None:
    assert list(page("a\nba a\n\nb\na").lines_with("a")) == [0, 1, 4]
    assert list(page("b").lines_with("a")) == []
    assert list(page("x\n" * MOST_LINES_WITH).lines_with("x")) == list(range(MOST_LINES_WITH))
    assert list(page("x\n" * (MOST_LINES_WITH + 1)).lines_with("x")) == []
    assert list(page("x x x x\n" * MOST_LINES_WITH).lines_with("x")) == list(range(MOST_LINES_WITH))
    assert list(page(f"x\n{'x' * LONGEST_LINE}\n{'x' * (LONGEST_LINE + 1)}\nx").lines_with("x")) == [0, 1, 3]


def test_a_page_is_of_a_version_and_a_language() -> None:
    snapshot = Snapshot.of("a", 1, "python", "file:///a.py")
    assert DocumentLines(snapshot).is_of(snapshot)
    assert not DocumentLines(snapshot).is_of(Snapshot.of("a", 1, "python", "file:///a.py"))
    for language in ("c", "rust"):
        assert not DocumentLines(snapshot).is_of(replace(snapshot, language=language))
    for version in (1, 2):
        assert not DocumentLines(snapshot).is_of(replace(snapshot, version=version))
    assert page("a").tree is not None
    assert page("a", "no-language").tree is None
