"""What can be written for the definition at a cursor. Called on every cursor movement, so it looks at few lines and no file.

Light to import. ``single.py`` does the writing, and gives a reason when it refuses.
"""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.generate.docstrings.documentable import Documentable, read_definitions
from codestral_ls.generate.docstrings.needs import why_not_needed

TESTED = frozenset({"python", "javascript", "typescript"})
"""Languages that tests are written for (``testing/plan.py``)."""
NEAR = 1_000
"""Characters on both sides of the cursor in which definitions begin; a definition around the cursor is found however long it is."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Names of the definition that documentation and tests can be written for; None if they cannot.

    ``documented``: the documentation would replace an existing one.
    """

    docstring: str | None = None
    documented: bool = False
    tests: str | None = None


def offer(snapshot: Snapshot) -> Offer:
    """What can be written at the cursor, in about a millisecond if the syntax tree is known. Never raises."""
    tree = snapshot.tree()
    if tree is None or tree.has_errors:
        return Offer()
    one = definition_in(read_definitions(tree, snapshot.offset - NEAR, snapshot.offset + NEAR), snapshot)
    if one is None:
        return Offer()
    return Offer(
        one.qualified if why_no_documentation(one, snapshot) is None else None,
        one.docstring is not None,
        one.qualified if can_be_tested(one, snapshot) else None,
    )


def definition_in(definitions: list[Documentable], snapshot: Snapshot) -> Documentable | None:
    """The innermost definition around the cursor, with its decorators and its documentation."""
    line_end = max(snapshot.offset, snapshot.line_end)
    around = [
        one for one in definitions if min(one.anchor, *(one.docstring or (one.anchor,))) <= line_end and snapshot.offset <= one.end
    ]
    return min(around, key=lambda one: one.end - one.start, default=None)


def why_no_documentation(definition: Documentable, snapshot: Snapshot) -> str | None:
    """Why documentation is refused even on request, as the end of a sentence; None if it can be written."""
    return why_not_needed(definition, snapshot.text, snapshot.language, everything=True, update=True)


def can_be_tested(definition: Documentable, snapshot: Snapshot) -> bool:
    """True for a function of a file, in a language that tests are written for."""
    is_function = definition.is_callable and not definition.name.startswith("__")
    return is_function and snapshot.path is not None and snapshot.language in TESTED
