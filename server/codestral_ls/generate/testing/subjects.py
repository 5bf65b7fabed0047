"""Which functions of a file get tests, and the file their tests go to. Pure but for looking where packages begin."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.docstrings.definitions import Definition
from codestral_ls.generate.docstrings.needs import is_public
from codestral_ls.generate.test_files import MARK
from codestral_ls.generate.testing.profile import TestProfile


@dataclass(frozen=True, slots=True)
class TestFile:
    """Where the tests of one source go: ``path`` relative to the project, the import root, and the file's first lines."""

    __test__ = False

    path: Path
    import_root: str
    head: str


def subjects_of(
    tree: SyntaxTree, definitions: list[Definition], profile: TestProfile, everything: bool
) -> list[tuple[int, Definition]]:
    """The functions and methods to test, with their number; those that tests mention already only with ``everything``."""
    chosen = []
    for number, one in enumerate(definitions):
        if not one.is_callable or one.name.startswith("__") or one.outer in ("function", "method", "arrow"):
            continue
        if not is_public(one, tree.text, tree.language.id) or (one.name in profile.tested and not everything):
            continue
        if any(re.match(r"@(\w+\.)*(overload|abstractmethod|property|\w+\.setter|fixture)\b", mark) for mark in one.decorators):
            continue
        if tree.language.id != "python" and not _is_exported(tree, one, definitions):
            continue
        chosen.append((number, one))
    return chosen


def test_file(root: Path, source: Path, language: str, profile: TestProfile) -> TestFile | None:
    """The test file of ``source``; None where it cannot be imported."""
    relative = source.resolve().relative_to(root.resolve())
    if language != "python":
        name = f"{source.stem}.generated.test{'.ts' if source.suffix != '.js' else '.js'}"
        head = f"// {MARK}\n" + ('import { expect, test } from "vitest";\n' if profile.node == "vitest" else "")
        return TestFile(relative.with_name(name), ".", head)
    package = source.resolve().parent
    while (package / "__init__.py").exists() and package != root.resolve():
        package = package.parent
    dotted = source.resolve().relative_to(package).with_suffix("")
    parts = [part for part in dotted.parts if part != "__init__"]
    if not parts or not all(part.isidentifier() for part in parts):
        return None
    import_root = os.path.relpath(package, root.resolve())
    where = [part for part in relative.with_suffix("").parts if part not in ("src", "__init__", "server")]
    return TestFile(Path(profile.folder, f"test_{'_'.join(where)}_generated.py"), import_root, f'"""{MARK}"""\n')


test_file.__test__ = False  # type: ignore[attr-defined]


def import_lines(root: Path, source: Path, language: str, target: TestFile, names: list[str]) -> str:
    """The lines that import ``names`` from ``source`` into its test file."""
    if language != "python":
        place = os.path.relpath(source.resolve().with_suffix(""), (root / target.path).resolve().parent).replace(os.sep, "/")
        return f'import {{ {", ".join(names)} }} from "{place if place.startswith(".") else "./" + place}";\n'
    dotted = source.resolve().relative_to((root / target.import_root).resolve()).with_suffix("")
    module = ".".join(part for part in dotted.parts if part != "__init__")
    return f"import pytest\n\nfrom {module} import {', '.join(names)}\n"


def _is_exported(tree: SyntaxTree, one: Definition, definitions: list[Definition]) -> bool:
    outer = one
    if one.outer == "class":
        name = one.qualified.split(".")[0]
        outer = next((other for other in definitions if other.qualified == name), one)
    return tree.text[outer.anchor : outer.anchor + 7] == "export " and not tree.text.startswith("export default", outer.anchor)
