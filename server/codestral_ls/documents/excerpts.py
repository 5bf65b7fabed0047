"""The part of a large document around the cursor, cut between top-level statements: parsing it takes a fraction of the time.

Following an edit costs tree-sitter 5 to 10 ms in a file of 20,000 lines, because it looks at every top-level statement again. The
statements next to the cursor are enough to tell where the cursor is and whether an answer fits. They come from the last tree of the
whole document. Pure; offsets are ``str`` indices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codestral_ls.documents.hunks import Hunk

if TYPE_CHECKING:
    from codestral_ls.documents.syntax import SyntaxTree

LARGE = 150_000
"""Characters from which on a document is parsed in parts; below, its tree follows an edit in 1 to 2 ms."""
MARGIN = 4_000
"""Characters that a part has at least on each side of the cursor and of the edited text."""
LONGEST = 100_000
"""Characters of the longest part: a longer one costs as much as the whole."""
APART = frozenset(
    {
        "c", "cpp", "csharp", "css", "dart", "elixir", "go", "java", "javascript", "javascriptreact", "kotlin", "lua", "powershell",
        "python", "ruby", "rust", "scala", "scss", "shellscript", "swift", "typescript", "typescriptreact", "zig",
    }
)  # fmt: skip
"""Languages whose top-level statements can be read without those before them: not PHP, for one, where code begins at a tag."""


def excerpt(tree: SyntaxTree, hunks: Sequence[Hunk], text: str, offset: int) -> tuple[int, int] | None:
    """``[start, end)`` of the part of ``text`` around ``offset``; ``tree`` is an older text's, and ``hunks`` lead from it to
    ``text``.

    None if the document is small, if its parts cannot be read alone, or if the part would be too long.
    """
    if len(text) < LARGE or tree.language.id not in APART:
        return None
    first = min([offset, *(hunk.new_start for hunk in hunks)])
    last = max([offset, *(hunk.new_end for hunk in hunks)])
    growth = len(text) - len(tree.text)
    # Before the first and after the last edit both texts are the same.
    old_first = min([first, *(hunk.old_start for hunk in hunks)])
    old_last = max([last - growth, *(hunk.old_end for hunk in hunks)])
    if last - first > LONGEST:
        return None
    found = tree.statements_around(old_first - MARGIN, old_last + MARGIN)
    if found is None:
        return None
    start, end = found[0], found[1] + growth
    return (start, end) if start <= first and last <= end <= start + LONGEST else None
