"""After a function's parameters have changed, its calls are changed."""

from __future__ import annotations

import pytest

from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.awaited_calls import AwaitChange, awaited
from codestral_ls.edits.next_edits import NextEdits
from codestral_ls.edits.signatures import change_between, followed, signature_of

URI = "file:///project/shapes.py"

ROWS = [
    # the definition before and after, a call, and the changed call
    ("def area(width, height):", "def area(breadth, height):", "area(width=1, height=2)", "area(breadth=1, height=2)"),
    ("def area(width, height):", "def area(breadth, height):", "area(1, 2)", None),
    ("def area(width, height, unit):", "def area(width, height):", "area(1, 2, m)", "area(1, 2)"),
    ("def area(width, height, unit):", "def area(width, unit):", "area(f(1, 2), 'a, b', m)", "area(f(1, 2), m)"),
    ("def area(width, height):", "def area(height):", "area( 1, 2 )", "area( 2 )"),
    ("def area(width):", "def area():", "area(1)", "area()"),
    ("def area(width, *, unit):", "def area(width):", "area(1, unit=m)", "area(1)"),
    ("def area(width, *, unit):", "def area(width):", "area(1)", None),
    ("def area(width):", "def area(width, height):", "area(1)", "area(1, height)"),
    ("def area(width):", "def area(width, height=2):", "area(1)", None),
    ("def area(width):", "def area(width, *, height):", "area(1)", "area(1, height=height)"),
    ("def area(width, /, unit):", "def area(width, /):", "area(1, 2)", "area(1)"),
    ("def area(width, *sides, unit):", "def area(width, *sides):", "area(1, 2, 3)", None),
    ("def area(width, *, a):", "def area(width, *, a, height):", "area(1, a=2)", "area(1, a=2, height=height)"),
    ("def area(width):", "def area(width, height):", "area(*sides)", "area(*sides, height=height)"),
    ("def area(width):", "def area(width, height):", "area(1, height=3)", None),
    ("def area(self, width):", "def area(self, width, height):", "area(1)", "area(1, height)"),
    ("def area(width):", "def space(width, height):", "area(1)", None),
    ("def area(a, b):", "def area(b, a):", "area(1, 2)", None),
    ("def area(width, *more):", "def area(width):", "area(1, 2)", None),
]


@pytest.mark.parametrize(("old", "new", "call", "wanted"), ROWS)
def test_a_call_follows_the_parameters(old: str, new: str, call: str, wanted: str | None) -> None:
    before, after = signature_of(old), signature_of(new)
    assert before is not None
    assert after is not None
    change = change_between(before, after)
    assert (followed(call, call.index("("), change, named=True) if change is not None else None) == wanted


@pytest.mark.parametrize(
    ("line", "name", "parameters", "is_method"),
    [
        ("async def load(path: str, mode: str = ')') -> None:", "load", ("path: str", "mode: str = ')'"), False),
        ("    def load(self, path):", "load", ("path",), True),
        ("pub(crate) fn load(&mut self, path: &Path) -> Result<()> {", "load", ("path: &Path",), True),
        ("func (r *Reader) Load(path string, n int) error {", "Load", ("path string", "n int"), True),
        ("export async function load(path, { deep, wide }) {", "load", ("path", "{ deep, wide }"), False),
        ("def load(", None, (), False),
        ("load(path)", None, (), False),
    ],
)
def test_definitions(line: str, name: str | None, parameters: tuple[str, ...], is_method: bool) -> None:
    found = signature_of(line)
    assert (found is None) == (name is None)
    if found is not None:
        assert (found.name, found.parameters, found.is_method) == (name, parameters, is_method)


def next_text(before: str, after: str, others: dict[str, str] | None = None) -> str | None:
    """The document after the proposal was applied."""
    rest = [Snapshot.of(text, 0, "python", uri) for uri, text in (others or {}).items()]
    edits = NextEdits()
    edits.next(Snapshot.of(before, 0, "python", URI), rest, "balanced")
    found = edits.next(Snapshot.of(after, 0, "python", URI, version=1), rest, "balanced")
    if found is None:
        return None
    text = after if found[1].uri == URI else (others or {})[found[1].uri]
    return text[: found[1].start] + found[1].text + text[found[1].end :]


BODY = "def area(width, unit):\n    return width * 2\n\n\ndef first(side):\n    return area(side, unit=3)\n"


def test_a_removed_parameter_is_removed_from_its_call() -> None:
    after = BODY.replace("area(width, unit)", "area(width)")
    assert next_text(BODY, after) == after.replace("area(side, unit=3)", "area(side)")


def test_an_added_argument_needs_a_variable_of_its_name() -> None:
    after = BODY.replace("(width, unit)", "(width, unit, height)")
    assert next_text(BODY, after) is None
    bound = BODY.replace("first(side)", "first(side, height)")
    after = bound.replace("(width, unit)", "(width, unit, height)")
    assert next_text(bound, after) == after.replace("unit=3", "unit=3, height=height")


def test_a_call_in_another_open_file_that_imports_the_function() -> None:
    after = "def area(width):\n    return width * 2\n"
    before = after.replace("(width)", "(width, unit)")
    other = "import shapes\n\nprint(shapes.area(3, 4))\nprint('shapes.area(3, 4)')\n"
    found = next_text(before, after, {"file:///project/more.py": other})
    assert found == other.replace("print(shapes.area(3, 4))", "print(shapes.area(3))")
    assert next_text(before, after, {"file:///project/more.py": other.replace("shapes", "forms")}) is None


def test_a_method_is_called_on_something_and_a_function_is_not() -> None:
    method = "class Shape:\n    def area(self, width, unit):\n        return 1\n\n\nprint(shape.area(2, 3))\nprint(area(2, 3))\n"
    after = method.replace("width, unit", "width")
    assert next_text(method, after) == after.replace("shape.area(2, 3)", "shape.area(2)")
    plain = "def area(width, unit):\n    return 1\n\n\nprint(shape.area(2, 3))\nprint(area(2, 3))\n"
    after = plain.replace("width, unit", "width")
    assert next_text(plain, after) == after.replace("print(area(2, 3))", "print(area(2))")


def test_a_method_of_a_go_package_is_followed_in_its_other_files() -> None:
    home = "package web\n\nfunc (r Reader) header(w Writer, rows []string) {\n\tr.write(w)\n}\n"
    other = Snapshot.of(
        "package web\n\nfunc (r Data) Render(w Writer) {\n\tr.header(w, r.Rows)\n}\n", 0, "go", "file:///web/data.go"
    )
    edits = NextEdits()
    after = home.replace(", rows []string", "")
    assert edits.next(Snapshot.of(home, 0, "go", "file:///web/reader.go"), (other,), "balanced") is None
    found = edits.next(Snapshot.of(after, 0, "go", "file:///web/reader.go", version=1), (other,), "balanced")
    assert found is not None
    assert found[1].uri == other.uri
    assert other.text[: found[1].start] + found[1].text + other.text[found[1].end :] == other.text.replace(", r.Rows", "")


def test_a_function_that_is_defined_twice_is_not_followed() -> None:
    again = BODY + "\n\nclass A:\n    def area(self, width, unit):\n        return 1\n"
    assert next_text(again, again.replace("def area(width, unit)", "def area(width)")) is None


@pytest.mark.parametrize(
    ("language", "line", "now_async", "before_async"),
    [
        # the line as it is, after its function became asynchronous, and after it is no longer asynchronous
        ("python", "    load(path)", "    await load(path)", None),
        ("python", "    rows = self.table.load(path)[0]", "    rows = (await self.table.load(path))[0]", None),
        ("python", "    return load(path).rows", "    return (await load(path)).rows", None),
        ("python", "    return await load(path)", None, "    return load(path)"),
        ("python", "    rows = (await load(path)).rows", None, "    rows = load(path).rows"),
        ("python", "    show(await load(path))", None, "    show(load(path))"),
        ("python", "    task = create_task(load(path))", None, None),
        ("python", "    show(rows=load(path))", None, None),
        ("python", "    if load(path) == 2:", None, None),
        ("python", "    load(path,", None, None),
        ("typescript", "  const rows = load(path);", "  const rows = await load(path);", None),
        ("typescript", "  return load(path);", None, None),
        ("rust", "    let rows = load(path)?;", "    let rows = load(path).await?;", None),
        ("rust", "    show(load(path).await?);", None, "    show(load(path)?);"),
    ],
)
def test_a_call_of_a_function_that_became_asynchronous(
    language: str, line: str, now_async: str | None, before_async: str | None
) -> None:
    opening = line.index("load(") + len("load")
    assert awaited(line, opening, AwaitChange(True), language) == now_async
    assert awaited(line, opening, AwaitChange(False), language) == before_async


ASYNC_BODY = (
    "def load(path):\n    return path\n\n\nFIRST = load('a')\n\n\n"
    "@cached\nasync def first(path):\n    rows = load(path)\n    return rows\n"
)


def test_only_an_asynchronous_caller_awaits() -> None:
    after = ASYNC_BODY.replace("def load", "async def load", 1)
    assert next_text(ASYNC_BODY, after) == after.replace("rows = load(path)", "rows = await load(path)")
