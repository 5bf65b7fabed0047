"""Text that an answer repeats is recognised from characters alone: the rest of the line, and closing marks without a tree."""

from __future__ import annotations

import pytest

from codestral_ls.completion.filters import candidates, end_of_scope, judge, line_ends, overlap
from codestral_ls.completion.filters.cursor import Cursor, at
from codestral_ls.completion.filters.judge import judged
from codestral_ls.completion.filters.open_marks import answer_leaves_open
from codestral_ls.completion.trigger import Plan
from support.drawing import drawn


def around(code: str, language: str = "text") -> Cursor:
    """The surroundings of the drawn cursor."""
    snapshot = drawn(code, language)
    return at(snapshot, Plan("block", 12, 128, snapshot.region()))


@pytest.mark.parametrize(
    ("language", "code", "text", "left"),
    [
        ("text", "a│  end\n", "b    end", "b  "),
        ("text", 'A│60,\n"B": 60,\n', 'y": 60,', 'y": '),
        ("text", "0, 0, │0,\n", "0, 0,", None),
        ("text", "a│||\n", "em ||", "em "),
        ("text", "a│|||\n", "b |||", "b "),
        ("text", "a│||||\n", "b ||||", None),
        ("text", "x│\n)a\n", "1\n)", None),
        ("text", "x│\n)\n", "1\n)", "1"),
        ("text", "--│--\n", "--", None),
        ("text", "35│4\n", "35\n354", None),
        ("groovy", 'f(│"\n"""\n', 'b)\nsh """', 'b)\nsh ""'),
        ("groovy", 'f(│"\nx = "\n', 'b)\ng "c"', None),
        ("vim", "x│'\n", "y\nexec 'a'.b.'c'", "y\nexec 'a'.b.'c"),
        ("vim", "a = 'x│'\n", "y'.'z", None),
        ("restructuredtext", "For example │ ::\n", "of a task. ::", "of a task."),
        ("latex", "  │%\n", "b}%\n}%", "b}%\n}"),
        ("ini", "# =====\na\n# ==│==\n", "===", "="),
        ("html", "<style>\na { b: │; }\n</style>\n", "red; }", "red"),
        ("markdown", "So [a](│)\n", "b)", None),
        ("markdown", "- [a](b│) c)\n", "d) c)", "d"),
    ],
)
def test_what_is_evident(language: str, code: str, text: str, left: str | None) -> None:
    cut = overlap.evident(text, around(code, language))
    assert (cut and cut.text) == left


def test_what_surely_follows_is_not_written_again_in_any_way() -> None:
    cursor = around("x = f(│, completely_ordinary)\n", "python")
    assert {one.name for one in candidates.likely("a, completely_ordinary)", cursor)} == {candidates.SURE}


def test_a_tree_parsed_afresh_tells_apart_what_an_incremental_one_cannot() -> None:
    code = '$a: "[t, d: #a]";\n$b: "[t, d: #d│"]";\n$c: "[t, d: #c]";\n$e: "[t, d: #e]";\n'
    chosen = judged('f]";\n$d: "[t, d: #7]";', around(code, "scss"))
    assert chosen is not None
    assert (chosen.text, chosen.over) == ('f]";\n$d: "[t, d: #7', 1)


@pytest.mark.parametrize(
    ("language", "code", "is_read"),
    [
        ("python", "f(│)\n", True),
        ("python", 'f("a │ b")\n', True),
        ("python", "# f(│)\n", False),
        ("text", "f(│)\n", False),
        ("html", "<style>\na { b: │; }\n</style>\n", False),
        ("html", "<p>a │ b</p>\n", False),
        ("markdown", "f(│)\n", False),
        ("javascript", "f(a│bc)\n", True),
    ],
)
def test_whether_a_tree_reads_the_place(language: str, code: str, is_read: bool) -> None:
    assert around(code, language).is_read is is_read


@pytest.mark.parametrize(
    ("language", "code", "text", "is_open"),
    [
        ("shellscript", 's="$(│)"\n', 'ls -l)"', False),
        ("python", "f(│)\n", "a", False),
        ("python", "f(│)\n", "g(a", True),
        ("python", "# so │\n", "(far", False),
        ("python", 'x = """\n│\n"""\n', "don't", False),
        ("python", 'x = "│"\n', 'a" + f(', True),
    ],
)
def test_what_an_answer_leaves_open_of_its_own(language: str, code: str, text: str, is_open: bool) -> None:
    assert answer_leaves_open(text, around(code, language)) is is_open


def test_a_string_of_several_lines_has_no_scope() -> None:
    assert end_of_scope.cut("a\nb\n  c", around("function f() {\n  return `\n    │\n  `;\n}\n", "javascript")) is None


@pytest.mark.parametrize(("language", "left"), [("markdown", "  \nnext"), ("python", "\nnext")])
def test_blanks_that_break_a_line_stay(language: str, left: str) -> None:
    assert line_ends.trim("  \nnext", around("first│\n", language)) == left


def test_what_cannot_be_told_in_time_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    cursor = around("x = (\ny = f(│)\n" + "z = 1\n" * 2_000, "python")
    assert judged("a", cursor) is not None
    monkeypatch.setattr(judge, "WITHIN_MS_BROKEN", 0.0)
    assert judged("a", cursor) is None


@pytest.mark.parametrize(
    ("language", "code", "text", "left"),
    [
        ("text", "x │ is\n", "and this", None),
        ("text", "x │ is\n", "that is", "that"),
        ("text", "docu│se)\n", "ment\nlicense)", "ment\nlicen"),
        ("ocaml", "  ; a = la│}\n", "zy (b c) }", "zy (b c) "),
        ("java", "class A {\n    int a;│}\n", "\n    int b;\n}", "\n    int b;\n"),
    ],
)
def test_words_stay_whole_and_blanks_before_what_follows_stay(language: str, code: str, text: str, left: str | None) -> None:
    cursor = around(code, language)
    cuts = (
        list(overlap.possible(text, cursor)) if language != "text" else [cut.text for cut in [overlap.evident(text, cursor)] if cut]
    )
    assert (left in cuts) if left is not None else not cuts
