"""The proof refuses whatever is not documentation, also when nobody cleaned the text before."""

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
from codestral_ls.generate.editing.proof import why_unproved
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


MISREAD = "function g() { return 1 +; }\n"
"""One error that was there before."""


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
    tree._count = 0  # as if the text had been without that error: no tree of a sane grammar differs so far from its edit
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
