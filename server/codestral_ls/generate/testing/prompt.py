"""The FIM prompt for one function's tests: the function, what it calls, its callers, and the project's own test style. Pure."""

from __future__ import annotations

import re

from codestral_ls.backends.base import FimRequest, Priority
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.documents.text import line_start
from codestral_ls.generate.docstrings.documentable import Documentable
from codestral_ls.generate.testing.profile import TestProfile

_PYTHON_EXAMPLE = "def test_empty_list_has_no_sum():\n    assert total([]) == 0\n"
_UNITTEST_EXAMPLE = (
    "class TotalTests(unittest.TestCase):\n    def test_empty_list_has_no_sum(self):\n        self.assertEqual(total([]), 0)\n"
)
_NODE_EXAMPLE = 'test("total of an empty list is zero", () => {\n  expect(total([])).toBe(0);\n});\n'
_STOPS = {"python": ("\nclass ", "\nif __name__", "\n# ", "```"), "node": ("\nimport ", "\nexport ", "\n// ", "```")}


def build_test_request(
    tree: SyntaxTree,
    definition: Documentable,
    definitions: list[Documentable],
    profile: TestProfile,
    names: tuple[str, str, str],
    *,
    address: str,
    characters: int,
    max_tokens: int,
    timeout: float,
) -> FimRequest:
    """The request for a function of the document at ``address``; ``names`` are the source's path, the test file's and the
    lines that import the function.
    """
    kind = "python" if tree.language.id == "python" else "node"
    mark = "#" if kind == "python" else "//"
    path, test_path, imports = names
    text = _plain(_with_class(tree, definition))[: characters // 2]
    framework = profile.framework(tree.language.id)
    end = f"{mark} {test_path}\n{imports}\n\n{opening_of(tree, definition, profile)}"
    example = profile.examples.get(kind) or {"pytest": _PYTHON_EXAMPLE, "unittest": _UNITTEST_EXAMPLE}.get(framework, _NODE_EXAMPLE)
    parts = [f"{mark} {path}\n{text}\n\n"]
    room = characters - len(end) - len(parts[0])
    for part in (
        _plain(f"{mark} An example of a test\n{example}\n\n"),
        _section(f"{mark} It is called like this:\n", (f"{mark}   {line}" for line in profile.calls.get(definition.name, ()))),
        _plain(_section(f"{mark} What it calls:\n", _called(tree, definition, definitions))),
    ):
        if part and len(part) <= room:
            parts.append(part)
            room -= len(part)
    return FimRequest(
        prefix="".join(parts) + end,
        suffix="",
        max_tokens=3 * max_tokens,
        stop=_STOPS[kind],
        priority=Priority.BATCH,
        source=address,
        timeout=timeout,
    )


def opening_of(tree: SyntaxTree, definition: Documentable, profile: TestProfile) -> str:
    """How the tests of a function begin; the model continues from here."""
    language = tree.language.id
    if language != "python":
        return f'test("{definition.name}'
    word = "async def" if _is_async(tree, definition) else "def"
    if profile.framework(language) == "unittest":
        return f"class {owner_of(definition, profile)}({base_of(word)}):\n    {word} {name_of_test(definition)}"
    mark = f"{profile.async_mark}\n" if profile.async_mark and word != "def" else ""
    return f"{mark}{word} {name_of_test(definition)}"


def owner_of(definition: Documentable, profile: TestProfile) -> str:
    """The class that a Python function's tests are methods of, as unittest wants it; "" if they are functions."""
    if profile.python_framework != "unittest":
        return ""
    words = [word for word in re.split(r"[._]+", definition.qualified) if word]
    return "".join(word[0].upper() + word[1:] for word in words) + "Tests"


def base_of(code: str) -> str:
    """The base of a unittest class with this ``code`` in it."""
    return "unittest.IsolatedAsyncioTestCase" if re.search(r"^\s*async def", code, re.MULTILINE) else "unittest.TestCase"


def name_of_test(definition: Documentable) -> str:
    """How the tests of a function begin: ``test_Class_method`` in small letters."""
    return "test_" + definition.qualified.replace(".", "_").strip("_").lower()


def _is_async(tree: SyntaxTree, definition: Documentable) -> bool:
    return tree.text.startswith("async ", definition.start) or "async def" in tree.text[definition.start : definition.start + 12]


def _with_class(tree: SyntaxTree, definition: Documentable) -> str:
    text = tree.text[line_start(tree.text, definition.anchor) : definition.end]
    if definition.outer != "class":
        return text
    name = definition.qualified.split(".")[-2]
    place = tree.text.rfind(f"class {name}", 0, definition.start)
    head = tree.text[line_start(tree.text, place) : tree.text.find("\n", place) + 1] if place >= 0 else ""
    return head + text


def _called(tree: SyntaxTree, definition: Documentable, definitions: list[Documentable]) -> list[str]:
    """The definitions of the same file that it calls, the short ones whole."""
    named = {
        tree.text[capture.start : capture.end]
        for capture in tree.captures("references", definition.start, definition.end)
        if definition.start <= capture.start < definition.end
    }
    found = [one for one in definitions if one.name in named and one.qualified != definition.qualified]
    return [tree.text[line_start(tree.text, one.anchor) : one.end] for one in found if one.end - one.start <= 600][:3]


def _section(title: str, lines: object) -> str:
    rows = list(lines)  # type: ignore[call-overload]
    return title + "\n".join(rows) + "\n\n" if rows else ""


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
