"""How test functions are read from a model's text, and how mutants are made."""

# ruff: noqa: E501 - a row shows its whole text
from __future__ import annotations

import random

import pytest

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.docstrings.documentable import Documentable, read_definitions
from codestral_ls.generate.editing.edits import apply_edits
from codestral_ls.generate.testing.generated_tests import read_candidates
from codestral_ls.generate.testing.mutants import mutants_of
from support.generate.hostile import hostile_text

ROWS = [
    ("one", "python", "():\n    assert add(1, 2) == 3\n", ["test_add"]),
    ("two", "python", "_a():\n    assert add(1) == 3\n\n\ndef test_b(tmp_path):\n    with pytest.raises(E):\n        add()\n", ["test_add_a", "test_b"]),
    ("a taken name", "python", "_x():\n    assert add(1) == 3\n", ["test_add_x_2"]),
    ("half", "python", "():\n    assert add(1, 2) == 3\n\ndef test_b():\n    assert add(", ["test_add"]),
    ("decorated", "python", "():\n    assert f()\n\n@pytest.mark.parametrize('a', [1])\ndef test_b(a):\n    assert f(a)\n", ["test_add", "test_b"]),
    ("code behind", "python", "():\n    assert f()\nimport os\nos.remove('x')\n", ["test_add"]),
    ("no assertion", "python", "():\n    add(1)\n", []),
    ("a constant", "python", "():\n    assert True\n", []),
    ("a helper", "python", "():\n    assert f()\n\ndef helper():\n    pass\n", ["test_add"]),
    ("control characters", "python", "():\n    assert '\x00'\n", []),
    ("typescript", "typescript", ' adds", () => {\n  expect(add(1)).toBe(2);\n});\ntest("b", async () => {\n  expect(1).toBe(', ["add adds"]),
    ("no expectation", "typescript", ' adds", () => {\n  add(1);\n});\n', []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "language", "answer", "names"), ROWS, ids=[row[0] for row in ROWS])
def test_rows(why: str, language: str, answer: str, names: list[str]) -> None:
    opening = "def test_add" if language == "python" else 'test("add'
    found = read_candidates(language, opening, answer, {"test_add_x"})
    assert [one.name for one in found] == names
    assert all(one.name in one.code for one in found)
    assert not any("import os" in one.code for one in found)


@pytest.mark.parametrize("language", ["python", "typescript"])
def test_hostile_texts_give_parsing_tests_or_none(language: str) -> None:
    opening = "def test_add" if language == "python" else 'test("add'
    for seed in range(200):
        for one in read_candidates(language, opening, hostile_text(random.Random(seed))[:5000], set()):
            tree = SyntaxTree.parse(language, one.code)
            assert tree is not None
            assert not tree.has_errors


def definition(tree: SyntaxTree) -> Documentable:
    return read_definitions(tree)[0]


def test_mutants() -> None:
    code = 'def f(a, b):\n    """Doc."""\n    if a and b:\n        return a + 1\n    return True\n'
    tree = SyntaxTree.parse("python", code)
    assert tree is not None
    texts = {apply_edits(code, [edit]) for edit in mutants_of(tree, definition(tree), most=20)}
    assert {
        code.replace("a and b", "a or b"),
        code.replace("a and b", "not (a and b)"),
        code.replace("+ 1", "+ 2"),
        code.replace("a + 1", "a - 1"),
        code.replace("return a + 1", "return None"),
        code.replace("True", "False"),
        code.replace("return True", "return None"),
        code.replace("return a + 1", "pass"),
        code.replace("return True", "pass"),
        code.replace("if a and b:\n        return a + 1", "pass"),
        code.replace("if a and b:\n        return a + 1\n    return True", "pass"),
    } == texts
    assert len(mutants_of(tree, definition(tree), most=3)) == 3


@pytest.mark.parametrize("code", ["def f(a): ...\n", "def f(a):\n    pass\n", 'def f(a):\n    """Doc."""\n'])
def test_what_cannot_be_mutated(code: str) -> None:
    tree = SyntaxTree.parse("python", code)
    assert tree is not None
    assert mutants_of(tree, definition(tree)) == []


def test_mutants_of_typescript() -> None:
    code = "export function f(a: number): boolean {\n  if (a > 1) { return true; }\n  return a === 2;\n}\n"
    tree = SyntaxTree.parse("typescript", code)
    assert tree is not None
    texts = {apply_edits(code, [edit]) for edit in mutants_of(tree, definition(tree), most=20)}
    assert code.replace("a > 1", "a <= 1") in texts
    assert code.replace("(a > 1)", "(!(a > 1))") in texts
    assert code.replace("return a === 2", "return undefined") in texts
    assert code.replace("\n  if (a > 1) { return true; }\n  return a === 2;", "\n  ") in texts
    assert code.replace("return a === 2;", ";") in texts


METHODS = [
    (
        "methods",
        "(self):\n        self.assertEqual(add(1), 2)\n\n    def test_b(self):\n        assert add(2)\n",
        ["test_add", "test_b"],
    ),
    ("functions after", "():\n        pass\n\n\ndef test_b():\n    assert add(1)\n", ["test_b"]),
    (
        "asynchronous",
        "(self):\n        assert add(1)\n\n    async def test_b(self):\n        assert await f()\n",
        ["test_add", "test_b"],
    ),
    ("a fixture", "(self):\n        assert add(1)\n\n\ndef test_b(tmp_path):\n    assert add(1)\n", ["test_add"]),
    ("code after", "(self):\n        assert add(1)\nimport os\nos.remove('x')\n", ["test_add"]),
]


@pytest.mark.parametrize(("why", "answer", "names"), METHODS, ids=[row[0] for row in METHODS])
def test_methods_of_unittest(why: str, answer: str, names: list[str]) -> None:
    opening = "class AddTests(unittest.TestCase):\n    def test_add"
    found = read_candidates("python", opening, answer, set(), owner="AddTests")
    assert [one.name for one in found] == names
    assert all(one.owner == "AddTests" and "(self)" in one.code for one in found)


def test_asynchronous_tests_get_the_projects_mark() -> None:
    answer = "():\n    assert await f()\n\n\n@pytest.mark.asyncio\nasync def test_b():\n    assert await f()\n"
    found = read_candidates("python", "async def test_add", answer, set(), async_mark="@pytest.mark.asyncio")
    assert [one.code.count("@pytest.mark.asyncio") for one in found] == [1, 1]
