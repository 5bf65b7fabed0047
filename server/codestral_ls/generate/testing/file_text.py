"""The text of a test file: its first lines, the imports that its tests use, and the tests in the project's manner. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from codestral_ls.documents.text import newline_of
from codestral_ls.generate.editing.edits import Edit
from codestral_ls.generate.editing.python_ast import parse_python
from codestral_ls.generate.test_files import MARK
from codestral_ls.generate.testing.generated_tests import GeneratedTest
from codestral_ls.generate.testing.imports import NamedImport, importable, needed, read_imports, render
from codestral_ls.generate.testing.locations import TestPlace, node_module
from codestral_ls.generate.testing.profile import TestProfile
from codestral_ls.generate.testing.prompt import base_of

_VITEST = ("afterAll", "afterEach", "assert", "beforeAll", "beforeEach", "describe", "expect", "it", "test", "vi")


@dataclass(frozen=True, slots=True)
class TestLayout:
    """How tests of the source at ``path`` (relative to the project) with this ``text`` are put into a file at ``place``."""

    language: str
    path: PurePosixPath
    text: str
    place: TestPlace
    profile: TestProfile
    exported: tuple[str, ...] = ()
    available: dict[str, NamedImport] = field(default_factory=dict)

    @classmethod
    def of(
        cls, language: str, path: PurePosixPath, text: str, place: TestPlace, profile: TestProfile, exported: tuple[str, ...]
    ) -> TestLayout:
        """A layout that knows what can be imported."""
        available: dict[str, NamedImport] = {}
        if language == "python":
            available = importable(text, place.imported_as, place.package)
            if profile.module:
                module, _, alias = profile.module.partition(" as ")
                available[alias or module] = NamedImport(module, "", alias)
        return cls(language, path, text, place, profile, exported, available)

    def imports(self, codes: Sequence[str]) -> str:
        """The import lines for these pieces of code."""
        if self.language == "python":
            return render(needed(codes, self.available), self.profile.own)
        return self._node_imports("\n".join(codes))

    def example_imports(self, name: str) -> str:
        """The import lines that a model sees before it writes tests of ``name``."""
        if self.language == "python":
            top = "unittest" if self.profile.python_framework == "unittest" else ""
            codes = [f"{top}.x" if top else "0", f"{self.profile.module.rpartition(' ')[2] or '0'}", name]
            return render(needed(codes, self.available), self.profile.own)
        return self._node_imports(f"{name}; test(expect())")

    def whole(self, tests: Sequence[GeneratedTest]) -> str:
        """The text of a new file with these tests."""
        body = self._body(tests)
        imports = self.imports([body])
        gap = "\n\n" if self.language == "python" else "\n"
        mark = f'"""{MARK}"""\n' if self.language == "python" else f"// {MARK}\n"
        first = f"{mark}\n" if self.language == "python" else mark
        return f"{first}{imports}{gap}{body}" if imports else f"{mark}{gap}{body}"

    def added(self, old: str, tests: Sequence[GeneratedTest]) -> list[Edit]:
        """The edits that add these tests, and their imports, to the text of a file."""
        newline = newline_of(old)
        body = self._body(tests)
        gap = "\n\n\n" if self.language == "python" else "\n\n"
        text = (gap[1:] if old.endswith("\n") else gap) + body
        edits = [Edit(len(old), len(old), text.replace("\n", newline))]
        imports = self._import_edit(old, body)
        return [Edit(imports.start, imports.end, imports.text.replace("\n", newline)), *edits] if imports is not None else edits

    def appended(self, old: str, tests: Sequence[GeneratedTest]) -> str:
        """The text to append to a file that has the text ``old``, with the imports that it lacks."""
        body = self._body(tests)
        gap = "\n\n\n" if self.language == "python" else "\n\n"
        imports = self._missing_imports(old, body)
        text = gap[old.endswith(("\n", "\r")) :] + (imports + gap[1:] if imports else "") + body
        return text.replace("\n", newline_of(old))

    def _missing_imports(self, old: str, body: str) -> str:
        if self.language != "python":
            lines = self._node_imports(body).splitlines(keepends=True)
            return "".join(line for line in lines if line.strip() not in old)
        bound = {one.bound for one in read_imports(old)}
        return render([one for one in needed([body], self.available) if one.bound not in bound], self.profile.own)

    def _import_edit(self, old: str, body: str) -> Edit | None:
        if self.language != "python":
            missing = self._missing_imports(old, body)
            last = max((match.end() for match in re.finditer(r"^import .*;?\n", old, re.MULTILINE)), default=None)
            place = last if last is not None else old.find("\n") + 1
            return Edit(place, place, missing) if missing else None
        there = read_imports(old)
        bound = {one.bound for one in there}
        missing_imports = [one for one in needed([body], self.available) if one.bound not in bound]
        if not missing_imports:
            return None
        block = _import_block(old)
        if block is None:
            place = _after_docstring(old)
            return Edit(place, place, render(missing_imports, self.profile.own))
        start, end, simple = block
        if simple:
            return Edit(start, end, render([*there, *missing_imports], self.profile.own))
        return Edit(end, end, render(missing_imports, self.profile.own))

    def _body(self, tests: Sequence[GeneratedTest]) -> str:
        if self.language != "python":
            return "\n\n".join(test.code for test in tests) + "\n"
        parts: list[str] = []
        for owner in dict.fromkeys(test.owner for test in tests):
            codes = [test.code for test in tests if test.owner == owner]
            if not owner:
                parts += codes
                continue
            methods = "\n\n".join(_indented(code) for code in codes)
            parts.append(f"class {owner}({base_of(methods)}):\n{methods}")
        return "\n\n\n".join(parts) + "\n"

    def _node_imports(self, code: str) -> str:
        used = [name for name in self.exported if re.search(rf"(?<![\w$.]){re.escape(name)}(?![\w$])", code)]
        lines = ""
        if self.profile.node == "vitest" and not self.profile.node_globals:
            names = [name for name in _VITEST if re.search(rf"(?<![\w$.]){name}\b", code)]
            lines = f'import {{ {", ".join(names)} }} from "vitest";\n' if names else ""
        module = node_module(self.path, self.place.path, self.profile)
        return lines + (f'import {{ {", ".join(sorted(used))} }} from "{module}";\n' if used else "")


def _indented(code: str) -> str:
    """A function as a method; lines inside of strings stay as they are."""
    lines = code.split("\n")
    inside: set[int] = set()
    tree = parse_python(code)
    import ast

    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno is not None and node.end_lineno > node.lineno:
            inside |= set(range(node.lineno, node.end_lineno))
    return "\n".join(line if not line.strip() or number in inside else "    " + line for number, line in enumerate(lines))


def _import_block(text: str) -> tuple[int, int, bool] | None:
    """Where the imports at the top of a file begin and end, and whether there is nothing else between them."""
    import ast

    tree = parse_python(text)
    nodes = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)] if tree is not None else []
    if not nodes:
        return None
    lines = text.splitlines(keepends=True)
    first, last = nodes[0].lineno - 1, nodes[-1].end_lineno or nodes[-1].lineno
    between = [node for node in (tree.body if tree is not None else []) if first < node.lineno - 1 < last and node not in nodes]
    simple = not between and not any("#" in line for line in lines[first:last])
    simple = simple and not any(isinstance(node, ast.ImportFrom) and (node.module == "__future__" or node.level) for node in nodes)
    simple = simple and all(one.name != "*" for node in nodes for one in node.names)
    return len("".join(lines[:first])), len("".join(lines[:last])), simple


def _after_docstring(text: str) -> int:
    tree = parse_python(text)
    if tree is None or not tree.body:
        return 0
    lines = text.splitlines(keepends=True)
    return len("".join(lines[: tree.body[0].end_lineno or 0]))
