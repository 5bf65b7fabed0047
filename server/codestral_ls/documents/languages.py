"""The table of languages: LSP ids, file suffixes, comment marks, quotes, and the grammar wheel of each.

Only data and three lookups. ``grammars.py`` imports grammars; the meaning of a language's tree is in ``queries/<language>/*.scm``,
so there is no code for a single language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

C_LIKE_QUOTES = ('"', "'")


@dataclass(frozen=True, slots=True)
class Grammar:
    """A grammar wheel: the module's name and its function that returns the language."""

    module: str
    function: str = "language"


@dataclass(frozen=True, slots=True)
class Language:
    """One language. ``queries`` names its folder of ``.scm`` files; ``off_side``: indentation makes its blocks."""

    id: str
    grammar: Grammar | None = None
    queries: str = ""
    line_comments: tuple[str, ...] = ()
    block_comment: tuple[str, str] | None = None
    quotes: tuple[str, ...] = C_LIKE_QUOTES
    multiline_quotes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    filenames: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    off_side: bool = False
    scope_openers: tuple[str, ...] = ("{",)
    """The ends of a line that opens a scope (``{``, ``:``, ``do``, ``then``)."""
    scope_closers: tuple[str, ...] = ("}",)
    """The beginnings of a line that closes a scope (``}``, ``end``, ``fi``)."""

    scope_opening: str = ""
    """A pattern for lines that open a scope and cannot be recognised by their ends (a rule of a Makefile)."""

    def opens_scope(self, line: str) -> bool:
        """True if a line opens a scope for the lines below it."""
        line = line.rstrip()
        return line.endswith(self.scope_openers) or bool(self.scope_opening and re.match(self.scope_opening, line))

    @property
    def line_comment(self) -> str | None:
        """The usual mark of a comment to the end of the line."""
        return self.line_comments[0] if self.line_comments else None

    def knows(self, query: str) -> bool:
        """True if there is a grammar and a query of this name: ``regions``, ``scopes``, ``definitions`` …"""
        return self.grammar is not None and _has_query(self.queries, query)


@cache
def _has_query(folder: str, name: str) -> bool:
    return resources.files(__package__).joinpath("queries", folder, f"{name}.scm").is_file()


_SLASHES = ("//",)
_STARS = ("/*", "*/")
_HASH = ("#",)

# fmt: off
# A table: one language, one row.
_LANGUAGES: tuple[Language, ...] = (
    Language("python", Grammar("tree_sitter_python"), "python", _HASH, None, multiline_quotes=('"""', "'''"),
             suffixes=(".py", ".pyi", ".pyw"), aliases=("py", "python3"), off_side=True, scope_openers=(":",),
             scope_closers=()),
    Language("javascript", Grammar("tree_sitter_javascript"), "javascript", _SLASHES, _STARS,
             multiline_quotes=("`",), suffixes=(".js", ".mjs", ".cjs"), aliases=("js",)),
    Language("javascriptreact", Grammar("tree_sitter_javascript"), "javascript", _SLASHES, _STARS,
             multiline_quotes=("`",), suffixes=(".jsx",), aliases=("jsx", "javascript.jsx")),
    Language("typescript", Grammar("tree_sitter_typescript", "language_typescript"), "typescript", _SLASHES, _STARS,
             multiline_quotes=("`",), suffixes=(".ts", ".mts", ".cts"), aliases=("ts",)),
    Language("typescriptreact", Grammar("tree_sitter_typescript", "language_tsx"), "typescript", _SLASHES, _STARS,
             multiline_quotes=("`",), suffixes=(".tsx",), aliases=("tsx", "typescript.tsx")),
    Language("rust", Grammar("tree_sitter_rust"), "rust", _SLASHES, _STARS, quotes=('"',), suffixes=(".rs",)),
    Language("go", Grammar("tree_sitter_go"), "go", _SLASHES, _STARS, multiline_quotes=("`",), suffixes=(".go",),
             aliases=("golang",)),
    Language("java", Grammar("tree_sitter_java"), "java", _SLASHES, _STARS, multiline_quotes=('"""',),
             suffixes=(".java",)),
    Language("c", Grammar("tree_sitter_c"), "c", _SLASHES, _STARS, suffixes=(".c", ".h")),
    Language("cpp", Grammar("tree_sitter_cpp"), "cpp", _SLASHES, _STARS, aliases=("c++", "cuda-cpp", "cuda"),
             suffixes=(".cpp", ".cc", ".cxx", ".hpp", ".hh", ".hxx", ".ipp", ".inl", ".cu", ".cuh")),
    Language("csharp", Grammar("tree_sitter_c_sharp"), "csharp", _SLASHES, _STARS, multiline_quotes=('"""',),
             suffixes=(".cs", ".csx"), aliases=("cs", "c#", "c-sharp")),
    Language("ruby", Grammar("tree_sitter_ruby"), "ruby", _HASH, ("=begin", "=end"),
             suffixes=(".rb", ".rake", ".gemspec", ".ru"), filenames=("Rakefile", "Gemfile"), aliases=("rb",),
             scope_openers=("{", "do", "then"), scope_closers=("}", "end")),
    Language("php", Grammar("tree_sitter_php", "language_php"), "php", ("//", "#"), _STARS,
             suffixes=(".php", ".phtml")),
    Language("shellscript", Grammar("tree_sitter_bash"), "bash", _HASH, None,
             suffixes=(".sh", ".bash", ".zsh", ".ksh"),
             filenames=(".bashrc", ".bash_profile", ".profile", ".zshrc", "PKGBUILD"),
             aliases=("sh", "bash", "zsh", "shell", "ksh"), scope_openers=("{", "do", "then", "else"),
             scope_closers=("}", "done", "fi", "esac")),
    Language("lua", Grammar("tree_sitter_lua"), "lua", ("--",), ("--[[", "]]"), suffixes=(".lua",),
             scope_openers=("{", "do", "then", "else", "repeat", ")"), scope_closers=("}", "end", "until")),
    Language("kotlin", Grammar("tree_sitter_kotlin"), "kotlin", _SLASHES, _STARS, multiline_quotes=('"""',),
             suffixes=(".kt", ".kts"), aliases=("kt",)),
    Language("scala", Grammar("tree_sitter_scala"), "scala", _SLASHES, _STARS, multiline_quotes=('"""',),
             suffixes=(".scala", ".sc", ".sbt")),
    Language("json", Grammar("tree_sitter_json"), "json", quotes=('"',), suffixes=(".json", ".webmanifest"),
             scope_openers=("{", "["), scope_closers=("}", "]")),
    Language("jsonc", Grammar("tree_sitter_json"), "json", _SLASHES, _STARS, quotes=('"',),
             suffixes=(".jsonc", ".code-workspace"), filenames=("tsconfig.json", "jsconfig.json"),
             aliases=("json5",), scope_openers=("{", "["), scope_closers=("}", "]")),
    Language("html", Grammar("tree_sitter_html"), "html", (), ("<!--", "-->"), quotes=('"',),
             suffixes=(".html", ".htm", ".xhtml"), scope_openers=(">",), scope_closers=("</",)),
    Language("css", Grammar("tree_sitter_css"), "css", (), _STARS, suffixes=(".css",)),
    # With a tree for strings, comments and judging completions; scopes come from indentation.
    Language("scss", Grammar("tree_sitter_scss"), "scss", _SLASHES, _STARS, suffixes=(".scss",)),
    Language("swift", Grammar("tree_sitter_swift"), "swift", _SLASHES, _STARS, quotes=('"',),
             multiline_quotes=('"""',), suffixes=(".swift",)),
    Language("dart", Grammar("tree_sitter_dart"), "dart", _SLASHES, _STARS, suffixes=(".dart",), multiline_quotes=('"""', "'''")),
    Language("zig", Grammar("tree_sitter_zig"), "zig", _SLASHES, None, suffixes=(".zig",)),
    Language("svelte", Grammar("tree_sitter_svelte"), "svelte", _SLASHES, ("<!--", "-->"), suffixes=(".svelte",)),
    Language("xml", Grammar("tree_sitter_xml", "language_xml"), "xml", (), ("<!--", "-->"), quotes=('"',),
             suffixes=(".xml", ".svg", ".xsd", ".xsl"),
             scope_openers=(">",), scope_closers=("</",)),
    Language("yaml", Grammar("tree_sitter_yaml"), "yaml", _HASH, None, suffixes=(".yaml", ".yml"), off_side=True,
             scope_openers=(":",),
             scope_closers=()),
    Language("toml", Grammar("tree_sitter_toml"), "toml", _HASH, None, suffixes=(".toml",), multiline_quotes=('"""', "'''"),
             scope_openers=("[",), scope_closers=("]",)),
    Language("dockerfile", Grammar("tree_sitter_containerfile"), "dockerfile", _HASH, None, suffixes=(".dockerfile",),
             filenames=("Dockerfile", "Containerfile")),
    Language("makefile", Grammar("tree_sitter_make"), "make", _HASH, None, suffixes=(".mk",), filenames=("Makefile",
             "makefile", "GNUmakefile"),
             aliases=("make",), off_side=True, scope_openers=(":",), scope_closers=(), scope_opening=r"[^\s#=:][^=]*:(?!=)"),
    Language("sql", Grammar("tree_sitter_sql"), "sql", ("--",), _STARS, suffixes=(".sql",), scope_openers=("(",),
             scope_closers=(")",)),
    Language("perl", Grammar("tree_sitter_perl"), "perl", _HASH, None, suffixes=(".pl", ".pm")),
    Language("elixir", Grammar("tree_sitter_elixir"), "elixir", _HASH, None, suffixes=(".ex", ".exs"), multiline_quotes=('"""',),
             scope_openers=("do", "->"), scope_closers=("end",)),
    Language("haskell", Grammar("tree_sitter_haskell"), "haskell", ("--",), ("{-", "-}"), quotes=('"',),
             suffixes=(".hs",), off_side=True),
    Language("ocaml", Grammar("tree_sitter_ocaml", "language_ocaml"), "ocaml", (), ("(*", "*)"), quotes=('"',), suffixes=(".ml",),
             off_side=True),
    Language("ocaml.interface", Grammar("tree_sitter_ocaml", "language_ocaml_interface"), "ocaml", (), ("(*", "*)"),
             quotes=('"',), suffixes=(".mli",), off_side=True),
    Language("julia", Grammar("tree_sitter_julia"), "julia", _HASH, ("#=", "=#"), quotes=('"',),
             multiline_quotes=('"""',), suffixes=(".jl",),
             scope_openers=("do", "begin", ")"), scope_closers=("end",)),
    Language("nix", Grammar("tree_sitter_nix"), "nix", _HASH, _STARS, quotes=('"',), multiline_quotes=("''",), suffixes=(".nix",)),
    Language("terraform", Grammar("tree_sitter_hcl"), "hcl", ("#", "//"), _STARS, quotes=('"',), suffixes=(".tf", ".tfvars"),
             aliases=("hcl",)),
    Language("powershell", Grammar("tree_sitter_powershell"), "powershell", _HASH, ("<#", "#>"), suffixes=(".ps1", ".psm1")),
    Language("markdown", Grammar("tree_sitter_markdown"), "markdown", (), ("<!--", "-->"), quotes=(), suffixes=(".md",
             ".markdown"), scope_openers=(),
             scope_closers=()),
    # Languages without a grammar: completed all the same, with regions and scopes taken from the text.
    Language("less", None, "", _SLASHES, _STARS, suffixes=(".less",)),
    Language("sass", None, "", _SLASHES, _STARS, suffixes=(".sass",), off_side=True),
    Language("objective-c", None, "", _SLASHES, _STARS, suffixes=(".m",), aliases=("objc",)),
    Language("objective-cpp", None, "", _SLASHES, _STARS, suffixes=(".mm",), aliases=("objcpp",)),
    Language("groovy", None, "", _SLASHES, _STARS, suffixes=(".groovy", ".gradle"), filenames=("Jenkinsfile",)),
    Language("proto3", None, "", _SLASHES, _STARS, suffixes=(".proto",), aliases=("proto", "protobuf")),
    Language("vue", None, "", _SLASHES, ("<!--", "-->"), suffixes=(".vue",)),
    Language("ini", None, "", ("#", ";"), None, suffixes=(".ini", ".cfg"), aliases=("properties",)),
    Language("cmake", None, "", _HASH, None, suffixes=(".cmake",), filenames=("CMakeLists.txt",)),
    Language("r", None, "", _HASH, None, suffixes=(".r", ".R")),
    Language("erlang", None, "", ("%",), None, suffixes=(".erl", ".hrl"), scope_openers=("->",),
             scope_closers=("end",)),
    Language("fsharp", None, "", _SLASHES, ("(*", "*)"), quotes=('"',), suffixes=(".fs", ".fsx"), off_side=True),
    Language("clojure", None, "", (";",), None, quotes=('"',), suffixes=(".clj", ".cljs", ".cljc", ".edn")),
    Language("lisp", None, "", (";",), ("#|", "|#"), quotes=('"',), suffixes=(".el", ".lisp", ".scm"),
             aliases=("emacs-lisp", "elisp", "scheme", "commonlisp")),
    Language("vim", None, "", ('"',), None, quotes=("'",), suffixes=(".vim",), filenames=(".vimrc",),
             aliases=("viml",), scope_openers=(), scope_closers=("end",)),
    Language("latex", None, "", ("%",), None, quotes=(), suffixes=(".tex", ".sty"), aliases=("tex", "plaintex")),
    Language("restructuredtext", None, "", (), None, quotes=(), suffixes=(".rst",), aliases=("rst",),
             scope_openers=(), scope_closers=()),
    Language("plaintext", None, "", (), None, quotes=(), suffixes=(".txt",), aliases=("text", "", "fundamental"),
             scope_openers=(), scope_closers=()),
)
# fmt: on

_BY_ID = {name: language for language in _LANGUAGES for name in (language.id, *language.aliases)}
_BY_SUFFIX = {suffix: language for language in _LANGUAGES for suffix in language.suffixes}
_BY_FILENAME = {filename: language for language in _LANGUAGES for filename in language.filenames}


def language_for(lsp_id: str) -> Language:
    """The language an editor calls ``lsp_id`` (``sh`` and ``shellscript`` are the same); a plain one if unknown."""
    known = _BY_ID.get(lsp_id) or _BY_ID.get(lsp_id.lower())
    return known if known is not None else Language(lsp_id, line_comments=())


def known_id(lsp_id: str, path: str | Path | None) -> str:
    """``lsp_id`` if it names a language of the table or there is no better guess; else the id by the file's name.

    Some editors make up ids: Eglot sends ``python-base`` for a base mode.
    """
    if path is None or lsp_id in _BY_ID or lsp_id.lower() in _BY_ID:
        return lsp_id
    by_name = language_id_for_path(path)
    return lsp_id if by_name == "plaintext" else by_name


def language_id_for_path(path: str | Path) -> str:
    """The LSP id for a file, only by its name and suffix; ``"plaintext"`` if unknown."""
    path = Path(path)
    language = _BY_FILENAME.get(path.name) or _BY_SUFFIX.get(path.suffix) or _BY_SUFFIX.get(path.suffix.lower())
    return language.id if language is not None else "plaintext"


def all_languages() -> tuple[Language, ...]:
    """Every language of the table, those with a grammar first."""
    return _LANGUAGES
