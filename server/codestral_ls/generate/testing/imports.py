"""The imports of a Python test file: those that its tests use, in the order that isort and ruff want. Pure."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from codestral_ls.generate.editing.python_ast import parse_python

_WIDTH = 88
_BUILT_IN = frozenset(dir(builtins)) | {"__file__", "__name__"}


@dataclass(frozen=True, slots=True)
class NamedImport:
    """``import module as alias``, or ``from module import name as alias``; a relative ``module`` begins with dots."""

    module: str
    name: str = ""
    alias: str = ""

    @property
    def bound(self) -> str:
        """The name that it binds in a file."""
        return self.alias or self.name or self.module.partition(".")[0]


def importable(source: str, module: str, package: str) -> dict[str, NamedImport]:
    """What a test of ``source`` may need, by name: its definitions (from ``module``), its imports, Python's own modules.

    ``package`` is the absolute name of the source's package, for its relative imports.
    """
    found: dict[str, NamedImport] = {}
    tree = parse_python(source)
    for node in tree.body if tree is not None else []:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.setdefault(node.name, NamedImport(module, node.name))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, NamedImport(module, target.id))
    for one in read_imports(source, package):
        found.setdefault(one.bound, one)
    for name in ("pytest", "unittest", *sorted(sys.stdlib_module_names)):
        found.setdefault(name, NamedImport(name))
    return found


def read_imports(text: str, package: str = "") -> list[NamedImport]:
    """The imports at the top level of ``text``; relative ones are made absolute if ``package`` is known."""
    tree = parse_python(text)
    found = []
    for node in tree.body if tree is not None else []:
        if isinstance(node, ast.Import):
            found += [NamedImport(one.name, "", one.asname or "") for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            module = _absolute(node, package)
            if module:
                found += [NamedImport(module, one.name, one.asname or "") for one in node.names if one.name != "*"]
    return found


def needed(codes: Iterable[str], available: Mapping[str, NamedImport]) -> list[NamedImport]:
    """The imports for the free names of the ``codes``; a name that no import provides is left to fail."""
    names: set[str] = set()
    for code in codes:
        tree = parse_python(code)
        if tree is not None:
            names |= _free(tree)
    return [available[name] for name in sorted(names) if name in available]


def render(imports: Iterable[NamedImport], first_party: Iterable[str] = ()) -> str:
    """The import lines with a newline at the end, "" for no import."""
    own = set(first_party)
    sections: dict[int, list[NamedImport]] = {}
    for one in dict.fromkeys(imports):
        sections.setdefault(_section(one.module, own), []).append(one)
    return "\n".join("".join(_lines(sections[section])) for section in sorted(sections))


def _lines(imports: list[NamedImport]) -> list[str]:
    plain = sorted((one for one in imports if not one.name), key=lambda one: (one.module.lower(), one.alias))
    lines = [f"import {one.module}{f' as {one.alias}' if one.alias else ''}\n" for one in plain]
    modules: dict[str, list[NamedImport]] = {}
    for one in imports:
        if one.name:
            modules.setdefault(one.module, []).append(one)
    for module in sorted(modules, key=lambda name: (_relative_order(name), name.lower())):
        named = sorted(modules[module], key=lambda one: (_kind(one.name), one.name.lower(), one.name))
        words = [f"{one.name}{f' as {one.alias}' if one.alias else ''}" for one in named]
        line = f"from {module} import {', '.join(words)}\n"
        if len(line) > _WIDTH + 1:
            line = f"from {module} import (\n" + "".join(f"    {word},\n" for word in words) + ")\n"
        lines.append(line)
    return lines


def _relative_order(module: str) -> int:
    """Dots first, most dots first, as isort does."""
    dots = len(module) - len(module.lstrip("."))
    return -dots


def _kind(name: str) -> int:
    """Constants, then classes, then the rest: isort's ``order-by-type``."""
    if name.isupper() and len(name) > 1:
        return 0
    return 1 if name[:1].isupper() else 2


def _section(module: str, own: set[str]) -> int:
    top = module.partition(".")[0]
    if module.startswith("."):
        return 3
    if top in own:
        return 2
    return 0 if top in sys.stdlib_module_names else 1


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - node.level + 1]
    if not kept or node.level > len(parts):
        return ""
    return ".".join([*kept, *([node.module] if node.module else [])])


def _free(tree: ast.AST) -> set[str]:
    loaded: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (loaded if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return loaded - bound - _BUILT_IN
