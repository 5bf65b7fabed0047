"""The languages that are learned, found by file names. Keys are LSP's language ids."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

PYTHON, TYPESCRIPT, JAVASCRIPT, GO, RUST, JAVA, C, CPP = "python", "typescript", "javascript", "go", "rust", "java", "c", "cpp"
SUFFIXES = {
    **dict.fromkeys((".py",), PYTHON),
    **dict.fromkeys((".ts", ".tsx", ".mts", ".cts"), TYPESCRIPT),
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs"), JAVASCRIPT),
    **dict.fromkeys((".go",), GO),
    **dict.fromkeys((".rs",), RUST),
    **dict.fromkeys((".java",), JAVA),
    **dict.fromkeys((".c",), C),
    **dict.fromkeys((".cc", ".cpp", ".cxx", ".hpp", ".hh", ".hxx"), CPP),
}
LANGUAGES = tuple(dict.fromkeys(SUFFIXES.values()))
HEADER = ".h"
"""Headers are C's, or C++'s if their package has more of that."""


def is_code(path: str) -> bool:
    """True for a file in a language that is learned; files with only type declarations and minified files do not count."""
    name = PurePosixPath(path)
    inner = PurePosixPath(name.stem).suffix
    return (name.suffix in SUFFIXES or name.suffix == HEADER) and inner not in (".d", ".min", ".bundle", ".pb", ".generated")


def by_path(paths: Iterable[str]) -> dict[str, str]:
    """The language of each file in a package; all `paths` satisfy `is_code`."""
    suffixes = {path: PurePosixPath(path).suffix for path in paths}
    known = [SUFFIXES.get(suffix) for suffix in suffixes.values()]
    header = CPP if known.count(CPP) > known.count(C) or (CPP in known and C not in known) else C
    return {path: SUFFIXES.get(suffix, header) for path, suffix in suffixes.items()}
