"""Which documents, changes and proposals next edits remember, and for how long."""

from __future__ import annotations

import pytest

from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.history import LONGEST, MOST_DOCUMENTS, History
from codestral_ls.edits.next_edits import NextEdits, _is_half_done

HERE, THERE = "file:///project/a.py", "file:///project/b.py"


def page(text: str, uri: str = HERE, language: str = "python") -> DocumentLines:
    return DocumentLines(Snapshot.of(text, 0, language, uri))


def snapshot(text: str, number: int = 0, language: str = "python") -> Snapshot:
    return Snapshot.of(text, 0, language, f"file:///project/{number}.py")


def test_only_so_many_documents_are_followed_and_none_that_is_too_long() -> None:
    history = History()
    for number in range(MOST_DOCUMENTS + 3):
        history.opened(snapshot("a\n", number))
    for number in range(MOST_DOCUMENTS + 3):
        history.look(snapshot("b\n", number))
    assert len(history.changes()) < MOST_DOCUMENTS
    history = History()
    for number in range(MOST_DOCUMENTS):
        history.opened(snapshot("a\n", number))
    history.look(snapshot("b\n", 0))  # used lately, so another document is forgotten
    history.opened(snapshot("a\n", 99))
    history.look(snapshot("c\n", 0))
    assert [one.new for one in history.changes()] == [("c",)]
    history.opened(snapshot("a" * LONGEST, 1))
    history.look(snapshot("b" + "a" * (LONGEST - 1), 1))
    assert len(history.changes()) == 2
    history.look(snapshot("a" * (LONGEST + 1), 1))
    assert len(history.changes()) == 1


def test_another_language_is_another_document() -> None:
    history = History()
    history.opened(snapshot("a\n"))
    history.look(snapshot("b\n", language="go"))
    assert history.changes() == []
    history.look(snapshot("c\n", language="go"))
    assert [(one.old, one.new, one.language) for one in history.changes()] == [(("b",), ("c",), "go")]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("a\nb\nc\n", "a\nx\ny\nc\n", (1, ("b",), ("x", "y"), "a")),
        ("a\n", "x\na\n", (0, (), ("x",), "")),
        ("a\n", "a\nx\n", (1, (), ("x",), "a")),
        ("a", "a\nx", (1, (), ("x",), "a")),
        ("a\nb", "a", (1, ("b",), (), "a")),
        ("a\nb\n", "a\nbb\n", (1, ("b",), ("bb",), "a")),
        ("a\nb b\n", "a\nb x b\n", (1, ("b b",), ("b x b",), "a")),
        ("a\na\nb\n", "a\na\na\nb\n", (2, (), ("a",), "a")),
        ("", "x", (0, ("",), ("x",), "")),
        ("one\ntwo\nb\n", "one\ntwo\nx y\n", (2, ("b",), ("x y",), "two")),
        ("one\ntwo\nb\n", "one\ntwo\nnew\nb\n", (2, (), ("new",), "two")),
    ],
)
def test_a_change_in_whole_lines(old: str, new: str, told: tuple[int, tuple[str, ...], tuple[str, ...], str]) -> None:
    history = History()
    history.opened(snapshot(old))
    history.look(snapshot(new))
    (one,) = history.changes()
    assert (one.start, one.old, one.new, one.above) == told


def test_edits_of_one_line_are_one_change_and_of_two_lines_two() -> None:
    history = History()
    history.opened(snapshot("f(a, b, c)\nx\ny\n"))
    history.look(snapshot("f(A, b, c)\nx\ny\n"))
    history.look(snapshot("f(A, b, C)\nx\ny\n"))
    assert [(one.old, one.new) for one in history.changes()] == [(("f(a, b, c)",), ("f(A, b, C)",))]
    history.look(snapshot("f(A, b, C)\nx\nY\n"))
    assert [(one.start, one.old, one.new) for one in history.changes()] == [
        (0, ("f(a, b, c)",), ("f(A, b, C)",)),
        (2, ("y",), ("Y",)),
    ]


def test_a_large_difference_is_several_changes() -> None:
    lines = [f"value_{number} = compute({number})  # as it was before" for number in range(60)]
    changed = [line.replace("compute", "measure") if number in (5, 25, 45) else line for number, line in enumerate(lines)]
    history = History()
    history.opened(snapshot("\n".join(lines)))
    history.look(snapshot("\n".join(changed)))
    assert [one.start for one in history.changes()] == [5, 25, 45]
    assert [one.new for one in history.changes()] == [(changed[number],) for number in (5, 25, 45)]


def test_the_ids_of_proposals_are_known_once() -> None:
    edits = NextEdits()
    edits.refuse("edit-1")
    edits.accept("edit-7")
    first = "a = load(one)\nb = load(two)\nc = load(three)\n"
    second = first.replace("one)", "one, strict=True)")
    third = second.replace("two)", "two, strict=True)")
    assert [edits.next(snapshot(text), (), "balanced") for text in (first,)] == [None]
    edits.next(snapshot(second), (), "balanced")
    told = [edits.next(snapshot(third), (), "balanced") for _ in range(2)]
    assert None not in told
    assert len({one[0] for one in told if one}) == 2
    assert len({one[1] for one in told if one}) == 1


def test_a_document_that_is_closed_gives_nothing_more() -> None:
    edits = NextEdits()
    first = "a = load(one)\nb = load(two)\nc = load(three)\n"
    second = first.replace("one)", "one, strict=True)")
    third = second.replace("two)", "two, strict=True)")
    for text in (first, second, third):
        edits.next(snapshot(text), (), "balanced")
    edits.closed(snapshot("").uri)
    assert edits.next(snapshot(third), (), "balanced") is None


@pytest.mark.parametrize(
    ("text", "uri", "start", "end", "half"),
    [
        ("f(\nx = 1\n", HERE, 0, 1, True),
        ("x = 1\ny = )\n", HERE, 0, 1, False),
        ("x = 1\ny = )\n", HERE, 1, 2, True),
        ("x = 1\ny = )\n", HERE, 0, 2, True),
        ("x = 1\ny = )\n", THERE, 1, 2, False),
        ("x = 1\ny = )\n", HERE, 9, 10, False),
        ("x = 1\ny = )", HERE, 1, 9, True),
        ("x = 1\ny = )\nz = 1\n", HERE, 1, 1, True),
    ],
)
def test_a_change_that_does_not_parse_yet_is_half_done(text: str, uri: str, start: int, end: int, half: bool) -> None:
    assert _is_half_done(page(text), uri, start, end) is half
    assert not _is_half_done(page(text, language="none"), uri, start, end)


def test_the_import_is_that_of_the_document_at_hand() -> None:
    edits = NextEdits(lambda name, _page: ["app.tables"] if name == "Table" else [])
    other = snapshot("import sys\n", 5)
    edits.opened(snapshot("import os\n\nx = 1\n"))
    edits.opened(other)
    now = snapshot("import os\n\nx = Table(1)\n")
    told = edits.next(now, (other,), "balanced")
    assert told is not None
    assert told[1].uri == now.uri
    assert edits.next(now, (other,), "quiet") is None, "an import is not certain enough for that"
