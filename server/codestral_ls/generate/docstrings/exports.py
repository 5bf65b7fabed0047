"""Which names a JavaScript or TypeScript file exports. Pure."""

from __future__ import annotations

import re

_LIST = re.compile(r"\bexport\s*(?:type\s*)?\{([^}]*)\}(?!\s*from)|\bmodule\.exports\s*=\s*\{([^}]*)\}")
_ONE = re.compile(
    r"\bexport\s+default\s+([\w$]+)\s*;?|\bexport\s*=\s*([\w$]+)|(?:\bmodule\.)?\bexports\.[\w$]+\s*=\s*([\w$]+)|"
    r"\bmodule\.exports\s*=\s*(?:new\s+)?([\w$]+)"
)
_INLINE = re.compile(
    r"\bexport\s+(?:default\s+)?(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?"
    r"(?:function\s*\*?|class|const|let|var|interface|type|enum|namespace)\s+([\w$]+)"
)
_ANY = re.compile(r"\bexport\b|\bmodule\.exports\b|\bexports\.\w")


def exported_names(text: str, language: str) -> frozenset[str] | None:
    """The names; None if the file is not a module, so that all its names are global, or if the language has other rules."""
    if not language.startswith(("javascript", "typescript")) or not _ANY.search(text):
        return None
    found = set(_INLINE.findall(text))
    for match in _LIST.finditer(text):
        for part in (match[1] or match[2] or "").split(","):
            found.update(re.findall(r"[\w$]+", re.split(r"\bas\b|:", part)[0])[-1:])
            found.update(re.findall(r"[\w$]+", part.partition(":")[2])[:1])
    for match in _ONE.finditer(text):
        found.update(name for name in match.groups() if name)
    return frozenset(found)
