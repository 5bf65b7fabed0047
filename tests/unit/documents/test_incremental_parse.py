"""A tree that has followed edits equals the tree of a fresh parse."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codestral_ls.documents.document import Document, TextChange
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.documents.walk import nodes_of

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
PIECES = st.sampled_from(["", "a", "(", "}", "\n", "\r\n", "    ", '"', "é", "😀", "𝑥", "x = 1\n", "# c\n", "{\n}\n"])
EDITS = st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0, 0, 0, 1, 3, 25]), PIECES, st.booleans()), max_size=6)


def fresh(language: str, text: str) -> SyntaxTree:
    tree = SyntaxTree.parse(language, text)
    assert tree is not None
    return tree


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
@given(edits=EDITS)
def test_any_edits(sample: Path, edits: list[tuple[float, int, str, bool]]) -> None:
    language = language_id_for_path(sample)
    document = Document("file:///x", sample.read_text(encoding="utf-8"), language)
    for place, removed, inserted, asked in [(0.0, 0, "", True), *edits]:
        start = int(place * len(document.text))
        document.apply([TextChange(start, min(len(document.text), start + removed), inserted)])
        if asked:
            document.snapshot(0).tree()
    followed = document.snapshot(0).tree()
    assert followed is not None
    expected = fresh(language, document.text)
    assert followed.text == document.text
    assert followed.has_errors == expected.has_errors
    if not expected.has_errors:  # how tree-sitter recovers from errors may depend on what it reuses
        assert nodes_of(followed) == nodes_of(expected)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_breaking_and_mending_gives_the_first_tree_again(sample: Path) -> None:
    language = language_id_for_path(sample)
    text = sample.read_text(encoding="utf-8")
    document = Document("file:///x", text, language)
    expected = nodes_of(fresh(language, text))
    for place in (0, len(text) // 3, len(text) // 2, len(text)):
        document.edit(place, place, '😀({"')
        broken = document.snapshot(0).tree()
        assert broken is not None
        document.edit(place, place + 4, "")
        mended = document.snapshot(0).tree()
        assert mended is not None
        assert nodes_of(mended) == expected


def test_offsets_are_str_indices_after_wide_characters() -> None:
    text = "é = '中'\n😀𝑥 = 'a'\n𝑥 = 'b'\n"
    tree = fresh("python", text)
    strings = [text[capture.start : capture.end] for capture in tree.captures("regions")]
    assert strings == ["'中'", "'a'", "'b'"]
    assert [text[capture.start : capture.end] for capture in tree.captures("definitions") if capture.name == "name"] == [
        "é",
        "𝑥",
        "𝑥",
    ]


def test_a_lone_surrogate_is_parsed() -> None:
    assert not fresh("python", "x = '\ud800'\ny = 1\n").has_errors


def test_an_edit_on_a_copy_leaves_the_tree_alone() -> None:
    tree = fresh("python", "def f():\n    return 1\n")
    broken = tree.with_edit(9, 9, "\n    x = (")
    mended = tree.with_edit(20, 21, "1 + 2")
    assert broken.has_errors
    assert broken.errors_in(9, 20) > 0
    assert (mended.has_errors, mended.text) == (False, "def f():\n    return 1 + 2\n")
    assert nodes_of(tree) == nodes_of(fresh("python", tree.text))


@pytest.mark.parametrize(
    ("language", "text", "where"),
    [
        ("python", "x = (\n", (4, 5)),
        ("python", "def f(:\n    pass\n", (6, 7)),
        ("javascript", "f(1;\n", (3, 4)),
        ("rust", "fn f() { let x = ; }", (9, 18)),
        ("kotlin", "interface A { fun f(): Int }\n", (0, 28)),  # the grammar hides the missing mark
    ],
)
def test_errors_are_counted_where_they_are(language: str, text: str, where: tuple[int, int]) -> None:
    tree = fresh(language, "\n" * 50 + text)
    start, end = where
    assert tree.has_errors
    assert tree.errors_in(50 + start, 50 + end) >= 1
    assert tree.errors_in(0, 40) == 0


def test_sound_text_has_no_errors() -> None:
    tree = fresh("go", "package a\n\nfunc f() {}\n")
    assert (tree.has_errors, tree.errors_in(0, len(tree.text))) == (False, 0)


@pytest.mark.parametrize("end", ["@", "@J", "@JvmStatic", "@J\n"])
def test_a_text_that_ends_in_an_annotation_is_read(end: str) -> None:
    """The grammar's scanner would never return, not even with a time limit."""
    script = (
        "from codestral_ls.documents.syntax import SyntaxTree\n"
        f"text = 'class A {{\\n  val a = 1\\n\\n  ' + {end!r}\n"
        "tree = SyntaxTree.parse('kotlin', 'class A {\\n  val a = 1\\n\\n  ')\n"
        "followed = tree.with_edit(len(tree.text), len(tree.text), text[len(tree.text):])\n"
        "assert SyntaxTree.parse('kotlin', text).shape() and followed.text == text\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)
