"""Each source finds its kind of snippets; the choice drops snippets that add nothing new, and stays within its budget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from codestral_ls.context.choice import choose
from codestral_ls.context.cursor_text import cursor_text
from codestral_ls.context.index.build_index import open_writer, refresh
from codestral_ls.context.index.read import IndexReader
from codestral_ls.context.recent import Diagnostic, Recent, edits_between
from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.sources.all import sources_for
from codestral_ls.context.sources.counterpart import is_counterpart, names_for
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.privacy import FileRules
from codestral_ls.documents.snapshot import Snapshot

SHAPES = '''class Shape:
    def outline_width(self, scale: float) -> float: ...


class Circle(Shape):
    """A round one."""

    def circle_area(self, digits: int) -> float:
        return 3.0


def unrelated_thing(): ...
'''
CANVAS = """from shapes import Circle, Shape


class Square(Shape):
    def paint_all(self, circle: Circle) -> None:
        │
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "project"
    (root / "tests").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "shapes.py").write_text(SHAPES)
    (root / "canvas.py").write_text(CANVAS.replace("│", "pass"))
    (root / "app.py").write_text("from canvas import Square\n\nx = 1\nmine = Square()\nmine.paint_all(x)\n")
    test = "from canvas import Square\n\ndef test_paint_all(circle): Square().paint_all(circle)\n"
    (root / "tests" / "test_canvas.py").write_text(test)
    writer, connection = open_writer(root)
    with closing(connection):
        refresh(root, writer)
    reader = IndexReader(root)
    yield Workspace(root, reader, Recent(), FileRules(), clock=lambda: 0.0)
    reader.close()


def canvas(workspace: Workspace) -> Snapshot:
    path = workspace.root / "canvas.py"
    return Snapshot.of(CANVAS.replace("│", ""), CANVAS.index("│"), "python", path.as_uri(), path)


def found(workspace: Workspace, source: str, snapshot: Snapshot) -> list[Snippet]:
    return list(next(one for one in sources_for(workspace) if one.name == source).find(snapshot))


def test_definitions_of_what_is_imported_come_with_signatures(workspace: Workspace) -> None:
    told = {one.name: one for one in found(workspace, "definitions", canvas(workspace))}
    assert told["circle_area"].text == "def circle_area(self, digits: int) -> float: ..."
    assert told["circle_area"].container == "class Circle(Shape):"
    assert "outline_width" in told, "what the enclosing class inherits"
    assert "paint_all" not in told, "its own file is no other file"
    assert told["circle_area"].score > told.get("unrelated_thing", Snippet("", 1, 1, "", "")).score


def test_importers_show_a_use(workspace: Workspace) -> None:
    snippets = found(workspace, "importers", canvas(workspace))
    assert {one.path for one in snippets} == {"app.py", "tests/test_canvas.py"}
    assert "mine = Square()" in next(one.text for one in snippets if one.path == "app.py")


def test_the_counterpart(workspace: Workspace) -> None:
    (snippet,) = found(workspace, "counterpart", canvas(workspace))
    assert (snippet.path, snippet.start_line) == ("tests/test_canvas.py", 1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("a/x.py", "t/test_x.py", True), ("x.ts", "x.test.ts", True), ("x.go", "x_test.go", True), ("X.java", "XTest.java", True),
     ("test_x.py", "x.py", True), ("x.py", "y/x.py", False), ("x.py", "test_x.ts", False)],
)  # fmt: skip
def test_counterparts_by_name(one: str, other: str, expected: bool) -> None:
    assert is_counterpart(one, other) is expected
    if expected:
        assert other.rpartition("/")[2].split(".")[0] in names_for(one)


def test_recent_edits_are_compact_hunks(workspace: Workspace) -> None:
    path = workspace.root / "shapes.py"
    workspace.recent.rest(Snapshot.of(SHAPES, 0, "python", path.as_uri(), path))
    workspace.recent.rest(Snapshot.of(SHAPES.replace("return 3.0", "return 3.14"), 0, "python", path.as_uri(), path))
    (snippet,) = found(workspace, "recent_edits", canvas(workspace))
    assert snippet.text == "-        return 3.0\n+        return 3.14"
    assert (snippet.path, snippet.start_line) == ("shapes.py", 9)


def test_two_edits_of_a_place_are_one_and_keep_what_stood_there_first() -> None:
    recent = Recent()
    for text in ("a\nb\nc", "a\nB\nc", "a\nBB\nc"):
        recent.rest(Snapshot.of(text, 0, "python", "file:///x", Path("/x")))
    assert [(edit.old, edit.new) for edit in recent.edits] == [(("b",), ("BB",))]


def test_a_file_written_anew_is_not_an_edit() -> None:
    assert edits_between("u", None, "a\n" * 500, "b\n" * 500) == ()


def test_viewed_and_open_files(workspace: Workspace) -> None:
    path = workspace.root / "shapes.py"
    workspace.recent.rest(Snapshot.of(SHAPES, SHAPES.index("return"), "python", path.as_uri(), path))
    assert "circle_area" in found(workspace, "recently_viewed", canvas(workspace))[0].text
    assert "circle_area" in found(workspace, "open_files", canvas(workspace))[0].text
    workspace.recent.close(path.as_uri())
    assert found(workspace, "open_files", canvas(workspace)) == []


def test_similar_windows(workspace: Workspace) -> None:
    alike = "class Oval(Shape):\n    def paint_all(self, circle: Circle) -> None:\n        brush(circle)\n"
    (workspace.root / "alike.py").write_text(alike)
    writer, connection = open_writer(workspace.root)
    with closing(connection):
        refresh(workspace.root, writer)
    assert found(workspace, "similar_windows", canvas(workspace))[0].path == "alike.py"


def test_diagnostics_near_the_cursor(workspace: Workspace) -> None:
    snapshot = canvas(workspace)
    workspace.recent.diagnostics[snapshot.uri] = (Diagnostic(6, "expected a\nblock"), Diagnostic(90, "far away"))
    assert [one.text for one in found(workspace, "diagnostics", snapshot)] == ["# expected a block"]


def test_private_open_files_stay_out(workspace: Workspace) -> None:
    (workspace.root / ".codestralignore").write_text("shapes.py\n")
    path = workspace.root / "shapes.py"
    workspace.recent.rest(Snapshot.of(SHAPES, 0, "python", path.as_uri(), path))
    workspace.recent.rest(Snapshot.of(SHAPES.replace("3.0", "4.0"), 0, "python", path.as_uri(), path))
    for source in ("recent_edits", "recently_viewed", "open_files", "similar_windows"):
        assert [one for one in found(workspace, source, canvas(workspace)) if one.path == "shapes.py"] == []


def code(path: str, text: str, score: float = 0.5, source: str = "similar_windows") -> Snippet:
    return Snippet(path, 1, 1 + text.count("\n"), text, source, score)


def defined(path: str, name: str, score: float, container: str = "") -> Snippet:
    return Snippet(path, 1, 1, f"def {name}(argument: Type) -> Result: ...", "definitions", score, container=container, name=name)


AROUND = cursor_text(Snapshot.of("alpha = beta(gamma)\ndelta = epsilon\n"))


def test_parrots_doubles_and_what_is_in_view_are_dropped() -> None:
    snippets = [
        code("parrot.py", "alpha = beta(gamma)\ndelta = epsilon"),
        code("seen.py", "alpha"),
        code("good.py", "one two three four five six", 0.5),
        code("double.py", "one two three four five six", 0.4),
    ]
    assert [one.path for one in choose(snippets, AROUND, 2000)] == ["good.py"]


def test_the_room_is_kept_and_the_best_comes_last() -> None:
    snippets = [defined(f"file{i}.py", f"name_{i}", i / 100) for i in range(90)] + [code("c.py", "word_a word_b " * 10, 0.95)]
    for room in (0, 60, 500, 3000):
        chosen = choose(snippets, AROUND, room)
        assert sum(len(one.text) + len(one.path) + 9 for one in chosen) <= room * 1.03
        assert [one.score for one in chosen] == sorted(one.score for one in chosen)
    assert all(one.tokens > 0 for one in chosen)


def test_definitions_of_one_file_stand_together_under_their_class() -> None:
    snippets = [defined("a.py", "one", 0.5, "class A:"), defined("a.py", "two", 0.4, "class A:")]
    (chosen,) = choose(snippets, AROUND, 1000)
    assert chosen.text == ("class A:\n    def one(argument: Type) -> Result: ...\n    def two(argument: Type) -> Result: ...")


def test_definitions_without_room_for_a_signature_are_named() -> None:
    snippets = [defined("a.py", f"name_{i}", 0.5 - i / 1000) for i in range(40)]
    (chosen,) = choose(snippets, AROUND, 600)
    assert "def name_0(" in chosen.text
    assert chosen.text.splitlines()[-1].startswith("# also: name_")
