"""Which files a batch considers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.discover import Selection, find_files, git_root, unclean

PYTHON = frozenset({"python"})
TREE = ("a.py", "b.txt", ".hidden/c.py", "node_modules/x/d.py", "pkg/e.py", "pkg/f_pb2.py", "ignored/g.py", "venv/h.py", "z.py")


def tree(root: Path) -> Path:
    for name in TREE:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x = 1\n")
    (root / ".gitignore").write_text("ignored/\n")
    (root / "link.py").symlink_to(root / "ignored/g.py")
    return root


def names(root: Path, *paths: str, **options: object) -> list[str]:
    chosen = Selection(tuple(root / path for path in paths or (".",)), PYTHON, **options)  # type: ignore[arg-type]
    return [path.relative_to(root.resolve()).as_posix() for path in find_files(chosen)]


def git(root: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words], cwd=root, check=True, capture_output=True
    )


@pytest.mark.parametrize("versioned", [False, True])
def test_below_a_folder(tmp_path: Path, versioned: bool) -> None:
    root = tree(tmp_path)
    if versioned:
        git(root, "init", "-q")
    assert names(root) == ["a.py", "pkg/e.py", "z.py"]
    assert names(root, exclude=("pkg/",)) == ["a.py", "z.py"]
    assert names(root, include=("*e.py", "a*")) == ["a.py", "pkg/e.py"]
    assert names(root, "pkg", ".", "a.py") == ["pkg/e.py", "a.py", "z.py"]
    assert names(root, accepts=lambda path: path.name != "a.py") == ["pkg/e.py", "z.py"]


def test_a_named_file_is_taken_whatever_its_folder(tmp_path: Path) -> None:
    root = tree(tmp_path)
    assert names(root, "venv/h.py", "b.txt") == ["venv/h.py"]
    with pytest.raises(GenerateError, match="does not exist"):
        names(root, "none.py")


def test_git(tmp_path: Path) -> None:
    root = tree(tmp_path)
    assert git_root(root) is None or git_root(root) != root.resolve()
    git(root, "init", "-q")
    git(root, "add", "a.py", "pkg")
    git(root, "commit", "-qm", "a")
    assert git_root(root / "pkg/e.py") == root.resolve()
    assert unclean([root]) == []
    (root / "a.py").write_text("x = 2\n")
    assert unclean([root]) == ["a.py"]
    assert unclean([root / "pkg"]) == []
    assert names(root, since="HEAD") == ["a.py", "z.py"]
    with pytest.raises(GenerateError, match="no revision"):
        names(root, since="nowhere")
