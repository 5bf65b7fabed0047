"""The table of ``docs/languages.md``: which language has a syntax tree, and the features that depend on it. Pure."""

from __future__ import annotations

from codestral_ls.documents.languages import Language, all_languages

HEAD = """# Languages

Every language is completed. A language with a grammar has a syntax tree, which judges completions and distinguishes strings and
comments exactly. Without a tree an answer is only kept from repeating the text around it. "Scopes": the tree shows where a block
ends (otherwise indentation does). "Index": definitions in other files of the project are found. "Docstrings" and "mutants" are for
batches.

| language | tree | strings and comments | scopes | index | docstrings | mutants |
|---|---|---|---|---|---|---|
"""


def table() -> str:
    """The page, in the order of the languages' names."""
    rows = [_row(language) for language in sorted(all_languages(), key=lambda language: language.id)]
    return HEAD + "\n".join(rows) + "\n"


def _row(language: Language) -> str:
    tree = language.grammar is not None
    cells = [
        "yes" if tree else "no",
        "tree" if language.knows("regions") else "text",
        "tree" if language.knows("scopes") else "indentation",
        *("yes" if language.knows(query) else "no" for query in ("definitions", "docstrings", "mutants")),
    ]
    return f"| {language.id} | {' | '.join(cells)} |"
