"""The role of a comment above a definition: its documentation, a directive that must stay directly above it, or another remark.

Pure. The forms are those that the languages' own tools read as documentation or as an instruction.
"""

from __future__ import annotations

import re
from typing import Literal

Role = Literal["documentation", "directive", "remark"]

_GO_DIRECTIVE = re.compile(r"//(?:[a-z0-9]+:[a-z0-9]|(?:line|export|extern) |nolint\b)")
"""https://go.dev/doc/comment#syntax: tool directives are no part of a doc comment, and gofmt puts them at its end."""
_NODE_DIRECTIVE = re.compile(
    r"(?://|/\*)\s*(?:@ts-(?:ignore|expect-error)|(?:eslint|oxlint)-disable|eslint\b|(?:deno|biome|prettier|rome)-(?:lint-)?ignore|"
    r"tslint:|(?:istanbul|c8|v8|webpack\w*)\b|[@#]__\w+__)"
)
_MARKED = re.compile(r"/\*\*(?![*/])|///(?!/)")
_JSDOC = re.compile(r"/\*\*(?![*/])")


def role_of(language: str, comment: str) -> Role:
    """The role of one comment, given with its marks."""
    if language == "go":
        return "directive" if _GO_DIRECTIVE.match(comment) else "documentation"
    if language.startswith(("javascript", "typescript")):
        if _NODE_DIRECTIVE.match(comment):
            return "directive"
        return "documentation" if _JSDOC.match(comment) else "remark"
    return "documentation" if _MARKED.match(comment) else "remark"
