"""Which file an import means, decided by the end of its path rather than by each language's search rules.

``a.b.c``, ``../b/c``, ``crate::b::c`` and ``com.x.b.C`` all name something called ``c``. The candidates are the files with that
name; the import means the one that shares most of the path before it, or the one to which a relative import points. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

_STANDS_FOR_FOLDER = frozenset({"__init__", "index", "mod", "lib", "main"})
_SPLIT = re.compile(r"::|[./\\]+")
_SUFFIX = re.compile(r"\.(?:d\.ts|[cm]?[jt]sx?|pyi?|h|hh|hpp|c|cc|cpp|rb|php|lua|css|html?|sh)$")
_HEADER = re.compile(r"\w+\.(?:h|hh|hpp|c|cc|cpp|rb|php|css)")
_IGNORED = frozenset({"", "crate", "self", "super", "@", "~", "src"})


def file_keys(path: PurePosixPath) -> tuple[str, str]:
    """The names a file can be imported by: its own (its folder's if the file represents the folder), and its folder's."""
    stem = path.name.split(".", 1)[0] or path.name
    folder = path.parent.name
    return (folder if stem in _STANDS_FOR_FOLDER and folder else stem), folder


def parts_of(module: str) -> list[str]:
    """A module's path in parts, without those that only say where the path starts."""
    named = _SUFFIX.sub("", module) if "/" in module or _HEADER.fullmatch(module) else module
    parts = [part for part in _SPLIT.split(named) if part not in _IGNORED]
    return parts[:-1] if len(parts) > 1 and parts[-1] == "index" else parts


def target_of(module: str) -> str:
    """The name of the file or folder that ``module`` means; empty for "here" (``from . import x``)."""
    parts = parts_of(module)
    return parts[-1] if parts else ""


def is_relative(module: str) -> bool:
    """True if ``module`` begins at the importing file."""
    return module.startswith((".", "super::", "self::"))


def relative_base(module: str, importer: str) -> PurePosixPath:
    """The folder a relative ``module`` counts from: ``.`` and ``./`` the importer's, each further dot or ``../`` one up."""
    folder = PurePosixPath(importer).parent
    if module.startswith(("./", "../")):
        ups = module.split("/").count("..")
    elif module.startswith("."):
        ups = len(module) - len(module.lstrip(".")) - 1
    else:
        ups = module.count("super::")
    for _ in range(ups):
        folder = folder.parent
    return folder


def meant(module: str, importer: str, candidates: Iterable[str], root: str = "") -> list[str]:
    """Those of ``candidates`` (paths whose file or folder has the name at the module's end) that ``module`` means, best first.

    ``root`` is the name of the folder to which paths are relative, because a package that is opened alone imports itself by this
    name. Empty if none shares enough: a single common part is enough only for a module of one part.
    """
    parts = parts_of(module)
    if not parts:
        return []
    relative = relative_base(module, importer) if is_relative(module) else None
    rated: list[tuple[int, int, str]] = []
    for path in candidates:
        if path == importer:
            continue
        told = _told(PurePosixPath(path))
        if relative is not None:
            wanted = [part for part in (*relative.parts, *parts) if part != "src"]
            if told == wanted or told[:-1] == wanted:
                rated.append((0 if told == wanted else 1, len(path), path))
            continue
        shared = max(_shared_end([root, *told], parts), _shared_end([root, *told[:-1]], parts))
        if shared == len(parts) or (shared >= 2 and shared >= len(told) - 1):
            near = len(_common(PurePosixPath(path).parent.parts, PurePosixPath(importer).parent.parts))
            rated.append((-shared * 8 - near + (0 if told[-1:] == parts[-1:] else 4), len(path), path))
    return [path for *_, path in sorted(rated)]


def _told(path: PurePosixPath) -> list[str]:
    stem = path.name.split(".", 1)[0]
    parts = [part for part in path.parent.parts if part != "src"]
    return parts if stem in _STANDS_FOR_FOLDER and parts else [*parts, stem]


def _shared_end(told: list[str], parts: list[str]) -> int:
    count = 0
    for one, other in zip(reversed(told), reversed(parts), strict=False):
        if one != other:
            break
        count += 1
    return count


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> list[str]:
    same: list[str] = []
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same.append(left)
    return same
