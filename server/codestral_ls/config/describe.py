"""The meaning of options: the text under each option in ``sections.py``, read from its source.

Used by generators and by help texts. ``load.py`` does not import it: parsing source takes milliseconds that a
starting server need not spend.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from codestral_ls.config import sections
from codestral_ls.config.fields import all_fields, section_classes


@cache
def meanings() -> Mapping[str, str]:
    """The meaning of every section (by name) and every option (by key), one paragraph each.

    Raises: ValueError for an option or section without a text, so that none can be added without.
    """
    module = ast.parse(inspect.getsource(sections))
    classes = {node.name: node for node in module.body if isinstance(node, ast.ClassDef)}
    found: dict[str, str] = {}
    for section, cls in section_classes().items():
        node = classes[cls.__name__]
        found[section] = _paragraph(ast.get_docstring(node))
        for statement, following in zip(node.body, node.body[1:], strict=False):
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                found[f"{section}.{statement.target.id}"] = _paragraph(_text_of(following))
    missing = [name for name in (*section_classes(), *all_fields()) if not found.get(name)]
    if missing:
        raise ValueError(f"sections.py does not say what this means: {', '.join(missing)}")
    return MappingProxyType(found)


def _text_of(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        return value if isinstance(value, str) else None
    return None


def _paragraph(text: str | None) -> str:
    return " ".join((text or "").split())
