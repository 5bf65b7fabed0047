"""Edits of a text and their diff: a patch program makes the same text from the diff."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from codestral_ls.documents.text import lines_with_endings
from codestral_ls.generate.editing.edits import Edit, apply_edits, as_new_file, in_order, new_ranges, unified_diff, without

HEADER = re.compile(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@\n")
NO_END = "\\ No newline at end of file\n"


def patched(text: str, diff: str) -> str:
    """The result of a strict patch program: it compares the places and counts of every hunk, and every line."""
    old = [line for line in lines_with_endings(text) if line]
    rows = re.findall(r".*?(?:\r\n|\n)", diff, re.DOTALL)
    assert "".join(rows) == diff, "the last line has an end"
    assert [row[:4] for row in rows[:2]] == ["--- ", "+++ "]
    new: list[str] = []
    done, at = 0, 2
    while at < len(rows):
        header = HEADER.fullmatch(rows[at])
        assert header, rows[at]
        start, count, new_start, new_count = map(int, header.groups())
        first = start - 1 if count else start
        new += old[done:first]
        done, at = first, at + 1
        assert len(new) == (new_start - 1 if new_count else new_start)
        seen = {" ": 0, "-": 0, "+": 0}
        while at < len(rows) and not rows[at].startswith("@@"):
            mark, line, at = rows[at][0], rows[at][1:], at + 1
            if at < len(rows) and rows[at] == NO_END:
                line, at = re.sub(r"(\r\n|\n)\Z", "", line), at + 1
            seen[mark] += 1
            if mark != "+":
                assert old[done] == line
                done += 1
            if mark != "-":
                new.append(line)
        assert (seen[" "] + seen["-"], seen[" "] + seen["+"]) == (count, new_count)
    return "".join(new + old[done:])


LINES = st.lists(st.sampled_from(["a\n", "bb\n", "\n", "ccc\n"]), max_size=14).map("".join)
TEXTS = st.builds("{}{}".format, LINES, st.sampled_from(["", "d"]))


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A text with up to three edits, some of which may be in the same line."""
    text = draw(TEXTS)
    places = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6)))
    made = st.sampled_from(["", "x", "x\n", "\nx", "x\ny\n", "\n"])
    return text, [Edit(start, end, draw(made)) for start, end in zip(places[::2], places[1::2], strict=False)]


@given(edited())
def test_a_patch_program_makes_the_edited_text_of_the_diff(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    try:
        wanted = apply_edits(text, edits)
    except ValueError:
        assume(False)
        return
    assume(wanted != text)
    diff = unified_diff("f", text, edits)
    assert patched(text, diff) == wanted
    taken = re.findall(r"^-(?!-- a/f$)", diff, re.MULTILINE)
    assert len(taken) <= sum(text.count("\n", edit.start, edit.end) + 1 for edit in edits), "no line goes that no edit is on"


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        ("only\n", [Edit(0, 5, "")]),  # nothing remains
        ("", [Edit(0, 0, "x\n")]),
        ("", [Edit(0, 0, "x")]),
        ("a\n", [Edit(2, 2, "x")]),  # after the last line end
        ("a b\nc\n", [Edit(0, 1, "x"), Edit(2, 3, "y")]),  # two in one line
        ("a b", [Edit(0, 1, "x"), Edit(2, 3, "y")]),  # in a line without an end
        ("a b\r\nc\r\n", [Edit(0, 1, "x"), Edit(2, 3, "y\r\n")]),
        ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", [Edit(0, 0, "x\n"), Edit(14, 14, "y\n")]),  # seven lines apart: one hunk or two
        ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", [Edit(0, 0, "x\n"), Edit(12, 12, "y\n")]),
        ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", [Edit(0, 10, ""), Edit(14, 14, "y\n")]),  # two lines after five that were removed
        ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", [Edit(0, 2, ""), Edit(8, 10, ""), Edit(16, 18, "")]),  # three, each close to the next
    ],
)
def test_diffs(text: str, edits: list[Edit]) -> None:
    assert patched(text, unified_diff("f", text, edits)) == apply_edits(text, edits)


NAMES = [
    "plain.py",
    "in a folder/a b.py",
    "1 2024-01-01.py",
    'q"uote.py',
    "back\\slash.py",
    "new\nline.py",
    "tab\t.py",
    "\x1b[31m.py",
    "ünï.py",
]


@pytest.mark.skipif(sys.platform == "win32", reason="has no such names")
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_git_takes_the_diff_of_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("a\nb\n")
    new = as_new_file(unified_diff(f"{name}.new", "", [Edit(0, 0, "c\n")]))
    for diff in (unified_diff(name, "a\nb\n", [Edit(2, 2, "x\n")]), new):
        assert not re.search(r"[^\n\t -~\x80-\U0010ffff]", diff), "no character that a terminal obeys"
        subprocess.run(["git", "apply", "-"], input=diff, text=True, cwd=tmp_path, check=True)
    assert path.read_text() == "a\nx\nb\n"
    assert (tmp_path / f"{name}.new").read_text() == "c\n"


def test_a_diff_in_full() -> None:
    text = "".join(f"{number}\n" for number in range(1, 21))
    edits = [Edit(text.index("5\n"), text.index("5\n"), "new\n"), Edit(text.index("17\n"), text.index("18\n"), "")]
    assert unified_diff("a.py", text, edits) == (
        "--- a/a.py\n+++ b/a.py\n"
        "@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+new\n 5\n 6\n 7\n"
        "@@ -14,7 +15,6 @@\n 14\n 15\n 16\n-17\n 18\n 19\n 20\n"
    )


@given(edited())
def test_new_ranges_hold_the_new_texts_and_the_rest_is_the_same(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    try:
        after = apply_edits(text, edits)
    except ValueError:
        assume(False)
        return
    ordered = in_order(edits)
    assert [after[start:end] for start, end in new_ranges(edits)] == [edit.text for edit in ordered]
    assert without(after, new_ranges(edits)) == without(text, [(edit.start, edit.end) for edit in ordered])


@pytest.mark.parametrize(
    ("edits", "sound"),
    [
        ([Edit(0, 2, ""), Edit(2, 3, "")], True),
        ([Edit(0, 2, ""), Edit(2, 2, "x")], True),
        ([Edit(0, 3, ""), Edit(2, 4, "")], False),
        ([Edit(1, 1, "x"), Edit(1, 1, "y")], False),
        ([Edit(1, 1, "x"), Edit(1, 2, "y")], False),
        ([Edit(3, 4, "x"), Edit(0, 1, "y")], True),
    ],
)
def test_edits_of_one_place(edits: list[Edit], sound: bool) -> None:
    if sound:
        assert [edit.start for edit in in_order(edits)] == sorted(edit.start for edit in edits)
    else:
        with pytest.raises(ValueError, match="two edits of one place"):
            in_order(edits)
