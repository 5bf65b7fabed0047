"""Calls of a function that became asynchronous, or no longer is: they get or lose ``await``. Pure, one line at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.scoping import function_at
from codestral_ls.edits.signatures import Signature, split_at_commas

ASYNC_LANGUAGES = frozenset({"python", "javascript", "javascriptreact", "typescript", "typescriptreact", "rust"})
"""Languages with ``async`` before a function; only Rust writes ``await`` after the call."""
_CALLED = re.compile(r"(?<![\w.])[\w.]*+$")
_TAKES_A_VALUE = re.compile(r"(?:^\s*|[^=!<>]=\s*)$")
_WRAPS = re.compile(r"(?<![\w)\]])\($")
"""An opening bracket that does not begin the arguments of a call."""
_RETURNS = re.compile(r"\breturn\s+$")


@dataclass(frozen=True, slots=True)
class AwaitChange:
    """``is_needed``: the function is asynchronous now; otherwise it was before."""

    is_needed: bool


def await_change(old: Signature, new: Signature) -> AwaitChange | None:
    """The change, if two signatures differ only in being asynchronous; None otherwise."""
    same = (old.name, old.parameters, old.is_method) == (new.name, new.parameters, new.is_method)
    return AwaitChange(new.is_async) if same and old.is_async != new.is_async else None


def awaited(line: str, opening: int, change: AwaitChange, language: str) -> str | None:
    """A line, whose call has its bracket at ``opening``, after the change; None if the call stays the same.

    In Python, JavaScript and TypeScript, ``await`` is added only where the result is assigned, returned or dropped: a call that
    is an argument may be meant for a task.
    """
    split = split_at_commas(line, opening + 1)
    called = _CALLED.search(line, 0, opening)
    if split is None or called is None:
        return None
    before, call, rest = line[: called.start()], line[called.start() : split[1] + 1], line[split[1] + 1 :]
    if language == "rust":
        if change.is_needed:
            return None if rest.startswith(".await") else f"{before}{call}.await{rest}"
        return f"{before}{call}{rest.removeprefix('.await')}" if rest.startswith(".await") else None
    if not change.is_needed:
        if not before.endswith("await "):
            return None
        before = before.removesuffix("await ")
        is_wrapped = _WRAPS.search(before) is not None and rest.startswith(")")
        return f"{before[:-1]}{call}{rest[1:]}" if is_wrapped else f"{before}{call}{rest}"
    if before.count("(") != before.count(")") or not (_TAKES_A_VALUE.search(before) or _awaits_returned(before, language)):
        return None
    return f"{before}(await {call}){rest}" if rest.startswith((".", "[")) else f"{before}await {call}{rest}"


def may_await(page: DocumentLines, line: int) -> bool:
    """True if the function around a line is asynchronous."""
    scope = function_at(page, line)
    if scope is None:
        return False
    head = next((one for one in page.text[scope[0] : scope[1]].splitlines() if not one.lstrip().startswith(("@", "#["))), "")
    return re.search(r"\basync\b", head) is not None


def _awaits_returned(before: str, language: str) -> bool:
    """True if a returned result must be awaited: in JavaScript a function may return the promise instead."""
    return language == "python" and _RETURNS.search(before) is not None
