"""The marks that editors close while the cursor's line is typed: VS Code, Neovim with a pairs plugin, Emacs, and none.

Emacs' rules were tried in Emacs 30 with `electric-pair-mode`; nvim-autopairs' are its default rules.
"""

from __future__ import annotations

from codestral_ls.documents.fragments import fragment
from codestral_ls.documents.languages import Language
from codestral_ls.documents.marks import CLOSING, PAIRS, Mark, unmatched

EDITORS = ("vscode", "neovim-autopairs", "emacs", "neovim")
"""Neovim without a plugin closes nothing."""

CLOSE_BEFORE = ";:.,=}])> \n\t\r"
"""VS Code's ``editor.autoClosingBrackets: languageDefined``: it closes only before these characters and before nothing."""
WORDLIKE = "'\"`[.%$"
"""nvim-autopairs closes nothing before these and before word characters."""
NO_PAIR = {("neovim-autopairs", "vim"): '"', ("neovim-autopairs", "rust"): "'", ("neovim-autopairs", "nix"): "'"}
"""Quotes that nvim-autopairs does not close in these languages."""


def closed_by(editor: str, language: Language, line_before: str, piece: str, after: str) -> str:
    """The closing marks after the cursor: of marks that the line opened and that the missing ``piece`` closes."""
    if editor in ("none", "neovim") or not _closes_before(editor, after[:1]):
        return ""
    marks = marks_in(line_before + piece, language.id)
    opened = unmatched([mark for mark in marks if mark.index < len(line_before)]).openers
    left = unmatched(marks).openers
    unpaired = NO_PAIR.get((editor, language.id), "")
    waiting = "" if editor == "vscode" else _waiting(after.split("\n", 1)[0])
    own = [
        mark
        for mark in opened
        if mark not in left and _is_closed(editor, mark, line_before) and mark.mark not in unpaired and mark.closing not in waiting
    ]
    # If the piece does not close the outer mark, it closes no inner one either, because pairs are nested.
    return "".join(mark.closing for mark in reversed(own))


def marks_in(text: str, language: str) -> list[Mark]:
    """The brackets and quotes in a piece of code: from its tree's tokens or, without a grammar, from a plain scan."""
    tree = fragment(language, text)
    return tree.marks(0, len(text)) if tree is not None else _plain(text)


def _closes_before(editor: str, following: str) -> bool:
    if editor == "vscode":
        return not following or following in CLOSE_BEFORE
    if editor == "emacs":
        return True  # also before words
    return not following or not (following.isalnum() or following == "_" or following in WORDLIKE)


def _is_closed(editor: str, mark: Mark, line: str) -> bool:
    previous = line[mark.index - 1 : mark.index]
    if mark.mark in CLOSING:
        return True
    if len(mark.mark) == 3:
        return editor != "emacs"
    return not (previous.isalnum() or previous in "_'\"`\\")


def _waiting(rest: str) -> str:
    """Closing marks on the rest of the line that have no partner there: Emacs and nvim-autopairs leave them for the new text."""
    found = unmatched(_plain(rest))
    return "".join(mark.mark for mark in (*found.closers, *found.openers) if mark in found.closers or mark.mark == '"')


def _plain(text: str) -> list[Mark]:
    """The brackets and double quotes of a text without a grammar, character by character."""
    found = []
    quoted = False
    for index, character in enumerate(text):
        if character == '"':
            quoted = not quoted
            found.append(Mark(index, character))
        elif not quoted and (character in PAIRS or character in CLOSING):
            found.append(Mark(index, character))
    return found
