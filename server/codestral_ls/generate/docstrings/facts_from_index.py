"""Updates the project's index and takes from it what prompts for documentation show of other files.

Only names with few definitions: a line that calls ``get`` does not show which ``get`` is meant. Files that may not enter a prompt
are not in the index, so their text is in no prompt here either.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from codestral_ls.context.index.build_index import open_writer, refresh
from codestral_ls.context.index.indexed_files import read_source
from codestral_ls.context.index.read import Defined, IndexReader
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.docstrings.documentable import read_definitions
from codestral_ls.generate.docstrings.project_facts import Fact, write_facts
from codestral_ls.generate.test_files import is_test_file

MOST_FILES = 20_000
_MOST_BEARERS = 3
"""A name with more definitions than this is left out."""
_MOST_CALLS = 3
_LONGEST_CALL = 160
LONGEST_DOCUMENTATION = 600
"""Characters that are shown of a base's documentation."""
_CALL = re.compile(r"(?<![\w$])([A-Za-z_$][\w$]*)\(")
_NO_CALL = ("def ", "async def ", "class ", "function ", "func ", "fn ", "pub ", "export ", "*", "//", "#", "@", "import ", "from ")
_CALLABLE = frozenset({"function", "method", "class", "type", "macro"})
_CLASSES = frozenset({"class", "type"})


class StoppedError(Exception):
    """The user ended the run."""


def gather_facts(root: Path, file: Path, ignore: tuple[str, ...], stopped: Callable[[], bool]) -> str:
    """Write the facts of the project at ``root`` to ``file``; returns "" or, if the index cannot be used, a sentence that says why.

    Raises: StoppedError as soon as ``stopped`` returns True.
    """

    def going_on(_done: int = 0, _all: int = 0) -> None:
        if stopped():
            raise StoppedError

    try:
        writer, connection = open_writer(root)
        with contextlib.closing(connection):
            refresh(root, writer, ignore, min(4, os.cpu_count() or 1), going_on)
        reader = IndexReader(root)
        try:
            _write(root, file, reader, going_on)
        finally:
            reader.close()
    except (sqlite3.Error, OSError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return f"Prompts show nothing of other files: the project's index cannot be used ({reason})."
    return ""


def _write(root: Path, file: Path, reader: IndexReader, going_on: Callable[[], None]) -> None:
    paths = reader.paths(MOST_FILES)
    bearers: dict[str, list[Defined]] = {}
    for path in paths:
        going_on()
        for one in reader.definitions_in([path]):
            if one.kind in _CALLABLE:
                bearers.setdefault(one.name, []).append(one)
    rare = {name: found for name, found in bearers.items() if len(found) <= _MOST_BEARERS and not name.startswith("__")}
    paths.sort(key=lambda path: (is_test_file(root / path, root), path))
    bases = {name for found in rare.values() for one in found if one.kind in _CLASSES for name in _bases(one.signature)}
    write_facts(
        file,
        _calls(root, paths, rare, going_on),
        _documented(root, [one for name in sorted(bases & rare.keys()) for one in rare[name]], going_on),
        (Fact(one.name, one.path, _head(one)) for name in sorted(rare) for one in rare[name]),
    )


def _calls(root: Path, paths: list[str], rare: dict[str, list[Defined]], going_on: Callable[[], None]) -> Iterator[Fact]:
    """Up to three lines for each name, from files other than its own; tests come last."""
    left = dict.fromkeys(rare, _MOST_CALLS)
    for path in paths:
        going_on()
        source = read_source(root, path)
        for line in source[0].splitlines() if source is not None else ():
            if "(" not in line or len(line) > 2 * _LONGEST_CALL:
                continue
            text = line.strip()
            if len(text) > _LONGEST_CALL or text.startswith(_NO_CALL):
                continue
            for name in dict.fromkeys(_CALL.findall(text)):
                if left.get(name, 0) > 0 and all(one.path != path for one in rare[name]):
                    left[name] -= 1
                    yield Fact(name, path, text)


def _documented(root: Path, classes: list[Defined], going_on: Callable[[], None]) -> Iterator[Fact]:
    """The classes with the beginning of their documentation."""
    wanted: dict[str, set[str]] = {}
    for one in classes:
        if one.doc and one.kind in _CLASSES:
            wanted.setdefault(one.path, set()).add(one.name)
    for path, names in wanted.items():
        going_on()
        source = read_source(root, path)
        tree = SyntaxTree.parse(language_id_for_path(root / path), source[0]) if source is not None else None
        for definition in read_definitions(tree) if tree is not None else ():
            if definition.name in names and definition.docstring is not None and definition.kind in _CLASSES:
                assert tree is not None
                head = tree.text[definition.start : definition.signature_end].split("\n")[0].strip()
                said = tree.text[slice(*definition.docstring)].replace("\r", "").strip("\"'/* \n")[:LONGEST_DOCUMENTATION]
                yield Fact(definition.name, path, "\n".join([head, *(f"  {line.strip()}".rstrip() for line in said.split("\n"))]))


def _head(one: Defined) -> str:
    owner = f"{one.container}: " if one.container else ""
    return f"{owner}{one.signature}" + (f"  {one.doc}" if one.doc else "")


def _bases(signature: str) -> set[str]:
    """The names that the head of a class is made from, except its own."""
    return set(re.findall(r"\w+", signature.partition("(")[2] or signature.partition("extends")[2]))
