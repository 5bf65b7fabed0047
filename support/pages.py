"""Reads the project's pages: which pages there are, and the links, paths and commands in them. Pure, except that files are read."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.repository import ROOT

OWN = "https://github.com/codestral-ls/codestral-ls/raw/HEAD/"
"""The address that a client's page uses for a picture of this repository: extension marketplaces accept only whole addresses."""
_LINK = re.compile(r"(?<!`)\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.M)
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_TICKED = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:\.\./)*(?:[\w-][\w.-]*/)+(?:[\w-][\w.-]*)?|[\w-]+\.(?:py|md|toml|lua|ts|el)")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A fenced block of a page: its language, its text, and the line (from 1) at which the text begins."""

    language: str
    text: str
    line: int


def known_files() -> frozenset[str]:
    """Every file of the checkout that git tracks or would add, relative to the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return frozenset(name for name in listed if (ROOT / name).is_file())


def pages() -> list[Path]:
    """The pages written for people: at the root, in ``docs``, and those of the clients and of packaging."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "clients").glob("*/README.md")]
    return sorted({*found, ROOT / "packaging/README.md", ROOT / "training/MODEL_CARD.md"})


def links(text: str) -> list[str]:
    """The targets of a page's links and pictures, except those inside code."""
    prose = _TICKED.sub("", _BLOCK.sub("", text))
    return _LINK.findall(prose)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub and MkDocs generate them."""
    words = (re.sub(r"[^\w\- ]", "", heading).strip().lower() for heading in _HEADING.findall(_BLOCK.sub("", text)))
    return {word.replace(" ", "-") for word in words}


def blocks(text: str) -> Iterator[CodeBlock]:
    """The fenced blocks of a page."""
    for found in _BLOCK.finditer(text):
        yield CodeBlock(found[1], found[2], text.count("\n", 0, found.start(2)) + 1)


def outside_blocks(text: str) -> str:
    """A page without its fenced blocks."""
    return _BLOCK.sub("", text)


def paths(text: str) -> set[str]:
    """The words in code marks on a page that look like a path or a file of this project."""
    prose = _BLOCK.sub("", text)
    return {ticked for ticked in _TICKED.findall(prose) if _PATH.fullmatch(ticked)}


def commands(block: CodeBlock) -> Iterator[tuple[int, list[str]]]:
    """The commands of a shell block (``sh``) or of a transcript (``console``, after ``$``), each with its line number.

    Raises: ValueError for a line that a shell could not read.
    """
    for number, line in enumerate(block.text.splitlines(), block.line):
        if block.language == "console":
            if not line.startswith("$ "):
                continue
            line = line.removeprefix("$ ")
        words: list[str] = []
        for word in (*shlex.split(line, comments=True), "&&"):
            if word != "&&":
                if words or not re.fullmatch(r"[A-Z_]+=.*", word):
                    words.append(word)
            elif words:
                yield number, words
                words = []
