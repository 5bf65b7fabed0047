"""Which folder a document belongs to: the editor's workspace folder around it, else the project around it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

MARKS = (".git", "pyproject.toml", "package.json", "Cargo.toml", "go.mod", "setup.py", "pom.xml", "build.gradle")


def root_of(path: Path | None, folders: Iterable[Path]) -> Path | None:
    """The innermost workspace folder that contains ``path``; else the nearest folder with a mark of a project; else None.

    Never the home folder or the root of the file system, because they must not be indexed.
    """
    if path is None:
        return None
    around = [folder for folder in folders if path.is_relative_to(folder)]
    if around:
        chosen = max(around, key=lambda folder: len(folder.parts))
        return chosen if is_project(chosen) else None
    for folder in path.parents:
        if not is_project(folder):
            return None
        if any((folder / mark).exists() for mark in MARKS):
            return folder
    return None


def is_project(folder: Path) -> bool:
    """True if a folder may be a project: the home folder and the top of the file system never are."""
    return folder != Path.home() and folder.parent != folder
