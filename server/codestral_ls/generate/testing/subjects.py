"""Which functions of a file get tests. Pure."""

from __future__ import annotations

import re

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.docstrings.documentable import Documentable
from codestral_ls.generate.docstrings.needs import is_public
from codestral_ls.generate.testing.profile import TestProfile


def subjects_of(
    tree: SyntaxTree, definitions: list[Documentable], profile: TestProfile, everything: bool
) -> list[tuple[int, Documentable]]:
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


def _is_exported(tree: SyntaxTree, one: Documentable, definitions: list[Documentable]) -> bool:
    outer = one
    if one.outer == "class":
        name = one.qualified.split(".")[0]
        outer = next((other for other in definitions if other.qualified == name), one)
    return tree.text[outer.anchor : outer.anchor + 7] == "export " and not tree.text.startswith("export default", outer.anchor)
