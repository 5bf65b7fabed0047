"""Which edits are proposed after an edit, and which are not."""

from __future__ import annotations

import random
import time
from itertools import count
from pathlib import Path

import pytest

from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.next_edits import NextEdits
from codestral_ls.edits.proposing import Proposal
from codestral_ls.edits.time_limit import EVERY, TimeLimit

URI = "file:///project/a.py"


def snapshot(text: str, uri: str = URI, language: str = "python") -> Snapshot:
    return Snapshot.of(text, 0, language, uri)


def after(*texts: str, others: tuple[Snapshot, ...] = (), language: str = "python") -> Proposal | None:
    """The edit that is proposed after the document went through ``texts``."""
    edits = NextEdits()
    for other in others:
        edits.opened(other)
    found = None
    for text in texts:
        found = edits.next(snapshot(text, language=language), others, "balanced")
    return found[1] if found else None


def applied(text: str, proposal: Proposal | None) -> str:
    assert proposal is not None
    return text[: proposal.start] + proposal.text + text[proposal.end :]


TWICE = [
    (
        "an argument, added twice",
        "a = load(one)\nb = 1\nc = load(two)\nd = 2\ne = load(three)\n",
        "a = load(one, strict=True)\nb = 1\nc = load(two)\nd = 2\ne = load(three)\n",
        "a = load(one, strict=True)\nb = 1\nc = load(two, strict=True)\nd = 2\ne = load(three)\n",
        "a = load(one, strict=True)\nb = 1\nc = load(two, strict=True)\nd = 2\ne = load(three, strict=True)\n",
    ),
    (
        "calls that are wrapped",
        "assertEqual(a, b)\nx()\nassertEqual(c, d)\ny()\nassertEqual(f(e), g)\n",
        "assert a == b\nx()\nassertEqual(c, d)\ny()\nassertEqual(f(e), g)\n",
        "assert a == b\nx()\nassert c == d\ny()\nassertEqual(f(e), g)\n",
        "assert a == b\nx()\nassert c == d\ny()\nassert f(e) == g\n",
    ),
]


@pytest.mark.parametrize(("first", "second", "third", "wanted"), [row[1:] for row in TWICE], ids=[row[0] for row in TWICE])
def test_what_was_done_twice_is_proposed_once_more(first: str, second: str, third: str, wanted: str) -> None:
    assert applied(third, after(first, second, third)) == wanted


def test_nothing_is_proposed_without_an_edit() -> None:
    assert after("a = load(one)\nb = load(two)\n") is None


def test_nothing_is_proposed_while_the_edit_does_not_parse() -> None:
    first, second, third = TWICE[0][1:4]
    assert after(first, second, third.replace("load(two, strict=True)", "load(two, strict=")) is None


def test_a_refused_edit_does_not_come_again() -> None:
    first, second, third = TWICE[0][1:4]
    edits = NextEdits()
    for text in (first, second):
        edits.next(snapshot(text), (), "balanced")
    found = edits.next(snapshot(third), (), "balanced")
    assert found is not None
    edits.refuse(found[0])
    again = edits.next(snapshot(third), (), "balanced")
    assert again is None or again[1].text != found[1].text or again[1].start != found[1].start


def test_an_edit_that_was_undone_does_not_come_again() -> None:
    first, second, third, fourth = TWICE[0][1:]
    edits = NextEdits()
    for text in (first, second):
        edits.next(snapshot(text), (), "balanced")
    found = edits.next(snapshot(third), (), "balanced")
    assert found is not None
    edits.accept(found[0])
    edits.next(snapshot(fourth), (), "balanced")
    assert edits.next(snapshot(third), (), "balanced") is None
    assert edits.next(snapshot("\n" + third), (), "balanced") is not None


def test_strings_and_comments_are_left_alone_after_an_edit_of_code() -> None:
    first = "def total(rows):\n    return rows\n\n\nprint(total(1))\nprint(total(2))\n# total(3)\nNAME = 'total'\n"
    second = first.replace("def total", "def amount")
    third = second.replace("print(total(1))", "print(amount(1))")
    fourth = third.replace("print(total(2))", "print(amount(2))")
    found = after(first, second, third)
    if found is not None:
        assert applied(third, found) == fourth
    last = after(first, second, third, fourth)
    assert last is None


def test_a_local_name_of_another_function_is_left_alone() -> None:
    first = "def f():\n    rows = 1\n    use(rows)\n    see(rows)\n\n\ndef g():\n    rows = 2\n    use(rows)\n"
    second = first.replace("    rows = 1\n    use(rows)\n", "    lines = 1\n    use(lines)\n", 1)
    found = after(first, second)
    if found is not None:
        assert applied(second, found) == second.replace("see(rows)", "see(lines)")
    third = second.replace("see(rows)", "see(lines)")
    assert after(first, second, third) is None


def test_another_open_document_counts_as_a_place() -> None:
    first, second, third = TWICE[0][1:4]
    other = snapshot("z = load(four)\n", "file:///project/b.py")
    whole = third.replace("e = load(three)", "e = load(three, strict=True)")
    found = after(first, second, third, whole, others=(other,))
    assert found is not None
    assert found.uri == other.uri
    assert applied(other.text, found) == "z = load(four, strict=True)\n"


def test_many_open_documents_do_not_make_it_forget_the_one_at_hand() -> None:
    first, second, third, wanted = TWICE[0][1:]
    others = tuple(snapshot(f"other = {number}\n", f"file:///project/other{number}.py") for number in range(60))
    assert applied(third, after(first, second, third, others=others)) == wanted


@pytest.mark.parametrize("place", ["vscode-notebook-cell:/project/rows.ipynb#W1", "file:///project/b.py"])
def test_a_name_of_one_cell_is_a_name_of_the_others(place: str) -> None:
    defined, used = "def load(path):\n    return path\n", "first = load(1)\n"
    edits, cell = NextEdits(), "vscode-notebook-cell:/project/rows.ipynb#W0"
    other = snapshot(used, place)
    for text in (defined, used):
        edits.opened(snapshot(text, cell if text is defined else place))
    edits.next(snapshot(defined, cell), [other], "balanced")
    found = edits.next(snapshot(defined.replace("load", "fetch"), cell), [other], "balanced")
    chance = found[1].chance if found is not None else 0.0
    assert (chance > 0.8) is place.startswith("vscode")


def test_a_file_of_blank_lines_costs_no_time() -> None:
    """A pattern that continued over line ends took time in the square of their number."""
    first = "total = 1\n" + "\n" * 200_000 + "print(total)\n"
    second = first.replace("total = 1", "amount = 1")
    began = time.process_time()
    after(first, second)
    assert time.process_time() - began < 20


def test_brackets_that_are_left_open_cost_no_time() -> None:
    """For each of them, the pattern of a definition ran to the end of the file."""
    first = "func total(\n" + "func (\n" * 30_000 + "total(1)\n"
    second = first.replace("func total", "func amount")
    began = time.process_time()
    after(first, second, language="go")
    assert time.process_time() - began < 20


def test_a_search_ends_when_its_time_is_over() -> None:
    """Two thousand long lines with a word each that could be changed: a complete search would take seconds."""
    line = "value = " + " + ".join(f"{name}(value)" for name in "abcdefgh" * 4)
    lines = [f"{line} + {number}" for number in range(90)]
    edits = NextEdits()
    edits.next(snapshot("\n".join(lines)), (), "balanced")
    changed = [one.replace("value", "amount") if number < 40 else one for number, one in enumerate(lines)]
    asked = count()
    edits.next(snapshot("\n".join(changed)), (), "balanced", lambda: next(asked) > 50)
    assert 50 < next(asked) < 300


def test_a_limit_counts_from_the_first_question_of_the_searching_thread() -> None:
    now = [100.0]
    limit = TimeLimit(2.0, lambda: now[0])
    now[0] = 200.0
    assert not limit.is_over()
    now[0] = 201.9
    assert not any(limit.is_over() for _ in range(2 * EVERY))
    now[0] = 202.0
    assert any(limit.is_over() for _ in range(EVERY))
    assert limit.is_over()
    ended = TimeLimit(2.0)
    ended.end()
    assert ended.is_over()


def test_a_search_that_nobody_waits_for_finds_nothing() -> None:
    first, second, third = TWICE[0][1:4]
    edits = NextEdits()
    for text in (first, second):
        edits.next(snapshot(text), (), "balanced")
    assert edits.next(snapshot(third), (), "balanced", lambda: True) is None
    assert edits.next(snapshot(third), (), "balanced") is not None


def test_private_documents_neither_give_nor_receive(tmp_path: Path) -> None:
    first, second, third = TWICE[0][1:4]
    whole = third.replace("load(three)", "load(three, strict=True)")
    secret = tmp_path / ".env"
    private = Snapshot.of("z = load(four)\n", 0, "python", secret.as_uri(), secret)
    assert after(first, second, third, whole, others=(private,)) is None
    edits = NextEdits()
    public = snapshot("z = load(four)\n", "file:///project/b.py")
    edits.opened(public)
    for text in (first, second, third, whole):
        here = Snapshot.of(text, 0, "python", secret.as_uri(), secret)
        assert edits.next(here, (public,), "balanced") is None
        assert edits.next(public, (here,), "balanced") is None


def test_a_document_that_is_private_from_now_on_is_forgotten(tmp_path: Path) -> None:
    first, second, third = TWICE[0][1:4]
    edits = NextEdits()
    other = snapshot("z = load(four)\n", "file:///project/b.py")
    path = tmp_path / "notes.py"
    here = [Snapshot.of(text, 0, "python", path.as_uri(), path) for text in (first, second, third)]
    for one in here:
        found = edits.next(one, (other,), "balanced")
    assert found is not None
    edits.withhold(("notes.py",))
    assert edits.next(other, (here[-1],), "balanced") is None


def test_no_session_is_harmed() -> None:
    """Random edits: every proposal fits the text it was made for and adds no syntax error."""
    words = ["load", "rows", "path", "total", "use", "x", "y"]
    for seed in range(200):
        draw = random.Random(seed)

        def line(draw: random.Random = draw) -> str:
            one, two, three = (draw.choice(words) for _ in range(3))
            return draw.choice(
                [f"{one} = {two}({three})", f"{one}({two}, {three})", f"if {one}:\n    {two}()", f"{one} = '{two}'", ""]
            )

        lines = [line() for _ in range(30)]
        edits = NextEdits()
        text = "\n".join(lines)
        edits.next(snapshot(text), (), "balanced")
        old, new = draw.choice(words), draw.choice([*words, "fresh", "self.x"])
        for _ in range(6):
            at = draw.randrange(len(lines))
            lines[at] = lines[at].replace(old, new) if draw.random() < 0.7 else line()
            text = "\n".join(lines)
            here = snapshot(text)
            found = edits.next(here, (), "balanced")
            if found is None:
                continue
            proposal = found[1]
            assert 0 <= proposal.start <= proposal.end <= len(text)
            made = snapshot(applied(text, proposal))
            before, behind = here.tree(), made.tree()
            assert before is not None
            assert behind is not None
            assert made.text != text
            assert behind.error_count <= before.error_count, (seed, text[proposal.start : proposal.end], proposal.text)
