"""When a snapshot has a tree and when it has none; the tree is made when it is first wanted, remembered, and safe to share by
threads.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from codestral_ls.documents import grammars, revision
from codestral_ls.documents.document import Document, TextChange
from codestral_ls.documents.languages import Grammar, Language
from codestral_ls.documents.revision import looks_binary
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.errors import DocumentError


@pytest.mark.parametrize(
    ("text", "language", "cap", "has_tree"),
    [
        ("x = 1\n", "python", 100, True),
        ("", "python", 100, True),
        ("x = 1\n", "klingon", 100, False),
        ("a: 1\n", "ini", 100, False),
        ("$x: 1;\n", "less", 100, False),
        ("x" * 100, "python", 100, True),
        ("x" * 101, "python", 100, False),
        ("é" * 50, "python", 100, True),
        ("é" * 51, "python", 100, False),
        ("a\0b", "python", 100, False),
        ("\x01\x02\x03 abc", "python", 100, False),
        ("\ufffd\ufffdabc", "python", 100, False),
        ("\x0cimport a\n", "python", 100, True),
    ],
)
def test_which_texts_have_a_tree(text: str, language: str, cap: int, has_tree: bool) -> None:
    snapshot = Snapshot.of(text, 0, language, max_tree_bytes=cap)
    assert (snapshot.tree() is not None) == has_tree
    assert snapshot.region() in ("code", "string", "comment")
    assert isinstance(snapshot.scopes(), tuple)


@pytest.mark.parametrize(
    ("text", "binary"),
    [
        ("", False),
        ("ordinary text\r\n\tand a form feed\f", False),
        ("中文 text", False),
        ("a\0", True),
        ("\x1b\x07\x08ab", True),
    ],
)
def test_binary_looks(text: str, binary: bool) -> None:
    assert looks_binary(text) == binary


def test_a_missing_wheel_means_no_tree_and_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammars, "_problems", {})
    assert grammars.load(Grammar("tree_sitter_klingon")) is None
    assert grammars.load(Grammar("tree_sitter_python", "language_of_snakes")) is None
    assert grammars.load(None) is None
    problems = grammars.problems()
    assert "pip install tree-sitter-klingon" in problems["tree_sitter_klingon"]
    assert set(problems) == {"tree_sitter_klingon", "tree_sitter_python"}


def test_a_language_with_a_missing_wheel_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    klingon = Language("klingon", Grammar("tree_sitter_klingon_two"), "klingon", ("#",))
    monkeypatch.setattr("codestral_ls.documents.syntax.language_for", lambda _: klingon)
    monkeypatch.setattr("codestral_ls.documents.snapshot.language_for", lambda _: klingon)
    snapshot = Snapshot.of("if a {\n  b # c", language="klingon")
    assert snapshot.tree() is None
    assert snapshot.region() == "comment"
    assert [scope.kind for scope in snapshot.scopes()] == ["block"]


def test_one_version_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document("file:///a.py", "x = 1\n", "python")
    first, second = document.snapshot(0), document.snapshot(3)
    assert first.tree() is second.tree() is first.at(5).tree()


def test_typing_parses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("parsed while typing")

    monkeypatch.setattr(SyntaxTree, "parse", fail)
    document = Document("file:///a.py", "x = 1\n", "python")
    for count in range(20):
        document.apply([TextChange(count, count, "y")])
        document.snapshot(count)


def test_a_version_after_a_parsed_one_is_parsed_incrementally(monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document("file:///a.py", "x = 1\n", "python")
    document.snapshot(0).tree()
    monkeypatch.setattr(SyntaxTree, "parse", lambda *_: pytest.fail("parsed afresh"))
    for _ in range(5):
        document.apply([TextChange(0, 0, "a")])
    tree = document.snapshot(0).tree()
    assert tree is not None
    assert tree.text == "aaaaax = 1\n"


def test_an_older_snapshot_may_ask_later_than_a_newer_one() -> None:
    document = Document("file:///a.py", "x = 1\n", "python")
    older = document.snapshot(0)
    document.apply([TextChange(0, 0, "def f(): pass\n")])
    newer = document.snapshot(0).tree()
    tree = older.tree()
    assert newer is not None
    assert tree is not None
    assert (tree.text, newer.text) == ("x = 1\n", "def f(): pass\nx = 1\n")
    assert "function_definition" in newer.shape()
    assert "function_definition" not in tree.shape()


def test_a_very_long_chain_without_a_tree_is_cut() -> None:
    document = Document("file:///a.py", "", "python")
    document.snapshot(0).tree()
    for count in range(2_500):
        document.edit(count, count, "x")
    tree = document.snapshot(0).tree()
    assert tree is not None
    assert tree.text == "x" * 2_500
    length, reached = 0, document._revision
    while reached._parent is not None:
        length, reached = length + 1, reached._parent
    assert length == 0  # once parsed, a revision no longer needs the chain of edits


def test_another_language_is_another_tree() -> None:
    document = Document("file:///a", "{}", "json")
    json_tree = document.snapshot(0).tree()
    document.set_language("python")
    python_tree = document.snapshot(0).tree()
    assert json_tree is not None
    assert python_tree is not None
    assert (json_tree.language.id, python_tree.language.id) == ("json", "python")


def test_accepting_a_completion_gives_the_text_after_it() -> None:
    snapshot = Snapshot.of("def f():\n    ret\n", 16)
    accepted = snapshot.accepting(13, 16, "return 1")
    assert (accepted.prefix, accepted.suffix) == ("def f():\n    return 1", "\n")
    tree = accepted.tree()
    assert tree is not None
    assert not tree.has_errors


def test_a_cursor_outside_the_text_is_reported() -> None:
    with pytest.raises(DocumentError, match="Offset 9"):
        Snapshot.of("abc", 9)
    with pytest.raises(DocumentError, match="Offset -1"):
        Snapshot.of("abc", 0).at(-1)


def test_many_threads_may_ask_while_typing_goes_on() -> None:
    document = Document("file:///a.py", "def f():\n    pass\n" * 50, "python")
    with ThreadPoolExecutor(8) as pool:
        waiting = []
        for count in range(100):
            document.apply([TextChange(0, 0, "x")])
            snapshot = document.snapshot(count)
            waiting += [pool.submit(snapshot.tree), pool.submit(snapshot.scopes)]
        trees = [future.result() for future in waiting[::2]]  # type: ignore[attr-defined]
    assert [tree.text.index("def") for tree in trees if isinstance(tree, SyntaxTree)] == list(range(1, 101))


def test_nothing_of_tree_sitter_is_loaded_before_the_first_tree() -> None:
    program = (
        "import sys\n"
        "from codestral_ls.documents.document import Document\n"
        "Document('file:///a.py', 'x = 1', 'python').snapshot(0).line_prefix\n"
        "print(*[name for name in sys.modules if name.startswith('tree_sitter') or name == 'numpy'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""


def test_a_version_that_takes_too_long_has_no_tree_and_the_next_one_follows_the_older(monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document("file:///a.py", "def f(a):\n    return [a]\n" * 3_000, "python")
    assert document.snapshot(0).tree() is not None
    monkeypatch.setattr(revision, "FOLLOW_MS", 0.0)
    document.edit(0, 0, "x = (")
    late = document.snapshot(0)
    assert late.tree() is None
    assert (late.region(), late.scopes()) == ("code", ())
    monkeypatch.setattr(revision, "FOLLOW_MS", 60_000.0)
    monkeypatch.setattr(SyntaxTree, "parse", lambda *_: pytest.fail("parsed afresh"))
    document.edit(5, 5, "1)\n")
    tree = document.snapshot(0).tree()
    assert tree is not None
    assert (tree.text, tree.has_errors) == (document.text, False)
    assert late.tree() is None  # asked and answered once


def test_a_text_that_stays_difficult_gets_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float | None] = []
    document = Document("file:///a.py", "x = 1\n", "python")
    document.snapshot(0).tree()
    monkeypatch.setattr(SyntaxTree, "followed_by", lambda _self, _text, _hunks, within_ms: given.append(within_ms))
    for _ in range(9):
        document.edit(0, 0, "(")
        assert document.snapshot(0).tree() is None
    assert given == [revision.FOLLOW_MS * factor for factor in (1, 1, 1, 1, 2, 2, 2, 2, 4)]


def test_a_foreign_text_is_followed_seldom_and_shortly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revision, "FOLLOW_MS_FOREIGN", 0.0)  # any time is too long
    document = Document("file:///a.c", "OPEN(a) struct CLOSE x { int a b c; };\n" * 40, "c")
    opened = document.snapshot(0).tree()
    assert opened is not None
    assert opened.has_more_errors_than(revision.FOREIGN_ERRORS)
    monkeypatch.setattr(revision, "FOLLOW_MS_FOREIGN", 3.0)
    given: list[float | None] = []
    monkeypatch.setattr(SyntaxTree, "followed_by", lambda _self, _text, _hunks, within_ms: given.append(within_ms))
    for _ in range(17):
        document.edit(0, 0, "a")
        late = document.snapshot(0)
        assert late.tree() is None
        assert late.region() == "code"
    assert given == [3.0, 6.0, 12.0]


def test_a_foreign_text_that_was_cleaned_is_none_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revision, "FOLLOW_MS_FOREIGN", 0.0)
    document = Document("file:///a.c", "OPEN(a) struct CLOSE x { int a b c; };\n" * 40, "c")
    document.snapshot(0).tree()
    document.edit(0, len(document.text), "int a;\n" * 40)
    trees = 0
    for _ in range(9):
        document.edit(0, 0, "\n")
        monkeypatch.setattr(revision, "FOLLOW_MS_FOREIGN", 3_000.0 if _ == 8 else 0.0)
        trees += document.snapshot(0).tree() is not None
    assert trees == 1
    monkeypatch.setattr(revision, "FOLLOW_MS_FOREIGN", 0.0)
    document.edit(0, 0, "\n")
    assert document.snapshot(0).tree() is not None, "judged anew, it is followed like any other"


def test_a_half_typed_line_makes_no_foreign_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revision, "FOLLOW_MS_FOREIGN", 0.0)
    document = Document("file:///a.c", "int f(int a) {\n    return a;\n}\n" * 40, "c")
    for character in "int g(int a) { return a +":
        document.edit(len(document.text), len(document.text), character)
        assert document.snapshot(0).tree() is not None


def test_a_text_that_takes_too_long_afresh_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revision, "PARSE_MS", 0.0)
    document = Document("file:///a.py", "def f(a):\n    return [a]\n" * 3_000, "python")
    assert document.snapshot(0).tree() is None
    monkeypatch.setattr(SyntaxTree, "parse", lambda *_: pytest.fail("parsed again"))
    document.edit(0, 0, "#")
    assert document.snapshot(0).tree() is None


def test_a_checked_edit_gives_up_in_time() -> None:
    tree = Snapshot.of("def f(a):\n    return [a]\n" * 3_000).tree()
    assert tree is not None
    assert tree.try_edit(0, 0, "x = (", 0.0) is None
    mended = tree.try_edit(0, 0, "x = ()\n", 60_000.0)
    assert mended is not None
    assert not mended.has_errors
