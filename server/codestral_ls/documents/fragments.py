"""The tree of a piece of code that is not a whole document.

Only its tokens are used, because half a statement is full of errors.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from codestral_ls.documents.languages import language_for

if TYPE_CHECKING:
    from codestral_ls.documents.syntax import SyntaxTree

LONGEST = 8_000
"""Characters of the longest piece; parsing one takes about 0.2 ms for a thousand."""
WITHIN_MS = 10.0


@lru_cache(maxsize=8)
def fragment(language: str, text: str) -> SyntaxTree | None:
    """The tree of ``text`` read as if it were a file; None without a grammar or for a piece that is too long."""
    if language_for(language).grammar is None or len(text) > LONGEST:
        return None
    from codestral_ls.documents.syntax import SyntaxTree  # tree_sitter is loaded for the first tree, not at the start

    return SyntaxTree.parse(language, text, WITHIN_MS)
