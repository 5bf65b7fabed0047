"""Reads whole test functions out of a model's answer. Pure; nothing is run.

A generated test parses, is a test by its name, checks something, and is complete in itself. Nothing is repaired: half a test is
dropped.
"""

from __future__ import annotations

import ast
import re
import textwrap
import unicodedata
from dataclasses import dataclass

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.editing.python_ast import parse_python

_MOST = 5
_LONGEST = 3_000


@dataclass(frozen=True, slots=True)
class GeneratedTest:
    """One test: its name (a title for vitest and jest) and its code without a newline at the end. ``owner`` is the class that it is
    a method of ("" for none; its code is never indented).
    """

    name: str
    code: str
    owner: str = ""


def read_candidates(
    language: str, opening: str, answer: str, taken: set[str], *, owner: str = "", async_mark: str = ""
) -> list[GeneratedTest]:
    """The tests in ``opening + answer``; their names are made different from those in ``taken``, and added to it.

    With ``owner`` they are methods of that class of unittest's. Asynchronous tests get ``async_mark``.
    """
    text = (opening + answer).replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") and char not in "\n\t" for char in text[:40_000]):
        return []
    if language == "python":
        found = _methods(text, owner) if owner else [_marked(one, async_mark) for one in _python(text)]
    else:
        found = _node(language, text)
    kept: list[GeneratedTest] = []
    for candidate in found[:_MOST]:
        name, number = candidate.name, 2
        while name in taken:
            name, number = f"{candidate.name}_{number}" if language == "python" else f"{candidate.name} ({number})", number + 1
        taken.add(name)
        kept.append(GeneratedTest(name, candidate.code.replace(candidate.name, name, 1), candidate.owner))
    return kept


def _python(text: str) -> list[GeneratedTest]:
    """Top-level functions, one after the other; those that do not parse are left out."""
    blocks = re.split(r"\n(?=(?:@|def |async def )\S)", text)
    joined: list[str] = []
    for block in blocks:  # a decorator belongs to the function after it
        if joined and joined[-1].lstrip().startswith("@") and not re.search(r"^(async )?def ", joined[-1], re.MULTILINE):
            joined[-1] += "\n" + block
        else:
            joined.append(block)
    found = []
    for block in joined:
        code = _dedented(block)
        tree = parse_python(code)
        body = tree.body if tree is not None else []
        if len(body) != 1 or not isinstance(body[0], ast.FunctionDef | ast.AsyncFunctionDef) or len(code) > _LONGEST:
            continue
        if _is_test(body[0]):
            found.append(GeneratedTest(body[0].name, code))
    return found


def _marked(candidate: GeneratedTest, mark: str) -> GeneratedTest:
    """An asynchronous test with the mark that the project's own have."""
    is_async = re.search(rf"^async def {candidate.name}\b", candidate.code, re.MULTILINE) is not None
    if not is_async or not mark or mark.partition("(")[0] in candidate.code:
        return candidate
    return GeneratedTest(candidate.name, f"{mark}\n{candidate.code}", candidate.owner)


def _methods(text: str, owner: str) -> list[GeneratedTest]:
    """The test methods of the class that ``text`` begins with; a function without parameters after it becomes one."""
    _, _, body = text.partition("\n")
    lines = body.split("\n")
    end = next((at for at, line in enumerate(lines) if line and not line[0].isspace()), len(lines))
    found = [one for one in _python(textwrap.dedent("\n".join(lines[:end]))) if re.search(r"\(\s*self\b", one.code)]
    for one in _python("\n".join(lines[end:])):
        if f"{one.name}()" in one.code:
            found.append(GeneratedTest(one.name, one.code.replace(f"{one.name}()", f"{one.name}(self)", 1)))
    return [GeneratedTest(one.name, one.code, owner) for one in found]


def _dedented(block: str) -> str:
    """The function alone, cut off at the next text at the left margin."""
    lines = block.rstrip().split("\n")
    end = next(
        (
            index
            for index, line in enumerate(lines)
            if index and line and not line[0].isspace() and not line.startswith((")", "@", "def ", "async def "))
        ),
        len(lines),
    )
    return "\n".join(lines[:end]).rstrip()


def _is_test(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A test by name that asserts something that is not a constant, or expects an exception."""
    if not function.name.startswith("test_") or len(function.name) > 100:
        return False
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant):
            return True
        if isinstance(node, ast.Attribute) and (node.attr in ("raises", "warns") or node.attr.startswith("assert")):
            return True
    return False


def _node(language: str, text: str) -> list[GeneratedTest]:
    """Top-level ``test(…)`` and ``it(…)`` calls that expect something, up to the first that does not parse."""
    found = []
    for block in re.split(r"\n(?=(?:test|it)\()", text):
        end = block.rfind("});")
        code = block[: end + 3].strip() if end >= 0 else ""
        title = re.match(r"(?:test|it)\(\s*([\"'`])(.{1,120}?)\1", code)
        if title is None or "expect(" not in code or len(code) > _LONGEST or "${" in title[2]:
            continue
        tree = SyntaxTree.parse(language, code)
        if tree is not None and not tree.has_errors:
            found.append(GeneratedTest(title[2], code))
    return found
