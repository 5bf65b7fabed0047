"""Which definitions need documentation. Pure; one small rule per language for what is public."""

from __future__ import annotations

import re

from codestral_ls.generate.docstrings.definitions import Definition

_SKIPPED = re.compile(r"@(\w+\.)*(overload|\w+\.(setter|deleter|getter))\b")


def why_not_needed(
    definition: Definition, text: str, language: str, *, everything: bool = False, update: bool = False
) -> str | None:
    """Why this definition gets no documentation now; None when it shall get some.

    ``everything`` takes private and nested ones too; ``update`` takes documented ones too.
    """
    if definition.docstring is not None and not (update and _is_documentation(definition, text, language)):
        return "it is documented"
    if definition.inherited:
        return "what it overrides is documented"
    if any(_SKIPPED.match(one) for one in definition.decorators):
        return "its first overload or getter is documented"
    if not everything and not is_public(definition, text, language):
        return "it is not public"
    return definition.obstacle or None


def is_public(definition: Definition, text: str, language: str) -> bool:
    """Whether others are meant to use it, by the language's own rule."""
    if definition.outer in ("function", "method", "arrow"):
        return False
    head = text[definition.anchor : definition.start] + _before_name(definition, text)
    words = set(re.findall(r"\w+", head))
    parts = definition.qualified.split(".")
    if language == "go":
        return definition.name[:1].isupper()
    if language == "rust":
        return "pub" in words or definition.outer == "type"
    if language in ("java", "csharp"):
        return bool(words & {"public", "protected"}) or (definition.outer == "class" and _in_interface(definition, text))
    if language == "python":
        return all(not part.startswith("_") for part in parts) or (
            parts[-1] == "__init__" and bool(definition.parameters) and not any(p.startswith("_") for p in parts[:-1])
        )
    return "private" not in words and not any(part.startswith(("_", "#")) for part in parts)


def _before_name(definition: Definition, text: str) -> str:
    signature = text[definition.start : definition.signature_end]
    return signature[: max(0, signature.find(definition.name))]


def _in_interface(definition: Definition, text: str) -> bool:
    """Whether the nearest type word before it is ``interface``: members of interfaces are public without a word."""
    found = re.findall(r"\b(class|interface|struct|enum|record)\b\s+\w", text[: definition.start])
    return bool(found) and found[-1] == "interface"


def _is_documentation(definition: Definition, text: str, language: str) -> bool:
    """Whether what stands there is documentation, which ``update`` may replace, and not some other comment."""
    assert definition.docstring is not None
    start, end = definition.docstring
    if language == "python":
        return not re.match(r"[\w\"']*['\"][^'\"]*['\"]\s+['\"]", text[start:end]) and "\\" not in text[start:end]
    if language == "go":
        return text.startswith("//", start) and not re.search(r"^\s*//(go:|export|line|nolint)", text[start:end], re.M)
    return text.startswith(("/**", "///"), start)
