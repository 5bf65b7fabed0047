"""Places for a repeated change: candidates, the evidence for them, and syntactic reasons against them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from codestral_ls.documents.excerpts import LARGE
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.changes import LineChange
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.edit_candidates import MOST_PLACES, EditCandidate, candidates
from codestral_ls.edits.proposing import Proposal, breaks, propose
from codestral_ls.edits.rules import Rule, rules_of
from codestral_ls.edits.scoping import is_elsewhere

HERE, THERE = "file:///project/a.py", "file:///project/b.py"


def page(text: str, uri: str = HERE, language: str = "python") -> DocumentLines:
    return DocumentLines(Snapshot.of(text, 0, language, uri))


def change(start: int, old: str | None, new: str | None, above: str = "", uri: str = HERE) -> LineChange:
    as_lines = [() if text is None else tuple(text.split("\n")) for text in (old, new)]
    return LineChange(uri, "python", start, as_lines[0], as_lines[1], above)


def found(text: str, *changes: LineChange, others: Iterable[DocumentLines] = ()) -> dict[tuple[str, int, str], EditCandidate]:
    """For each candidate: the kind of its rule, its line, and the line that it would make."""
    told = candidates(changes, [page(text), *others])
    return {(one.evidence.kind, one.line, "\n".join(one.lines)): one for one in told}


def test_a_name_is_found_wherever_it_is_but_where_it_was_changed() -> None:
    told = found("total = 1\nprint(amount)\nprint(totals, total)\n# total\n", change(1, "print(total)", "print(amount)"))
    assert {key for key in told if key[0] == "name"} == {
        ("name", 0, "amount = 1"),
        ("name", 2, "print(totals, amount)"),
        ("name", 3, "# amount"),
    }


def test_a_line_that_was_changed_is_not_a_place() -> None:
    told = found("print(amount, total)\nprint(total)\n", change(0, "print(total, total)", "print(amount, total)"))
    assert {key[1] for key in told} == {1}


def test_the_evidence_of_a_name() -> None:
    text = "def amount(x):\n    return amount\n\nprint(total)\nprint(total)\n"
    changes = [
        change(9, "see(total)", "see(amount)", uri=THERE),
        change(0, "def total(x):", "def amount(x):"),
    ]
    one = found(text, *changes, others=[page("from a import total\n", THERE)])
    first, there = one["name", 3, "print(amount)"], one["name", 0, "from a import amount"]
    evidence = first.evidence
    assert (evidence.support, evidence.against, evidence.age, evidence.core) == (1, 0, 0, 5)
    assert (evidence.same_file, evidence.distance, evidence.places, evidence.size) == (True, 3, 3, 2)
    assert (evidence.was_known, evidence.gone, evidence.imported, evidence.identical, evidence.number) == (
        True,
        True,
        False,
        False,
        False,
    )
    assert (there.evidence.same_file, there.evidence.distance, there.evidence.imported) == (False, 0, True)
    assert evidence.common == pytest.approx(2 / 5)
    assert (first.line, first.end) == (3, 4)


def test_the_evidence_against_a_name() -> None:
    text = "total = 2\nprint(1)\nx = total\n"
    changes = [change(5, "a = total", "a = total + 1"), change(6, "b = total", "b = sum"), change(1, "print(total)", "print(1)")]
    told = found(text, *changes)
    evidence = told["name", 2, "x = 1"].evidence
    assert (evidence.support, evidence.against, evidence.age, evidence.gone, evidence.was_known) == (0, 2, 0, False, False)
    older = told["name", 2, "x = sum"].evidence
    assert (older.age, older.against) == (1, 2)


def test_a_name_that_is_still_defined_is_not_gone() -> None:
    text = "def amount():\n    pass\n\ndef total():\n    pass\n\nx(total)\n"
    evidence = found(text, change(0, "def total():", "def amount():"))["name", 6, "x(amount)"].evidence
    assert not evidence.gone
    assert not evidence.was_known


def test_a_name_that_became_two_is_not_gone() -> None:
    evidence = found("def amount(x):\nx(total)\n", change(0, "def total(x):", "def amount.all(x):"))
    assert not next(one for key, one in evidence.items() if key[0] == "name").evidence.gone


def test_a_number_and_the_same_line() -> None:
    told = found("  retry(3)\nretry(5)\n    retry(3)\n", change(1, "retry(3)", "retry(5)"))
    line, name = told["line", 2, "    retry(5)"].evidence, told["name", 0, "  retry(5)"].evidence
    assert line.identical
    assert line.common == 1.0
    assert (line.left, line.right) == (2, 1)
    assert name.number
    assert name.core == 1
    assert not line.number


def test_lines_that_went_go_elsewhere() -> None:
    text = "a = 1\n    print(debug)\n    flush()\nb = 2\nprint(debug)\n"
    told = found(text, change(3, "  print(debug)\n  flush()", None, "b = 2"))
    assert [(one.line, one.end, one.lines) for one in told.values()] == [(1, 3, ())]
    assert found(text, change(1, "print(debug)\nflush()", None), change(9, "print(debug)\nflush()", None, uri=THERE)) != {}


def test_lines_that_were_added_twice_are_added_again() -> None:
    text = "def a():\n    log('a')\ndef b():\n    log('b')\ndef c():\n    pass\n"
    first, second = change(1, None, "    log('a')", "def a():"), change(3, None, "    log('b')", "def b():")
    assert not [key for key in found(text, first) if key[0] == "insertion"]
    told = found(text, first, second)
    assert told["insertion", 4, "def c():\n    log('c')"].evidence.support == 1
    assert {key[1] for key in told} == {4}


def test_a_sibling_follows_in_other_lists() -> None:
    text = "class C:\n    RED = 1\n    GREEN = 2\nnames = [\n    'RED',\n    'BLUE',\n]\n"
    told = found(text, change(2, None, "    GREEN = 2", "    RED = 1"))
    evidence = told["sibling", 4, "    'RED',\n    'GREEN',"].evidence
    assert (evidence.kind, evidence.support, evidence.size) == ("sibling", 0, 1)


def test_a_sibling_that_was_added_twice_has_support() -> None:
    text = "names = [\n    'RED',\n    'GREEN',\n]\nothers = [\n    'RED',\n    'BLUE',\n]\n"
    first, second = change(2, None, "    GREEN,", "    RED,", uri=THERE), change(2, None, "    'GREEN',", "    'RED',")
    evidence = found(text, first, second)["sibling", 5, "    'RED',\n    'GREEN',"].evidence
    assert (evidence.support, evidence.against) == (1, 0)
    wrong = change(2, None, "    'YELLOW',", "    'RED',")
    evidence = found(text.replace("GREEN", "YELLOW"), wrong, first)["sibling", 5, "    'RED',\n    'GREEN',"].evidence
    assert (evidence.support, evidence.against) == (0, 1)


def test_a_name_is_imported_from_the_file_of_the_change_alone() -> None:
    renamed = change(0, "def total(x):", "def amount(x):", uri=THERE)
    here, there = "from b import total\n", page("def amount(x):\n", THERE)
    assert found(here, renamed, others=[there])["name", 0, "from b import amount"].evidence.imported
    assert found("x = b.total\n", renamed, others=[there])["name", 0, "x = b.amount"].evidence.imported
    assert not found("from c import total\n", renamed, others=[there])["name", 0, "from c import amount"].evidence.imported
    assert not found("x = b + total\n", renamed, others=[there])["name", 0, "x = b + amount"].evidence.imported


def test_a_rule_with_too_many_places_says_nothing() -> None:
    few = "x(total)\n" * MOST_PLACES
    assert len(found(few + "y(amount)\n", change(MOST_PLACES, "y(total)", "y(amount)"))) >= MOST_PLACES
    assert not [
        key
        for key in found("x(total)\n" + few + "y(amount)\n", change(MOST_PLACES + 1, "y(total)", "y(amount)"))
        if key[0] == "name"
    ]


def test_only_the_newest_changes_make_rules() -> None:
    changes = [change(20 + n, f"old{n}(1)", f"new{n}(1)", uri=THERE) for n in range(8)]
    text = "".join(f"z = old{n}\n" for n in range(8))
    assert {key[1] for key in found(text, *changes) if key[0] == "name"} == {2, 3, 4, 5, 6, 7}
    assert found(text, *changes)["name", 7, "z = new7"].evidence.age == 0
    assert found(text, *changes)["name", 2, "z = new2"].evidence.age == 5


@pytest.mark.parametrize("over_after", [0, 1, 2, 5])
def test_a_search_gives_whole_rules(over_after: int) -> None:
    asked = iter(range(1_000))
    told = candidates(
        [change(3, "f(total)", "f(amount)")], [page("total\n" * 3 + "f(amount)\n")], lambda: next(asked) >= over_after
    )
    assert len(told) in (0, 3)


def candidate(text: str, line: int, made: str, rule: Rule, uri: str = HERE) -> EditCandidate:
    told = candidates([change(0, "total = 1", "amount = 1")], [page("amount = 1\nprint(total)\n")])
    return EditCandidate(uri, line, line + 1, (made,), rule, told[0].evidence)


LOCAL = "def f():\n    lines = 1\n    see(rows)\n\n\ndef g(rows):\n    use(rows)\n\n\ndef h():\n    rows = 2\n    use(rows)\n"


@pytest.mark.parametrize(
    ("text", "old", "new", "start", "line", "made", "elsewhere"),
    [
        (LOCAL, "    rows = 1", "    lines = 1", 1, 2, "    see(lines)", False),
        (LOCAL, "    rows = 1", "    lines = 1", 1, 6, "    use(lines)", True),
        (LOCAL, "    see2(rows)", "    see2(lines)", 1, 6, "    use(lines)", False),
        (LOCAL, "    see2(rows)", "    see2(lines)", 1, 11, "    use(lines)", True),
        (LOCAL, "    see2(rows)", "    see2(lines)", 1, 2, "    see(lines)", False),
        ("x(lines)\n# rows\n", "x(rows)", "x(lines)", 0, 1, "# lines", True),
        ("# lines\n# rows\n", "# rows", "# lines", 0, 1, "# lines", False),
        ("x(lines)\ny('rows')\n", "x(rows)", "x(lines)", 0, 1, "y('lines')", True),
        ("x('lines')\ny('rows')\n", "x('rows')", "x('lines')", 0, 1, "y('lines')", False),
        ("x(lines)\ny(rows)\n", "x(rows)", "x(lines)", 0, 1, "y(lines)", False),
    ],
)
def test_what_the_syntax_says_against_a_place(
    text: str, old: str, new: str, start: int, line: int, made: str, elsewhere: bool
) -> None:
    changes = [change(start, old, new)]
    (rule, *_) = rules_of(changes[0])
    here = page(text)
    assert is_elsewhere(candidate(text, line, made, rule), changes, {HERE: here}) is elsewhere


@pytest.mark.parametrize(("old", "elsewhere"), [("# see(rows)", False), ("see(rows)", True)])
def test_lines_that_went_from_code_go_from_code(old: str, elsewhere: bool) -> None:
    changes = [change(0, old, None)]
    (rule,) = rules_of(changes[0])
    here = page("x = 1\n# see(rows)\n")
    went = EditCandidate(HERE, 1, 2, (), rule, candidate("", 0, "", rule).evidence)
    assert is_elsewhere(went, changes, {HERE: here}) is elsewhere


def test_a_local_name_of_another_file_is_another() -> None:
    changes = [change(1, "    rows = 1", "    lines = 1")]
    (rule, *_) = rules_of(changes[0])
    pages = {HERE: page("def f():\n    lines = 1\n"), THERE: page("use(rows)\n", THERE)}
    assert is_elsewhere(candidate("", 0, "use(lines)", rule, THERE), changes, pages)
    changes = [change(0, "rows = 1", "lines = 1")]
    (rule, *_) = rules_of(changes[0])
    pages = {HERE: page("lines = 1\n"), THERE: page("use(rows)\n", THERE)}
    assert not is_elsewhere(candidate("", 0, "use(lines)", rule, THERE), changes, pages)


def test_without_a_tree_nothing_is_said_against_a_place() -> None:
    changes = [change(0, "x(rows)", "x(lines)")]
    (rule, *_) = rules_of(changes[0])
    assert not is_elsewhere(candidate("", 1, "# lines", rule), changes, {HERE: page("x(lines)\n# rows\n", language="none")})


def test_the_likeliest_that_nothing_speaks_against_is_proposed() -> None:
    text = "a = load(one, strict=True)\nb = load(two, strict=True)\nc = load(three)\nd = load(four)\n"
    changes = [change(0, "a = load(one)", "a = load(one, strict=True)"), change(1, "b = load(two)", "b = load(two, strict=True)")]
    here = page(text)
    first = propose(changes, [here])
    assert first is not None
    assert text[: first.start] + first.text + text[first.end :] == text.replace("load(three)", "load(three, strict=True)")
    assert first.version == 0
    assert first.text == ", strict=True"
    second = propose(changes, [here], is_refused=lambda proposal, of: of is here and proposal == first)
    assert second is not None
    assert text[: second.start] + second.text + text[second.end :] == text.replace("load(four)", "load(four, strict=True)")
    assert propose(changes, [here], is_refused=lambda _proposal, _page: True) is None
    assert first.chance >= second.chance >= 0.58
    assert propose([], [here]) is None


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    changes: tuple[LineChange, ...]
    wanted: str


def taken_away(at: str) -> Row:
    """A line was deleted at two places; a third one is at the beginning, in the middle or at the end of a file."""
    went = tuple(change(30 + n, "print(debugging)", None, uri=THERE) for n in range(3))
    text = {
        "first": "print(debugging)\na = 1\n",
        "middle": "a = 1\nprint(debugging)\nb = 1\n",
        "last": "a = 1\nprint(debugging)",
        "alone": "print(debugging)",
        "last of many": "a = 1\nb = 1\nc = 1\nprint(debugging)",
    }[at]
    wanted = {"first": "a = 1\n", "middle": "a = 1\nb = 1\n", "last": "a = 1", "alone": "", "last of many": "a = 1\nb = 1\nc = 1"}[
        at
    ]
    return Row(text, went, wanted)


@pytest.mark.parametrize("at", ["first", "middle", "last", "alone", "last of many"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_line_goes_with_its_ending(at: str, ending: str) -> None:
    row = taken_away(at)
    text = row.text.replace("\n", ending)
    proposal = propose(row.changes, [page(text)], "balanced")
    assert proposal is not None
    assert text[: proposal.start] + proposal.text + text[proposal.end :] == row.wanted.replace("\n", ending)


@pytest.mark.parametrize(
    ("text", "start", "end", "made", "is_broken"),
    [("f(a)\n", 3, 3, ", b", False), ("f(a)\n", 3, 4, "", True), ("f(a\n", 3, 3, ")", False), ("f(a\n", 0, 1, "g", False)],
)
def test_what_breaks_a_file(text: str, start: int, end: int, made: str, is_broken: bool) -> None:
    assert breaks(Proposal(HERE, 0, start, end, made, 1.0), page(text)) is is_broken
    assert not breaks(Proposal(HERE, 0, start, end, made, 1.0), page(text, language="none"))


def snapshot(text: str, number: int = 0, language: str = "python") -> Snapshot:
    return Snapshot.of(text, 0, language, f"file:///project/{number}.py")


@pytest.mark.parametrize(
    ("at", "old", "made", "is_broken"),
    [
        ("total_1000", "load(", "load", True),
        ("total_1000", "load(", "read(", False),
        ("total_1000", "rows)", "rows, strict=True)", False),
        ("total_1000", "rows)", "rows))", True),
        ("total_1000", "return", 'return """', True),
        ("total_1999", "rows))\n", "rows))\n\n\ndef more(:\n", True),
        ("total_0(", "def total_0(rows):", "def total_0(rows, strict):", False),
        ("total_0(", "def total_0(rows):", "def total_0(rows, strict:", True),
    ],
)
def test_what_breaks_a_long_file(at: str, old: str, made: str, is_broken: bool) -> None:
    text = "".join(f"def total_{number}(rows):\n    return sum(load(rows))\n\n\n" for number in range(2_000))
    long = page(text)
    assert len(text) > LARGE
    start = text.index(old, text.index(at) - len("def "))
    proposal = Proposal(HERE, 0, start, start + len(old), made, 1.0)
    assert breaks(proposal, long) is is_broken
