"""The proof refuses every change that is not documentation, also if the model's text was not cleaned first."""

from __future__ import annotations

import ast
import random
import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.editing.edits import Edit, apply_edits
from codestral_ls.generate.editing.proof import _Places, _python_differs, why_unproved, why_unreadable
from support.generate.hostile import hostile_text

PYTHON = "def f(a):\n    │return a\n"
ROWS = [
    ("python", PYTHON, '"""Doc."""\n    ', None),
    ("python", PYTHON, "'''Doc.'''\n    ", None),
    ("python", PYTHON, "'Doc.'; ", "more than"),
    ("python", PYTHON, "# Doc.\n    ", "more than documentation"),
    ("python", PYTHON, '"""Doc.""" + x\n    ', "tree would change|more than"),
    ("python", PYTHON, 'f"""Doc. {a}"""\n    ', "tree would change|more than documentation"),
    ("python", PYTHON, 'b"""Doc."""\n    ', "no docstring|other code"),
    ("python", PYTHON, '"""Doc."""; import os\n    ', "tree would change|more than"),
    ("python", PYTHON, '"""Doc.\n    ', "no longer parse"),
    ("python", PYTHON, '"""Doc."""\n  ', "no longer parse|tree would change"),
    ("python", "x = 1\n│y = 2\n", '"""Doc."""\n', "other code|no docstring"),
    ("python", "def f():\n    'old'\n    │return 1\n", '"""Doc."""\n    ', "other code|no docstring"),
    ("python", "def f():\n    │'old'\n    return 1\n", '"""Doc."""\n    ', "other code|no docstring"),
    ("python", "x = '''\n│'''\n", '"""Doc."""\n', "tree would change|more than documentation"),
    ("python", "def f(:\n    │pass\n", '"""Doc."""\n    ', "cannot parse|would change|no longer parse"),
    ("javascript", "│function f() {}\n", "/** Doc. */\n", None),
    ("javascript", "│function f() {}\n", "/** Doc. */ g();\n", "tree would change|more than"),
    ("javascript", "│function f() {}\n/* b */\n", "/** Doc.\n", "tree would change|no longer parse"),
    ("javascript", "function f() { return│ 1; }\n", "/* a\n */", "tree would change"),
    ("javascript", "function f() { return│ 1; }\n", "/* a */", None),
    ("javascript", "│function f() {}\n/* b */\n", "\n", "more than"),
    ("python", "def f():\n    │...\n", '"""Doc."""\n    ', None),
    ("python", "def f():\n    │5\n", '"""Doc."""\n    ', None),
    ("python", "def f():\n    │g\n", '"""Doc."""\n    ', None),
    ("python", "x = 1  # type: ignore\ndef f():\n    │return 1  # type: ignore\n", '"""Doc.\n\n    More."""\n    ', None),
    ("python", "if a:\n    def f():\n        │return 1\n", '"""Doc."""\n        ', None),
    ("python", "try:\n    pass\nexcept E:\n    class A:\n        │x = 1\n", '"""Doc."""\n        ', None),
    ("python", "if a:\n    │return\n", '"""Doc."""\n    ', "other code|no docstring"),
    ("javascript", "x = `│`;\n", "/** Doc. */", "tree would change|more than"),
    ("go", "package a\n│func F() {}\n", "// Doc.\n", None),
    ("go", "package a\n│func F() {}\n", "// Doc.\nvar x int\n", "tree would change|more than"),
    ("rust", "│fn f() {}\n", "/// Doc.\n", None),
    ("rust", "│fn f() {}\n", "/// Doc.\n#[test]\n", "tree would change|more than"),
    ("java", "class A {\n  │int f() { return 1; }\n}\n", "/** Doc. */\n  ", None),
    ("java", "class A {\n  │int f() { return 1; }\n}\n", "/** Doc. */ int g;\n  ", "tree would change|more than"),
    ("csharp", "class A {\n  │int F() { return 1; }\n}\n", "/// Doc.\n  ", None),
    ("csharp", "class A {\n  │int F() { return 1; }\n}\n", "#if false\n  ", "."),
    ("plaintext", "│a\n", "b", "no parser"),
]


@pytest.mark.parametrize(("language", "drawn", "text", "reason"), ROWS)
def test_rows(language: str, drawn: str, text: str, reason: str | None) -> None:
    place = drawn.index("│")
    before = drawn.replace("│", "")
    edits = [Edit(place, place, text)]
    found = why_unproved(language, before, apply_edits(before, edits), edits)
    assert found is None if reason is None else found is not None and re.search(reason, found)


def test_text_outside_the_edits_must_be_the_same() -> None:
    edits = [Edit(0, 0, "/** a */\n")]
    assert why_unproved("javascript", "f();\n", "/** a */\ng();\n", edits) == "text outside the documentation would change"


@pytest.mark.parametrize(
    ("before", "taken", "put", "reason"),
    [
        ("def f():\n    pass\n", "pass", '"""Doc."""', None),
        ("def f():\n    ...\n", "...", '"""Doc."""', None),
        ("def f():\n    'old'\n    return 1\n", "'old'", '"""Doc."""', None),
        ("def f():\n    'old'\n    'second'\n    return 1\n", "'second'", '"""Doc."""', "other code"),
        ("def f():\n    g()\n", "g()", '"""Doc."""', "other code"),
        ("def f():\n    pass\n    return 1\n", "pass", '"""Doc."""', "other code"),
        ("class A:\n    'old'\n    x = 1\n", "'old'", "b'new'", "other code"),
        ("pass\n", "pass", '"""Doc."""', "other code"),
        ("// old\nfunction f() {}\n", "// old", "/** Doc. */", None),
        ("// old\nfunction f() {}\n", "// old", "", "more than"),
    ],
)
def test_text_that_takes_the_place_of_other_text(before: str, taken: str, put: str, reason: str | None) -> None:
    language = "javascript" if "function" in before else "python"
    start = before.index(taken)
    edits = [Edit(start, start + len(taken), put)]
    found = why_unproved(language, before, apply_edits(before, edits), edits)
    assert found is None if reason is None else found is not None and reason in found


TWO = "def f():\n    return 1\n\n\ndef g():\n    'old'\n    return 2\n"


@pytest.mark.parametrize(
    ("first", "second", "proved"),
    [
        ('"""Doc."""\n    ', '"""New."""', True),
        ('"""Doc."""\n    ', '"""New\n    and more."""', True),
        ('"""Doc."""\n    ', "g()", False),
        ("g()\n    ", '"""New."""', False),
        ("# Doc.\n    ", '"""New."""', False),
    ],
)
def test_every_range_of_several_has_to_be_documentation(first: str, second: str, proved: bool) -> None:
    place, old = TWO.index("return 1"), TWO.index("'old'")
    edits = [Edit(place, place, first), Edit(old, old + len("'old'"), second)]
    assert (why_unproved("python", TWO, apply_edits(TWO, edits), edits) is None) is proved


def test_offsets_without_the_ranges() -> None:
    places = _Places([(2, 4), (6, 9)])
    assert [places.of(offset) for offset in range(11)] == [0, 1, 2, -1, 2, 3, 4, -1, -1, 4, 5]
    assert [places.range_of(0, 1), places.range_of(2, 4), places.range_of(2, 2), places.range_of(3, 5)] == [-1, 0, -1, -1]
    assert [places.range_of(6, 7), places.range_of(8, 9), places.range_of(4, 6), places.range_of(9, 10)] == [1, 1, -1, -1]
    assert [places.inside(2, 3), places.inside(7, 9), places.inside(1, 3), places.inside(3, 3)] == [True, True, False, False]


F_AND_G = "def f(): return 1\ndef g(): return 2\n"


@pytest.mark.parametrize(
    ("before", "after", "edits", "reason"),
    [
        ("def f():\n    return 1\n", "def f():\n    'a'\n    return 1\n", 1, None),
        ("def f():\n    'a'\n    return 1\n", "def f():\n    return 1\n", 1, "the new text is not a docstring"),
        (F_AND_G, F_AND_G.replace("return", "'a'; return"), 1, "the new text is not a docstring"),
        (F_AND_G, F_AND_G.replace("return", "'a'; return"), 2, None),
        (F_AND_G.replace("return", "'a'; return", 1), F_AND_G.replace("return", "'a'; return"), 1, None),
        ("'m'\ndef f(): 'a'; return 1\n", "def f(): return 1\n", 2, "the new text is not a docstring"),
        ("def f(:", "def f(): pass", 1, "Python cannot parse it"),
        ("def f(): pass", "def f(:", 1, "Python could no longer parse it"),
        ("x = 1\n", "x = 2\n", 1, "Python would read other code"),
    ],
)
def test_what_the_interpreter_reads_differs_by_docstrings_alone(before: str, after: str, edits: int, reason: str | None) -> None:
    assert _python_differs(before, after, edits) == reason


@pytest.mark.parametrize(
    ("language", "text", "reason"),
    [
        ("python", "x = 1\n", None),
        ("python", "x = (1\ny = 2\n", "Python cannot parse it"),
        ("python", "print 'a'\n", "Python cannot parse it"),
        ("go", "package a\n", None),
        ("typescript", "const a = 1;\n", None),
        ("go", "*e", "the parser does not understand it"),
        ("plaintext", "a", "there is no parser for plaintext"),
    ],
)
def test_why_a_text_is_unreadable(language: str, text: str, reason: str | None) -> None:
    assert why_unreadable(language, text, SyntaxTree.parse(language, text)) == reason


def test_a_tree_of_a_language_without_a_parser_proves_nothing() -> None:
    edits = [Edit(0, 0, "# Doc.\n")]
    assert why_unproved("plaintext", "a", "# Doc.\na", edits, SyntaxTree.parse("python", "a")) == "there is no parser for plaintext"


MISREAD = "function g() { return 1 +; }\n"
"""A syntax error that was there before the edit."""


@pytest.mark.parametrize(
    ("drawn", "text", "proved"),
    [
        ("│function f() {}\n" + MISREAD, "/** Doc. */\n", True),
        (MISREAD + "│function f() {}\n", "/** Doc. */\n", True),
        ("│function f() {}\n" + MISREAD, "/** Doc. *//\n", False),
        ("│function f() {}\n" + MISREAD, "/** Doc.\n", False),
        ("function g() { return 1 +│; }\nfunction f() {}\n", " /** Doc. */ ", False),
    ],
)
def test_a_file_that_the_grammar_misreads_gets_no_further_error(drawn: str, text: str, proved: bool) -> None:
    place = drawn.index("│")
    before = drawn.replace("│", "")
    edits = [Edit(place, place, text)]
    after = apply_edits(before, edits)
    assert (why_unproved("javascript", before, after, edits) is None) is proved


def test_an_error_outside_the_edit_that_was_not_there_before_is_refused() -> None:
    before, text = "function f() {}\n" + MISREAD, "/** Doc. */\n"
    edits = [Edit(0, 0, text)]
    tree = SyntaxTree.parse("javascript", before)
    assert tree is not None
    assert tree.error_count == 1
    assert why_unproved("javascript", before, text + before, edits, tree) is None
    tree._count = 0  # as if the text did not have that error: no sound grammar's tree changes so far away from an edit
    assert why_unproved("javascript", before, text + before, edits, tree) == "it would no longer parse"


def code_of(text: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node, False) is not None:
            node.body.pop(0)
    return ast.dump(tree)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(['"""{}"""\n    ', '"""{}\n    """\n    ', "{}\n    ", "'{}'\n    "]))
def test_uncleaned_text_that_is_proved_changes_no_code(seed: int, frame: str) -> None:
    before = "import os\n\ndef f(a):\n    return a + '''x'''\n\n'''tail'''\n"
    place = before.index("return")
    edits = [Edit(place, place, frame.replace("{}", hostile_text(random.Random(seed))[:2000]))]
    after = apply_edits(before, edits)
    if why_unproved("python", before, after, edits) is None:
        assert code_of(after) == code_of(before)
