"""The calls to change after their definition has changed: a parameter was renamed, removed or added, or the function is
asynchronous now.

Only calls within one line in open documents count, and only if the function is defined once. An added argument is proposed only
where a variable with the parameter's name exists; anything else would be a guess. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codestral_ls.edits.awaited_calls import ASYNC_LANGUAGES, AwaitChange, await_change, awaited, may_await
from codestral_ls.edits.changes import LineChange
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.edit_candidates import imports_name
from codestral_ls.edits.scoping import function_at
from codestral_ls.edits.signatures import ParameterChange, Signature, change_between, followed, signature_of

NEWEST = 6
"""Changes that are considered: once a first call has been changed, the definition's change is no longer the last."""
_LANGUAGES = frozenset(
    {"python", "javascript", "javascriptreact", "typescript", "typescriptreact", "rust", "go"}
)  # fmt: skip
_NAMED = frozenset({"python"})


@dataclass(frozen=True, slots=True)
class FollowedCall:
    """Line ``line`` of a page would become ``text``."""

    page: DocumentLines
    line: int
    text: str


def followed_calls(changes: Sequence[LineChange], pages: Sequence[DocumentLines]) -> Iterator[FollowedCall]:
    """The calls that no longer fit a function whose definition has changed, those in the changed document first."""
    for change in reversed(changes[-NEWEST:]):
        if change.language not in _LANGUAGES:
            continue
        for old, new in change.pairs():
            before, after = signature_of(old), signature_of(new)
            if before is None or after is None:
                continue
            made = change_between(before, after) or (await_change(before, after) if change.language in ASYNC_LANGUAGES else None)
            if made is None or _definitions(after.name, pages) != 1:
                continue
            for page in sorted(pages, key=lambda page: page.uri != change.uri):
                if page.language == change.language and (page.uri == change.uri or _knows(page, change.uri, after.name)):
                    yield from _in_page(page, page.uri == change.uri, after, made, changes)


def _knows(page: DocumentLines, uri: str, name: str) -> bool:
    """True if another page knows the functions of document ``uri``: it imports it, or both are files of one Go package."""
    same_folder = page.uri.rpartition("/")[0] == uri.rpartition("/")[0]
    return (page.language == "go" and same_folder) or imports_name(page, uri, name)


def _definitions(name: str, pages: Sequence[DocumentLines]) -> int:
    found = (signature_of(page.line(number)) for page in pages for number in page.lines_with(f"{name}("))
    return sum(one is not None and one.name == name for one in found)


def _in_page(
    page: DocumentLines, is_home: bool, signature: Signature, made: ParameterChange | AwaitChange, changes: Sequence[LineChange]
) -> Iterator[FollowedCall]:
    # A method is called on an object. A function is called by its name, in another file possibly after its module's name.
    before = r"\." if signature.is_method else r"(?<![\w.])" if is_home else r"(?<!\w)"
    called = re.compile(rf"{before}{re.escape(signature.name)}\(")
    for number in page.lines_with(f"{signature.name}("):
        line = page.line(number)
        defines = signature_of(line)
        if (defines is not None and defines.name == signature.name) or _was_followed(page, number, changes):
            continue
        for found in called.finditer(line):
            opening = found.end() - 1
            if isinstance(made, AwaitChange):
                text = awaited(line, opening, made, page.language)
            else:
                text = followed(line, opening, made, named=page.language in _NAMED)
            if text is not None and _is_code(page, number, found.start()) and _is_possible(made, page, number):
                yield FollowedCall(page, number, text)
                break


def _is_possible(made: ParameterChange | AwaitChange, page: DocumentLines, number: int) -> bool:
    """Whether a line may contain what the change adds: ``await``, or the variable with a new parameter's name."""
    if isinstance(made, AwaitChange):
        return not made.is_needed or may_await(page, number)
    return made.kind != "added" or _is_at_hand(made.new, page, number)


def _was_followed(page: DocumentLines, number: int, changes: Sequence[LineChange]) -> bool:
    return any(change.uri == page.uri and change.start <= number < change.end for change in changes)


def _is_code(page: DocumentLines, number: int, column: int) -> bool:
    return page.tree is not None and page.tree.region_at(page.starts[number] + column + 1) == "code"


def _is_at_hand(name: str, page: DocumentLines, number: int) -> bool:
    """True if the function around a line has a variable of this name before that line: a parameter, or an assigned name."""
    scope = function_at(page, number)
    if scope is None:
        return False
    head = signature_of(page.line(page.line_at(scope[0])))
    text = page.text[scope[0] : page.starts[number]]
    bound = re.compile(rf"(?:^|;)\s*(?:(?:let|const|var)\s+(?:mut\s+)?)?{re.escape(name)}\s*(?::[^=\n]+)?:?=(?!=)", re.MULTILINE)
    own = () if head is None else head.parameters
    return any(re.match(rf"(?:mut\s+)?{re.escape(name)}\b", one) for one in own) or bound.search(text) is not None
