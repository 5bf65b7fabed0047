"""The import line for a name that was just used, if another file of the project defines it and this file does not import it.
Pure.

Only for Python, JavaScript and TypeScript, where an import line names what it imports. The module's name is taken from the other
files of the project that import the same name.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from codestral_ls.edits.changes import LineChange
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.line_tokens import is_word, tokens

Modules = Callable[[str, DocumentLines], Sequence[str]]
"""Returns the modules from which the project's other files import a name, as they write them, the most common first."""

CHANCE = 0.7
"""The probability of an import if the project imports the name from only one module: an estimate, so `quiet` shows none."""
_PYTHON = frozenset({"python"})
_SCRIPT = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact"})
_USED = re.compile(r"(?<![\w.])(?:[A-Za-z_]\w*)(?=\()|(?<![\w.])[A-Z]\w*(?!\w|\s*=[^=])")
_BOUND = re.compile(r"^\s*(?:export\s+)?(?:async\s+)?(?:def|class|function|interface|type|enum|import|from)\b")
_DECLARED = re.compile(r"^\s*(?:export\s+)?(?:const|let|var)\b[^=]*=")
_STATEMENT = re.compile(r"^(?:from\s+(?P<module>[\w.]+)\s+import\b|import\b)")
_FROM = re.compile(r"^from\s+[\w.]+\s+import\s+(?P<names>\w+(?:\s*,\s*\w+)*)\s*$")
_SCRIPT_STATEMENT = re.compile(r"^import\b[^'\"]*(?P<quote>['\"])(?P<module>[^'\"]+)['\"](?P<end>;?)\s*$")
_BRACES = re.compile(r"\{\s*(?P<names>\w+(?:\s*,\s*\w+)*)\s*\}")
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class ImportLine:
    """Line ``line`` of a page is replaced by ``text``; with ``count`` 0 the text is inserted before it as a new line."""

    line: int
    count: int
    text: str


def missing_import(change: LineChange, page: DocumentLines, modules: Modules) -> ImportLine | None:
    """The import for a name that ``change`` added to ``page``; None if nothing is missing or the right import is uncertain."""
    if change.uri != page.uri or page.language not in _PYTHON | _SCRIPT:
        return None
    for name in list(_brought(change, page))[:_MOST_NAMES]:
        known = modules(name, page)
        if len(known) == 1:
            return _python(page, name, known[0]) if page.language in _PYTHON else _script(page, name, known[0])
    return None


def _brought(change: LineChange, page: DocumentLines) -> Iterator[str]:
    """The names in the changed lines that occur nowhere else in the file, so that nothing in the file can define them."""
    before = {token for line in change.old for token in tokens(line)}
    seen: set[str] = set()
    for number in range(change.start, min(change.end, len(page.starts))):
        line = page.line(number)
        if _BOUND.match(line):
            continue
        declared = _DECLARED.match(line)
        for found in _USED.finditer(line, declared.end() if declared else 0):
            name = found.group()
            if name in seen or name in before or not _may_be_imported(name, page.language):
                continue
            seen.add(name)
            if _is_code(page, number, found.start()) and not _is_elsewhere(name, change, page):
                yield name


def _may_be_imported(name: str, language: str) -> bool:
    if language in _PYTHON:
        return not keyword.iskeyword(name) and not hasattr(builtins, name)
    return is_word(name) and name not in {"if", "for", "while", "switch", "catch", "function", "return", "super", "require"}


def _is_code(page: DocumentLines, number: int, column: int) -> bool:
    return page.tree is not None and page.tree.region_at(page.starts[number] + column + 1) == "code"


def _is_elsewhere(name: str, change: LineChange, page: DocumentLines) -> bool:
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return any(not change.start <= page.line_at(found.start()) < change.end for found in pattern.finditer(page.text))


def _python(page: DocumentLines, name: str, module: str) -> ImportLine | None:
    """Where ``name`` goes: into the line that imports from the module, else as a line among its package's imports, else after the
    last import.
    """
    found = [(number, match["module"] or "") for number in _numbers(page) if (match := _STATEMENT.match(page.line(number)))]
    for number, own in found:
        if own == module:
            names = _FROM.match(page.line(number))
            if names is None:
                return None
            return ImportLine(number, 1, _with(page.line(number), names["names"], name))
    if not found:
        return None
    text = f"from {module} import {name}"
    package = module.split(".", maxsplit=1)[0]
    block = [(number, own) for number, own in found if own.split(".")[0] == package and own]
    later = next((number for number, own in block if own > module), None)
    if later is not None:
        return ImportLine(later, 0, text)
    return ImportLine(_after(page, (block or found)[-1][0]), 0, text)


def _script(page: DocumentLines, name: str, module: str) -> ImportLine | None:
    found = [(number, match) for number in _numbers(page) if (match := _SCRIPT_STATEMENT.match(page.line(number)))]
    for number, match in found:
        if match["module"] == module:
            names = _BRACES.search(page.line(number))
            return ImportLine(number, 1, _with(page.line(number), names["names"], name)) if names else None
    if not found:
        return None
    number, like = found[-1]
    quote = like["quote"]
    return ImportLine(number + 1, 0, f"import {{ {name} }} from {quote}{module}{quote}{like['end']}")


def _numbers(page: DocumentLines) -> Iterator[int]:
    return (number for number in page.lines_with("import") if page.line(number).startswith(("import", "from")))


def _with(line: str, names: str, name: str) -> str:
    """The line with one more name: in alphabetical order if the names are, otherwise as the last."""
    known = [one.strip() for one in names.split(",")]
    every = sorted([*known, name]) if known == sorted(known) else [*known, name]
    return line.replace(names, ", ".join(every), 1)


def _after(page: DocumentLines, number: int) -> int:
    """The line after the statement that begins in a line; it may continue in brackets."""
    line = page.line(number)
    if "(" in line and ")" not in line:
        while number + 1 < len(page.starts) and ")" not in page.line(number):
            number += 1
    return number + 1
