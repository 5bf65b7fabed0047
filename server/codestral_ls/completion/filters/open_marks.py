"""Whether a piece of code leaves a bracket or a string open, told from the tokens of its own tree."""

from __future__ import annotations

from codestral_ls.documents.fragments import fragment
from codestral_ls.documents.marks import unmatched


def leaves_open(text: str, language: str) -> bool:
    """Whether ``text`` opens a bracket or a string that it does not close; False without a grammar."""
    tree = fragment(language, text)
    return tree is not None and bool(unmatched(tree.marks(0, len(text))).openers)
