"""Where the last changes could be repeated, and the evidence for each place. The probability is computed elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import NamedTuple

from codestral_ls.documents.cells import share_names
from codestral_ls.edits.changes import LineChange
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.evidence import EditEvidence
from codestral_ls.edits.line_tokens import is_word, line_likeness
from codestral_ls.edits.rules import Deletion, Insertion, LineRule, Made, NameRule, Rule, Sibling, rules_of
from codestral_ls.edits.time_limit import unlimited

NEWEST = 6
"""Changes from which rules are derived; older ones only count as evidence."""
_KINDS: dict[type[Rule], str] = {
    NameRule: "name",
    LineRule: "line",
    Deletion: "deletion",
    Insertion: "insertion",
    Sibling: "sibling",
}
MOST_PLACES = 80
"""A rule that would change more lines than this is too unspecific to propose anything."""


class EditCandidate(NamedTuple):
    """Lines ``[line, end)`` (from 0) of document ``uri`` would become ``lines``.

    A named tuple, because a search creates hundreds.
    """

    uri: str
    line: int
    end: int
    lines: tuple[str, ...]
    rule: Rule
    evidence: EditEvidence


def candidates(
    changes: Sequence[LineChange], pages: Sequence[DocumentLines], is_over: Callable[[], bool] = unlimited
) -> list[EditCandidate]:
    """What the ``changes`` (oldest first) suggest for the lines of ``pages`` that have not been changed yet.

    Once ``is_over`` returns True, returns what was found so far: only complete rules, because a candidate's chance depends on how
    many candidates its rule has.
    """
    changed = _changed_lines(changes)
    found: list[EditCandidate] = []
    seen: set[Rule] = set()
    for age, change in enumerate(reversed(changes[-NEWEST:])):
        for rule in rules_of(change):
            if rule in seen:
                continue
            seen.add(rule)
            of_rule = list(_of_rule(rule, change, age, changes, pages, changed, is_over))
            if is_over():
                return found
            found += of_rule
    return found


def _of_rule(
    rule: Rule,
    change: LineChange,
    age: int,
    changes: Sequence[LineChange],
    pages: Sequence[DocumentLines],
    changed: dict[str, set[int]],
    is_over: Callable[[], bool],
) -> Iterator[EditCandidate]:
    support, against = _judged(rule, change, changes, is_over)
    if isinstance(rule, Insertion) and not support:
        return  # lines that were added once are new code
    places = list(islice(_everywhere(rule, pages, changed, is_over), MOST_PLACES + 1))
    if is_over() or not 0 < len(places) <= MOST_PLACES:
        return
    origin = next((page for page in pages if page.uri == change.uri), None)
    old_core = rule.old if isinstance(rule, NameRule) else ()
    kind, size = _KINDS[type(rule)], len(change.old) + len(change.new)
    core = sum(len(token) for token in old_core if is_word(token))
    was_known = origin is not None and isinstance(rule, NameRule) and _was_known(rule, change, origin)
    gone = origin is not None and isinstance(rule, NameRule) and _is_gone(rule, change, origin)
    is_number = bool(old_core) and next(token for token in old_core if is_word(token))[0].isdigit()
    before = [old for old, _ in change.pairs()] or list(change.old) or [change.above]
    stripped_olds = [old.strip() for old in before]
    importers = {page.uri for page, _, _ in places if isinstance(rule, NameRule) and _imports(page, rule, change)}
    for page, number, made in places:
        line = page.line(number)
        same, stripped = page.uri == change.uri, line.strip()
        evidence = EditEvidence(
            kind=kind,
            support=support,
            against=against,
            age=age,
            common=max((line_likeness(old, line) for old in before), default=0.0),
            left=made.left,
            right=made.right,
            core=core,
            same_file=same,
            distance=abs(number - change.start) if same else 0,
            identical=stripped in stripped_olds,
            places=len(places),
            was_known=was_known,
            gone=gone,
            imported=page.uri in importers,
            size=size,
            number=is_number,
        )
        yield EditCandidate(page.uri, number, number + made.count, made.lines, rule, evidence)


def _was_known(rule: NameRule, change: LineChange, page: DocumentLines) -> bool:
    """True if the text that a rule inserts is elsewhere in the file, too."""
    text = "".join(rule.new).strip()
    return bool(text) and page.text.count(text) > sum(line.count(text) for line in change.new)


_DEFINES = (
    r"(?:\b(?:def|class|fn|func|function|let|const|var|val|type|struct|enum|interface|trait|mod|static|#define)\s+"
    r"(?:\([^)]*\)\s*)?{0}\b|^[ \t]*{0}\s*(?::[^=\n]+)?:?=[^=])"
)
"""How a line defines a name in the known languages, receivers of Go's methods included.

Never tried on a longer text: for a file full of open brackets, the time would grow with the square of its length.
"""


def _is_gone(rule: NameRule, change: LineChange, page: DocumentLines) -> bool:
    if len(rule.old) != 1 or len(rule.new) != 1:
        return False
    pattern = re.compile(_DEFINES.format(re.escape(rule.old[0])))
    defined = any(pattern.search(line) for line in change.old)
    return defined and not any(pattern.search(page.line(number)) for number in page.lines_with(rule.old[0]))


_IMPORT = re.compile(r"\b(?:import|from|use|require|include)\b")


def _imports(page: DocumentLines, rule: NameRule, change: LineChange) -> bool:
    """True if a page has the name that a rule replaces from the file of the change: by an import line, or written after that
    file's name.
    """
    return page.uri != change.uri and len(rule.old) == 1 and imports_name(page, change.uri, rule.old[0])


def imports_name(page: DocumentLines, uri: str, name: str) -> bool:
    """True if another page has ``name`` from document ``uri``: by an import line, or written after that file's name."""
    if share_names(page.uri, uri):
        return True
    home = re.compile(rf"\b{re.escape(PurePosixPath(uri).name.partition('.')[0])}\b")
    for number in page.lines_with(name):
        line = page.line(number)
        if home.search(line) and (_IMPORT.search(line) or re.search(rf"{home.pattern}(?:\.|::){re.escape(name)}\b", line)):
            return True
    return False


def _everywhere(
    rule: Rule, pages: Iterable[DocumentLines], changed: dict[str, set[int]], is_over: Callable[[], bool]
) -> Iterator[tuple[DocumentLines, int, Made]]:
    for page in pages:
        without = changed.get(page.uri, set())
        for number in page.lines_with(rule.anchor):
            if is_over():
                return
            made = None if number in without else rule.applied(page.lines_from(number))
            if made is not None and without.isdisjoint(range(number, number + made.count)):
                yield page, number, made


def _judged(rule: Rule, origin: LineChange, changes: Iterable[LineChange], is_over: Callable[[], bool]) -> tuple[int, int]:
    """How many other changes the rule explains, and how many of their lines it gets wrong."""
    right = wrong = 0
    for change in changes:
        if change is origin or is_over():
            continue
        results = [made.lines == after for before, after in _told(rule, change) if (made := rule.applied(before)) is not None]
        right += any(results)
        wrong += results.count(False)
    return right, wrong


def _told(rule: Rule, change: LineChange) -> Iterator[tuple[Sequence[str], tuple[str, ...]]]:
    """The lines of a change on which a rule of this kind can be tested, and the user's result for each."""
    if isinstance(rule, Sibling):
        if not change.old and rule.anchor in change.above:
            yield (change.above,), (change.above, *change.new)
    elif isinstance(rule, Deletion):
        if not change.new and rule.anchor in "\n".join(change.old):
            yield change.old, ()
    elif isinstance(rule, Insertion):
        if not change.old and rule.anchor in change.above:
            yield (change.above,), (change.above, *change.new)
    else:
        for old, new in change.pairs():
            if rule.anchor in old:
                yield (old,), (new,)


def _changed_lines(changes: Iterable[LineChange]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for change in changes:
        found.setdefault(change.uri, set()).update(range(change.start, change.end))
    return found
