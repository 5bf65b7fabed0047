"""What a project's tests look like: framework, folders, interpreter, imports, one example, and how its functions are called.

Determined once, before anything is written, and kept in the journal, so that a resumed run makes exactly the first run's
requests.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, cast

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.documents.text import line_text
from codestral_ls.generate.batch.kept import counts_of, fields_of, flag_of, one_of, text_of, texts_of
from codestral_ls.generate.docstrings.documentable import read_definitions
from codestral_ls.generate.editing.source import FileLeftAlone, SourceFile, read_source
from codestral_ls.generate.test_files import is_generated, is_test_file
from codestral_ls.generate.testing.running import Framework
from codestral_ls.system.bounded import read_bounded

_LOOKED_AT = 400
"""Sources that are read for calls. Test files are all read: whether a function has tests must not be guessed."""
_CALLS_KEPT = 4_000
_CALLS_EACH = 2
_EXAMPLE_CHARACTERS = 900
_ASYNC_MARK = re.compile(r"@pytest\.mark\.(?:asyncio|anyio|trio)\b(?:\([^)\n]*\))?")
_FROM = re.compile(r"^[ \t]*from (\.*)([\w.]*) import ", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*import ([\w.]+)(?: as (\w+))?[ \t]*$", re.MULTILINE)
_NODE_IMPORT = re.compile(r"""from ["'](\.[^"'\n]*)["']""")


@dataclass(frozen=True, slots=True)
class TestProfile:
    """``folders`` hold Python's tests (how many files each, relative to the project); ``calls`` are lines that call a function, by
    its name; ``tested`` the names that tests mention.

    ``module`` is the one that tests import whole ("networkx as nx"; "" if they import names), ``relative`` that they import
    relative to themselves, ``own`` the names of the project's packages. ``async_mark`` marks asynchronous tests. ``node_folder``
    is a folder next to the sources, ``node_suffix`` ".test" or ".spec".
    """

    node: Literal["vitest", "jest"] = "vitest"
    python_framework: Literal["pytest", "unittest"] = "pytest"
    folders: dict[str, int] = field(default_factory=dict)
    named_at_end: bool = False
    python: str = sys.executable
    module: str = ""
    relative: bool = False
    own: tuple[str, ...] = ()
    async_mark: str = ""
    node_folder: str = ""
    node_suffix: str = ".test"
    node_extension: bool = False
    node_globals: bool = False
    examples: dict[str, str] = field(default_factory=dict)
    calls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tested: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """As plain values for the journal."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> TestProfile:
        """From the result of ``to_json``. Raises: DamagedError."""
        given = {**asdict(cls()), **fields_of(value)}
        return cls(
            node=one_of(given["node"], ("vitest", "jest")),
            python_framework=one_of(given["python_framework"], ("pytest", "unittest")),
            folders=counts_of(given["folders"]),
            named_at_end=flag_of(given["named_at_end"]),
            python=text_of(given["python"]),
            module=text_of(given["module"]),
            relative=flag_of(given["relative"]),
            own=texts_of(given["own"]),
            async_mark=text_of(given["async_mark"]),
            node_folder=text_of(given["node_folder"]),
            node_suffix=text_of(given["node_suffix"]),
            node_extension=flag_of(given["node_extension"]),
            node_globals=flag_of(given["node_globals"]),
            examples={name: text_of(one) for name, one in fields_of(given["examples"]).items()},
            calls={name: texts_of(lines) for name, lines in fields_of(given["calls"]).items()},
            tested=texts_of(given["tested"]),
        )

    def framework(self, language: str) -> Framework:
        """The command that runs the tests of a language."""
        return self.python_framework if language == "python" else self.node


@dataclass(slots=True)
class _Observed:
    """Observations so far."""

    examples: dict[str, tuple[int, str]] = field(default_factory=dict)
    calls: dict[str, list[str]] = field(default_factory=dict)
    tested: set[str] = field(default_factory=set)
    folders: Counter[str] = field(default_factory=Counter)
    styles: Counter[str] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    own: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)
    kept: int = 0


def read_test_profile(root: Path, paths: Iterable[Path], framework: str, python: Path | None) -> TestProfile:
    """Look at the project at ``root``; ``paths`` are its sources, in order. ``framework`` "auto" finds out."""
    seen = _Observed()
    looked_at = 0
    for path in paths:
        is_test = is_test_file(path, root)
        if path.suffix == ".py" and not is_test:
            seen.own.add(_top(path, root))
        if not is_test:
            looked_at += 1
            if looked_at > _LOOKED_AT:
                continue
        try:
            source = read_source(path)
        except FileLeftAlone:
            continue
        tree = SyntaxTree.parse(source.language, source.text)
        if tree is None or is_generated(source.text):
            continue
        if is_test:
            _look_at_test(seen, source, tree, path.resolve().relative_to(root.resolve()))
        elif not tree.has_errors:
            _look_at_source(seen, tree)
    return _profile(seen, root, framework, python)


def _profile(seen: _Observed, root: Path, framework: str, python: Path | None) -> TestProfile:
    node = framework if framework in ("vitest", "jest") else _node_framework(root)
    style, relative = _style(seen)
    folders = {name: count for name, count in sorted(seen.folders.items()) if name != "."} or _empty_folder(root)
    own = {"pytest": "pytest", "unittest": "unittest"}.get(framework) or _python_framework(seen, root)
    return TestProfile(
        node=cast("Literal['vitest', 'jest']", node),
        python_framework=cast("Literal['pytest', 'unittest']", own),
        folders=folders,
        named_at_end=seen.names["x_test"] > seen.names["test_x"],
        python=str(_absolute(python) if python is not None else _python(root)),
        module=style,
        relative=relative,
        own=tuple(sorted(name for name in seen.own if name)),
        async_mark=next((mark for mark, _ in seen.marks.most_common(1)), ""),
        node_folder=next((name for name, _ in seen.names.most_common() if name in ("__tests__", "tests", "test")), ""),
        node_suffix=".spec" if seen.names[".spec"] > seen.names[".test"] else ".test",
        node_extension=seen.names["import.js"] > seen.names["import"],
        node_globals=seen.names["globals"] > seen.names["from vitest"],
        examples={kind: text for kind, (_, text) in seen.examples.items()},
        calls={name: tuple(dict.fromkeys(lines)) for name, lines in sorted(seen.calls.items())},
        tested=tuple(sorted(seen.tested)),
    )


def _look_at_test(seen: _Observed, source: SourceFile, tree: SyntaxTree, path: Path) -> None:
    text = source.text
    python = source.language == "python"
    if (example := _example(tree)) is not None:
        kind = "python" if python else "node"
        seen.examples[kind] = min(seen.examples.get(kind, example), example)
    seen.tested |= {tree.text[one.start : one.end] for one in tree.captures("references")}
    if not python:
        _look_at_node_test(seen, text, path)
        return
    if path.name == "conftest.py" or path.name.startswith("__"):
        seen.names["pytest"] += path.name == "conftest.py"
        return
    if path.name.startswith("test_") or path.name.endswith("_test.py"):
        seen.folders[path.parent.as_posix()] += 1
        seen.names["test_x" if path.name.startswith("test_") else "x_test"] += 1
    seen.marks.update(re.sub(r"\s+", "", mark) for mark in _ASYNC_MARK.findall(text))
    seen.names["pytest"] += bool(re.search(r"^(import pytest|from pytest )|^(async )?def test_", text, re.MULTILINE))
    seen.names["unittest"] += "TestCase" in text
    for dots, module in _FROM.findall(text):
        seen.styles["relative" if dots else f"from {module.partition('.')[0]}"] += 1
    for module, alias in _IMPORT.findall(text):
        seen.styles[f"import {module} as {alias}" if alias else f"import {module}"] += 1


def _look_at_node_test(seen: _Observed, text: str, path: Path) -> None:
    if path.parent.name in ("__tests__", "tests", "test") and len(path.parts) > 2:
        seen.names[path.parent.name] += 1
    seen.names[".spec" if ".spec." in path.name else ".test"] += 1
    for place in _NODE_IMPORT.findall(text):
        seen.names["import.js" if place.endswith((".js", ".mjs")) else "import"] += 1
    seen.names["from vitest" if re.search(r"""from ["']vitest["']""", text) else "globals"] += 1


def _look_at_source(seen: _Observed, tree: SyntaxTree) -> None:
    for capture in tree.captures("references"):
        name = tree.text[capture.start : capture.end]
        if capture.name == "reference.call" and seen.kept < _CALLS_KEPT and len(seen.calls.get(name, ())) < _CALLS_EACH:
            line = line_text(tree.text, capture.start).strip()
            if len(line) <= 160 and not line.startswith(("def ", "class ", "function ")):
                seen.calls.setdefault(name, []).append(line)
                seen.kept += 1


def _style(seen: _Observed) -> tuple[str, bool]:
    """The module that tests import whole ("" if most import names), and whether they import relative to themselves."""
    whole: Counter[str] = Counter()
    named = relative = 0
    for style, count in seen.styles.items():
        word, _, rest = style.partition(" ")
        if style == "relative":
            relative += count
        elif rest.partition(".")[0].partition(" ")[0] in seen.own:
            if word == "import" and ("." not in rest.partition(" as ")[0] or " as " in rest):
                whole[rest] += count
            elif word == "from":
                named += count
    module, count = next(iter(whole.most_common(1)), ("", 0))
    if count > named + relative:
        return module, False
    return "", relative > named


def _python_framework(seen: _Observed, root: Path) -> str:
    if not seen.names["unittest"] or seen.names["pytest"]:
        return "pytest"
    for name in ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"):
        try:
            text = read_bounded(root / name).decode("utf-8", "replace")
        except OSError:
            continue
        if re.search(r"\[(tool\.)?pytest(\.ini_options)?\]|\[tool:pytest\]", text):
            return "pytest"
    return "unittest"


def _empty_folder(root: Path) -> dict[str, int]:
    return {name: 0 for name in ("tests", "test") if (root / name).is_dir()}


def _top(path: Path, root: Path) -> str:
    """The name by which a source's package is imported, as far as its path shows."""
    parts = path.resolve().relative_to(root.resolve()).with_suffix("").parts
    rest = [part for part in parts if part not in ("src", "lib", "python", "server")]
    return rest[0] if rest and rest[0].isidentifier() else ""


def _example(tree: SyntaxTree) -> tuple[int, str] | None:
    """The test whose length is nearest to a good example's, with its distance."""
    found = []
    for definition in read_definitions(tree):
        is_test = definition.name.startswith("test") and definition.outer == ""
        if is_test and definition.end - definition.start < _EXAMPLE_CHARACTERS:
            text = tree.text[definition.anchor : definition.end]
            found.append((abs(len(text) - 350), text))
    return min(found, default=None)


def _python(root: Path) -> Path:
    """The project's own interpreter, that of the active environment, or the one that runs this."""
    active = [Path(os.environ[name]) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(name)]
    for folder in (root / ".venv", root / "venv", *active):
        for place in ("bin/python", "Scripts/python.exe"):
            if (folder / place).exists():
                return folder / place
    return Path(sys.executable)


def _absolute(python: Path) -> Path:
    """As named on the command line; a bare name is looked up as a shell does. Links are kept: an environment's interpreter is a
    link.
    """
    import shutil

    if len(python.parts) == 1 and (found := shutil.which(str(python))) is not None:
        return Path(found)
    return Path(os.path.abspath(python))  # noqa: PTH100 - resolve() would leave the environment


def _node_framework(root: Path) -> str:
    try:
        package = json.loads(read_bounded(root / "package.json"))
        named = {**package.get("dependencies", {}), **package.get("devDependencies", {})}
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        named = {}
    return "jest" if "jest" in named and "vitest" not in named else "vitest"
