"""Below the command line, the batch has no loose types, uses no terminal and no program arguments, by its imports and names."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import codestral_ls.generate

ROOT = Path(codestral_ls.generate.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(ROOT).as_posix() for path in FILES])
def test_no_loose_type_and_no_terminal(path: Path) -> None:
    tree = ast.parse(path.read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    modules = {one.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    modules |= {(node.module or "").partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "Any" not in names
    assert not modules & {"argparse", "rich"}
