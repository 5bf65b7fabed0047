"""Which definitions need documentation. Pure; one small rule per language for what is public."""

from __future__ import annotations

import re

from codestral_ls.generate.docstrings.documentable import Documentable

IGNORABLE = {
    "init-method": "__init__ and other constructors",
    "magic": "other methods with two underscores on both sides",
    "property-decorators": "properties",
    "nested-classes": "classes inside of classes",
    "nested-functions": "functions inside of functions (only with --all are they looked at)",
    "semiprivate": "names with one underscore in front (only with --all)",
    "private": "names with two underscores in front (only with --all)",
}
"""Kinds of definitions that a project may leave without documentation, by the names that interrogate gives them."""
_SKIPPED = re.compile(r"@(\w+\.)*(overload|\w+\.(setter|deleter|getter))\b")


def why_not_needed(
    definition: Documentable,
    text: str,
    language: str,
    *,
    everything: bool = False,
    update: bool = False,
    ignore: frozenset[str] = frozenset(),
    exported: frozenset[str] | None = None,
) -> str | None:
    """Why this definition gets no documentation now; None if it needs some.

    ``everything`` takes private and nested ones too; ``update`` takes documented ones too; ``ignore`` has kinds of
    ``IGNORABLE`` that need none; ``exported`` has the names that a module exports (None: all).
    """
    if definition.docstring is not None and not (update and _is_documentation(definition, text, language)):
        return "it is documented"
    if definition.inherited:
        return "what it overrides is documented"
    is_setter = language.startswith(("javascript", "typescript")) and re.search(r"\bset\s+$", _before_name(definition, text))
    if is_setter or any(_SKIPPED.match(one) for one in definition.decorators):
        return "its first overload or getter is documented"
    if any(_is_kind(definition, kind) for kind in ignore):
        return "its kind is ignored"
    if not everything and not is_public(definition, text, language, exported):
        return "it is not public"
    return definition.obstacle or None


def _is_kind(definition: Documentable, kind: str) -> bool:
    """True if the definition is of one of the kinds that may be ignored."""
    name, is_class = definition.name, definition.kind in ("class", "type")
    is_magic = name.startswith("__") and name.endswith("__") and len(name) > 4
    if kind == "init-method":
        return name in ("__init__", "constructor")
    if kind == "magic":
        return is_magic and name != "__init__"
    if kind == "property-decorators":
        return any(re.match(r"@(\w+\.)*(cached_)?property\b", one) for one in definition.decorators)
    if kind == "nested-classes":
        return is_class and definition.outer in ("class", "type")
    if kind == "nested-functions":
        return not is_class and definition.outer in ("function", "method", "arrow")
    if kind == "private":
        return name.startswith("__") and not is_magic
    return name.startswith("_") and not name.startswith("__")


def is_public(definition: Documentable, text: str, language: str, exported: frozenset[str] | None = None) -> bool:
    """True if it is public by the language's own rule."""
    if definition.outer in ("function", "method", "arrow"):
        return False
    head = text[definition.anchor : definition.start] + _before_name(definition, text)
    words = set(re.findall(r"\w+", head))
    parts = definition.qualified.split(".")
    if language == "go":
        return all(part[:1].isupper() for part in parts)
    if language == "rust":
        return re.search(r"\bpub\b(?!\s*\()", head) is not None or definition.outer == "type"
    if language in ("java", "csharp"):
        return bool(words & {"public", "protected"}) or (definition.outer == "class" and _in_interface(definition, text))
    if language == "python":
        return all(not part.startswith("_") for part in parts) or (
            parts[-1] == "__init__" and bool(definition.parameters) and not any(p.startswith("_") for p in parts[:-1])
        )
    if words & {"private", "protected"} or any(part.startswith(("_", "#")) for part in parts):
        return False
    return exported is None or "export" in words or parts[0] in exported


def _before_name(definition: Documentable, text: str) -> str:
    signature = text[definition.start : definition.signature_end]
    name = re.search(rf"(?<![\w$]){re.escape(definition.name)}(?![\w$])", signature)  # `b` is also in `pub`
    return signature[: name.start()] if name is not None else ""


def _in_interface(definition: Documentable, text: str) -> bool:
    """True if the nearest type keyword before it is ``interface``: members of interfaces are public without a keyword."""
    found = re.findall(r"\b(class|interface|struct|enum|record)\b\s+\w", text[: definition.start])
    return bool(found) and found[-1] == "interface"


def _is_documentation(definition: Documentable, text: str, language: str) -> bool:
    """True if the comment there is documentation, which ``update`` may replace, and not some other comment."""
    assert definition.docstring is not None
    start, end = definition.docstring
    if language == "python":
        return not re.match(r"[\w\"']*['\"][^'\"]*['\"]\s+['\"]", text[start:end]) and "\\" not in text[start:end]
    if language == "go":
        return text.startswith("//", start) and not re.search(r"^\s*//(go:|export|line|nolint)", text[start:end], re.M)
    return text.startswith(("/**", "///"), start)
