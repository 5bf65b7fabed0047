"""What a project's tests look like: framework, folder, interpreter, one example, and how its functions are called.

Looked at once, before anything is written, and kept in the journal, so that a resumed run asks exactly what the first one asked.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal, cast

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.documents.text import line_text
from codestral_ls.generate.docstrings.definitions import read_definitions
from codestral_ls.generate.source import FileLeftAlone, read_source
from codestral_ls.generate.test_files import is_generated, is_test_file
from codestral_ls.generate.testing.frameworks import Framework

_LOOKED_AT = 400
_CALLS_KEPT = 4_000
_CALLS_EACH = 2
_EXAMPLE_CHARACTERS = 900


@dataclass(frozen=True, slots=True)
class TestProfile:
    """``folder`` of Python's tests relative to the project; ``calls`` are lines that call a function, by its name; ``tested`` the
    names that tests mention.
    """

    __test__ = False

    node: Literal["vitest", "jest"] = "vitest"
    folder: str = "tests"
    python: str = sys.executable
    examples: dict[str, str] = field(default_factory=dict)
    calls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tested: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain values for the journal."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> TestProfile:
        """From what ``to_json`` gave."""
        calls = {name: tuple(lines) for name, lines in values["calls"].items()}
        return cls(**{**values, "calls": calls, "tested": tuple(values["tested"])})

    def framework(self, language: str) -> Framework:
        """What runs the tests of a language."""
        return "pytest" if language == "python" else self.node


def read_test_profile(root: Path, paths: Iterable[Path], framework: str, python: Path | None) -> TestProfile:
    """Look at the project at ``root``; ``paths`` are its sources, in order. ``framework`` "auto" finds out."""
    examples: dict[str, tuple[int, str]] = {}
    calls: dict[str, list[str]] = {}
    tested: set[str] = set()
    kept = 0
    for path in islice(paths, _LOOKED_AT):
        try:
            source = read_source(path)
        except FileLeftAlone:
            continue
        tree = SyntaxTree.parse(source.language, source.text)
        if tree is None or tree.has_errors or is_generated(source.text):
            continue
        is_test = is_test_file(path, root)
        if is_test and (example := _example(tree)) is not None:
            kind = "python" if source.language == "python" else "node"
            examples[kind] = min(examples.get(kind, example), example)
        for capture in tree.captures("references"):
            name = tree.text[capture.start : capture.end]
            if is_test:
                tested.add(name)
            elif capture.name == "reference.call" and kept < _CALLS_KEPT and len(calls.get(name, ())) < _CALLS_EACH:
                line = line_text(tree.text, capture.start).strip()
                if len(line) <= 160 and not line.startswith(("def ", "class ", "function ")):
                    calls.setdefault(name, []).append(line)
                    kept += 1
    node = framework if framework in ("vitest", "jest") else _node_framework(root)
    return TestProfile(
        cast("Literal['vitest', 'jest']", node),
        next((name for name in ("tests", "test") if (root / name).is_dir()), "tests"),
        str(python or _python(root)),
        {kind: text for kind, (_, text) in examples.items()},
        {name: tuple(dict.fromkeys(lines)) for name, lines in sorted(calls.items())},
        tuple(sorted(tested)),
    )


def _example(tree: SyntaxTree) -> tuple[int, str] | None:
    """The test whose length is nearest to a good example's, with its distance."""
    found = []
    for definition in read_definitions(tree):
        if (
            definition.name.startswith("test")
            and definition.outer == ""
            and definition.end - definition.start < _EXAMPLE_CHARACTERS
        ):
            text = tree.text[definition.anchor : definition.end]
            found.append((abs(len(text) - 350), text))
    return min(found, default=None)


def _python(root: Path) -> str:
    """The project's own interpreter, or the one that runs this."""
    for name in (".venv", "venv"):
        for place in ("bin/python", "Scripts/python.exe"):
            if (root / name / place).exists():
                return str(root / name / place)
    return sys.executable


def _node_framework(root: Path) -> str:
    try:
        package = json.loads((root / "package.json").read_text(encoding="utf-8"))
        named = {**package.get("dependencies", {}), **package.get("devDependencies", {})}
    except (OSError, ValueError, AttributeError, TypeError):
        named = {}
    return "jest" if "jest" in named and "vitest" not in named else "vitest"
