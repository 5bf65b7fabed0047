"""Where completion is switched off: files, commit messages, comments, strings and prose. Pure, apart from a cache.

Files that are switched off here may still be context for others. Private files (``documents/privacy.py``) may not.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codestral_ls.completion.answer import Ask
from codestral_ls.config import CompletionOptions
from codestral_ls.documents.ignoring.own import encoded, patterns_from
from codestral_ls.documents.ignoring.repository_rules import ignored_within
from codestral_ls.documents.snapshot import Snapshot

COMMIT_LANGUAGES = frozenset(
    {"git-commit", "gitcommit", "git-rebase", "gitrebase", "jj-commit", "jjdescription", "hgcommit", "svn", "scminput"}
)
"""Language ids of VS Code and file types of Vim and Emacs for messages and lists of commits."""

COMMIT_FILES = frozenset(
    {
        "COMMIT_EDITMSG", "MERGE_MSG", "SQUASH_MSG", "TAG_EDITMSG", "NOTES_EDITMSG", "EDIT_DESCRIPTION", "PULLREQ_EDITMSG",
        "git-rebase-todo", "addp-hunk-edit.diff",
    }
)  # fmt: skip
"""Names under which git (``git help commit``, ``rebase``, ``tag``, ``notes``) and its companions open an editor."""

PROSE = frozenset({"plaintext", "text", "restructuredtext", "rst", "asciidoc", "latex", "tex", "org"})
"""Languages that are all prose. Markdown is prose outside its code blocks."""

MARKDOWN = frozenset({"markdown", "mdx", "quarto", "rmd"})


class Off:
    """The answer for one session; ``roots`` are the workspace's folders, from which patterns count."""

    def __init__(self, options: CompletionOptions, roots: Sequence[Path] = ()) -> None:
        self._options = options
        self._patterns = patterns_from("\n".join(options.disabled_globs)) if options.disabled_globs else None
        self._depths = [(root.parts, len(root.parts) - 1) for root in roots]

    def why(self, snapshot: Snapshot, ask: Ask) -> str | None:
        """Why nothing is completed here, as a word for the log, or None.

        Rules about files apply to every request. Rules about regions do not apply to explicit requests: a user who asks in a
        comment wants an answer there.
        """
        if self._names(snapshot.path):
            return "file_disabled"
        if ask.invoked:
            return None
        if not self._options.commit_messages and is_commit(snapshot):
            return "commit_message"
        return self._region(snapshot)

    def _names(self, path: Path | None) -> bool:
        if self._patterns is None or path is None:
            return False
        depth = max((depth for parts, depth in self._depths if path.parts[: len(parts)] == parts), default=0)
        return ignored_within([(depth, self._patterns)], encoded(path), is_folder=False)

    def _region(self, snapshot: Snapshot) -> str | None:
        places = self._options.disabled_in
        if "prose" in places and is_prose(snapshot):
            return "prose"
        if not {"comments", "strings"}.isdisjoint(places):
            region = snapshot.region()
            if f"{region}s" in places:
                return region
        return None


def is_commit(snapshot: Snapshot) -> bool:
    """True if the document is one that a version control system opens an editor for."""
    if snapshot.language in COMMIT_LANGUAGES:
        return True
    name = snapshot.path.name if snapshot.path is not None else snapshot.uri.rsplit("/", 1)[-1]
    return name in COMMIT_FILES or name.endswith(".jjdescription") or name.startswith("hg-editor-")


def is_prose(snapshot: Snapshot) -> bool:
    """True if the cursor is in prose."""
    if snapshot.language in PROSE:
        return True
    return snapshot.language in MARKDOWN and not in_fence(snapshot.text[: snapshot.offset])


def in_fence(before: str) -> bool:
    """True if a Markdown text ends inside a fenced code block (CommonMark 0.31, 4.5), or on a line of it."""
    fence = ""
    for line in before.split("\n"):
        bare = line.strip().removeprefix("> ")
        if not fence:
            mark = bare[:1]
            length = len(bare) - len(bare.lstrip(mark)) if mark in ("`", "~") else 0
            if length >= 3 and (mark == "~" or "`" not in bare[length:]):
                fence = mark * length
        elif bare.startswith(fence) and not bare.strip(fence[0]):
            fence = ""
    return bool(fence)
