"""The table of languages: ids as editors write them, files, grammars and queries."""

from __future__ import annotations

import gc
import sys
from typing import Any

import pytest

from codestral_ls.documents import grammars, queries
from codestral_ls.documents.languages import all_languages, language_for, language_id_for_path
from codestral_ls.documents.syntax import SyntaxTree

WITH_GRAMMAR = [language for language in all_languages() if language.grammar is not None]
QUERIES = ("scopes", "regions", "definitions", "imports", "references")


@pytest.mark.parametrize(
    ("spelled", "language"),
    [
        ("python", "python"),
        ("sh", "shellscript"),
        ("shellscript", "shellscript"),
        ("bash", "shellscript"),
        ("cs", "csharp"),
        ("c++", "cpp"),
        ("typescript.tsx", "typescriptreact"),
        ("typescriptreact", "typescriptreact"),
        ("javascriptreact", "javascriptreact"),
        ("jsonc", "jsonc"),
        ("Python", "python"),
        ("", "plaintext"),
        ("klingon", "klingon"),
    ],
)
def test_ids(spelled: str, language: str) -> None:
    assert language_for(spelled).id == language


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/b.py", "python"),
        ("b.tsx", "typescriptreact"),
        ("b.d.ts", "typescript"),
        ("b.H", "c"),
        ("b.hpp", "cpp"),
        ("Dockerfile", "dockerfile"),
        ("dir/Makefile", "makefile"),
        ("tsconfig.json", "jsonc"),
        ("package.json", "json"),
        ("a.scss", "scss"),
        ("README", "plaintext"),
        ("a.unknown", "plaintext"),
    ],
)
def test_files(path: str, language: str) -> None:
    assert language_id_for_path(path) == language


def test_every_named_language_has_its_grammar() -> None:
    names = (
        "python javascript javascriptreact typescript typescriptreact rust go java c cpp csharp ruby php shellscript lua "
        "kotlin scala json jsonc html css "
        "scss swift dart zig svelte xml yaml toml dockerfile makefile sql perl elixir haskell ocaml ocaml.interface julia nix "
        "terraform powershell markdown"
    )
    named = {*names.split(" ")}
    assert {language.id for language in WITH_GRAMMAR} == named
    assert all(language.grammar is None for language in (language_for("less"), language_for("r"), language_for("nim")))


def test_no_id_suffix_or_file_name_means_two_languages() -> None:
    for names in ("suffixes", "filenames"):
        listed = [name for language in all_languages() for name in getattr(language, names)]
        assert len(listed) == len(set(listed))
    ids = [name for language in all_languages() for name in (language.id, *language.aliases)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", WITH_GRAMMAR, ids=lambda language: language.id)
def test_grammars_load_and_queries_compile(language: Any) -> None:
    assert grammars.load(language.grammar) is not None
    # Most languages have all queries; data formats have no definitions, and some languages have only regions.
    expected = QUERIES if language.knows("definitions") else QUERIES[:2] if language.knows("scopes") else ("regions",)
    for name in expected:
        assert queries.load(language.id, name) is not None
    assert queries.load(language.id, "no_such_query") is None


def test_an_unknown_predicate_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"Unknown predicate .*#sounds-like"):
        queries._rules_of('((identifier) @name (#sounds-like? @name "a"))')


def test_asking_keeps_no_tree_alive() -> None:
    tree = SyntaxTree.parse("python", 'def f():\n    """Doc."""\n    raise\n')
    assert tree is not None
    before = sys.getrefcount(tree._tree)
    for _ in range(3):
        assert tree.matches("docstrings")
    gc.collect()
    after = sys.getrefcount(tree._tree)  # outside of the assertion, which keeps what it shows in memory
    assert after == before
