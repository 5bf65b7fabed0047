"""Everything that the pages refer to exists: links, anchors, paths, commands, layers. Only a reader can check what they mean."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from codestral_ls.cli import COMMANDS, _parser
from codestral_ls.lsp.explain import REASONS
from support import layers, pages
from support.pages import CodeBlock
from support.repository import ROOT

PAGES = pages.pages()
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]
ROOTS = ("", "server/codestral_ls/", "server/codestral_ls/completion/", "server/codestral_ls/completion/filters/")
"""The folders in which a path on a page may begin."""
OTHERS = {"code", "pip", "vllm", "cat", "pre-commit", "vim", "sudo", "git", "ollama"}
"""Other projects' programs that the pages call."""
NOT_OURS = {"init.lua", "init.el", "config.toml", "codestral-ls.toml", "package.yaml", "extension.toml"}
"""Files that the pages mention and that belong to a user."""


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    text = page.read_text("utf-8")
    for link in pages.links(text):
        if link.startswith(pages.OWN):
            assert (ROOT / link.removeprefix(pages.OWN)).is_file(), link
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in pages.anchors(target.read_text("utf-8")), f"{page.name}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    known = pages.known_files()
    folders = {f"{parent}/" for name in known for parent in Path(name).parents}
    parts = {part for name in known for part in Path(name).parts[:-1]}
    missing = []
    for path in pages.paths(page.read_text("utf-8")) - NOT_OURS:
        beside = page.parent.relative_to(ROOT).as_posix()
        bases = (*ROOTS, "" if beside == "." else f"{beside}/")
        if "/" in path and (path.split("/")[0] not in parts or path.startswith(("codestral-ls/", "autoload/"))):
            continue  # a method of LSP, a project on the web
        is_there = any((base + path) in known or (base + path.rstrip("/") + "/") in folders for base in bases)
        if not is_there and not any(name.endswith(f"/{path}") or f"/{path.rstrip('/')}/" in name for name in known):
            missing.append(path)
    assert missing == [], missing


def test_every_file_that_a_docstring_of_a_module_names_is_there() -> None:
    known = pages.known_files()
    ends = {"/".join(Path(name).parts[-depth:]) for name in known for depth in range(1, len(Path(name).parts) + 1)}
    missing = {}
    for name in sorted(name for name in known if name.startswith(("server/", "support/")) and name.endswith(".py")):
        told = ast.get_docstring(ast.parse((ROOT / name).read_text("utf-8"))) or ""
        named = set(re.findall(r"(?<![\w/.{<-])(?:[\w-]+/)*[\w-]+\.py\b", told))
        if lost := named - ends:
            missing[name] = lost
    assert missing == {}


def problems_of(words: list[str]) -> str:
    """Why this command line would be refused, "" if it would not be. Runs nothing."""
    match words:
        case ["codestral-ls", *rest]:
            try:
                _parser(rest).parse_args(rest)
            except SystemExit as ended:
                return "" if not ended.code else "wrong usage"
            return ""
        case ["make", *targets]:
            rules = (ROOT / "Makefile").read_text()
            lost = [
                word
                for word in targets
                if "=" not in word and not re.search(rf"^[\w -]*\b{re.escape(word)}\b[\w -]*:", rules, re.M)
            ]
            return f"no target {lost}" if lost else ""
        case ["python" | ".venv/bin/python" | "python3", *rest] if "-m" in rest:
            module = rest[rest.index("-m") + 1]
            if module == "debugpy":
                return problems_of(["python", *rest[rest.index("-m") + 2 :]]) if "-m" in rest[2:] else ""
            if module == "codestral_ls":
                return problems_of(["codestral-ls", *rest[rest.index("-m") + 2 :]])
            return "" if importlib.util.find_spec(module) else f"no module {module}"
        case [program, *_] if program in OTHERS:
            return ""
    return f"unknown program {words[0]}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_of_a_page_is_one_that_the_program_takes(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for block in pages.blocks(page.read_text("utf-8")):
        if block.language not in {"sh", "console"}:
            is_output = block.language == "text"
            assert is_output or not re.search(r"^codestral-ls \w", block.text, re.M), (
                f"{page.name}:{block.line}: mark the block as sh"
            )
            continue
        for line, words in pages.commands(block):
            # Placeholders such as FILE:LINE:COLUMN, which the reader replaces.
            filled = [word.replace("FILE:LINE:COLUMN", "a.py:1:1") for word in words]
            problem = problems_of(filled)
            assert not problem, f"{page.name}:{line}: {' '.join(words)}: {problem} {capsys.readouterr().err}"


@pytest.mark.parametrize(
    "line",
    [
        "codestral-ls write x",
        "codestral-ls complete a.py:1:1 --loudly",
        "codestral-ls models fetch x",
        "make tea",
        "python -m support.tea",
    ],
)
def test_a_command_that_is_not_there_is_noticed(line: str) -> None:
    [(_, words)] = pages.commands(CodeBlock("sh", f"{line}  # as a page says it\n", 1))
    assert problems_of(words)


def test_a_parser_is_the_real_one() -> None:
    assert isinstance(_parser([]), argparse.ArgumentParser)
    assert "complete" in COMMANDS


def test_every_reason_that_the_editor_explains_is_on_the_page() -> None:
    text = (ROOT / "docs/troubleshooting.md").read_text("utf-8")
    assert {reason for reason in REASONS if f"`{reason}`" not in text} == set()


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 200


def test_the_layers_of_the_page_are_those_that_are_checked() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    listed = re.search(r"checked by import-linter[^\n]*\n\n((?:    .+\n)+)", text)
    assert listed
    shown = [line.strip() for line in listed[1].splitlines()]
    checked = [layer for layer in layers.layers() if layer != "__main__"]
    assert shown == checked


def test_every_folder_of_the_package_is_on_the_page() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    parts = {name for layer in layers.layers() for name in re.split(r"[ |]+", layer)} - {"__main__"}
    missing = {part for part in parts if not re.search(rf"^      (?:.* )?{part}(?:/|\.py)", text, re.M)}
    assert missing == set()


def test_the_picture_of_the_layers_is_current() -> None:
    assert layers.main(["--check"]) == 0


def test_every_extra_of_a_page_is_declared() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for page in PAGES:
        for named in re.findall(r"pip install '\.\[([\w,]+)\]'", page.read_text("utf-8")):
            assert set(named.split(",")) <= set(extras), page


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_are_in_marked_blocks(page: Path) -> None:
    """An indented block names no language, so its commands would not be checked."""
    outside = pages.outside_blocks(page.read_text("utf-8"))
    assert re.findall(r"^    (?:\$ )?(?:codestral-ls \w|make \w|pip install|(?:\.venv/bin/)?python -m).*", outside, re.M) == []


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="the extra [docs] is not installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    built = list((tmp_path / "site").rglob("*.html"))
    assert len(built) > len(PAGES) - 5
    pictures = r"<(?:script|img|iframe|source)[^>]+src=[\"']?(?:https?:)?//[^\"' >]+"
    styles = r"<link[^>]+rel=[\"']?(?:stylesheet|preconnect)[^>]+href=[\"']?(?:https?:)?//"
    loads = re.compile(f"{pictures}|{styles}")
    for page in built:
        found = loads.search(page.read_text("utf-8"))
        assert found is None, f"{page}: {found[0] if found else ''}"
