"""Which files hold tests, and which of these this command wrote. Pure."""

from __future__ import annotations

from pathlib import Path

MARK = "Written by codestral-ls generate tests; it may be edited and is added to, never overwritten."


def is_test_file(path: Path, root: Path) -> bool:
    """True if the file holds tests, by its name or its folder inside the project."""
    name = path.name
    if (
        name.startswith("test_")
        or name == "conftest.py"
        or ".test." in name
        or ".spec." in name
        or name.endswith(("_test.py", "_test.go", "Test.java", "Tests.cs"))
    ):
        return True
    try:
        folders = path.resolve().relative_to(root.resolve()).parts[:-1]
    except ValueError:
        return False
    return bool({"tests", "test", "__tests__", "testdata"} & set(folders))


def is_generated(text: str) -> bool:
    """True if this command wrote the file."""
    return MARK in text[:400]
