"""Random repositories with all kinds of ignore files, and the verdicts of ``git check-ignore`` on their files.

``codestral_ls.documents.ignoring`` must agree with them: a test takes a small sample, ``python -m benchmarks.trust`` ten thousand
ignored files.
"""

from __future__ import annotations

import os
import random
import subprocess
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NAMES = (
    *("a", "b", "ab", "abc", "A", "Ab.py", "a.py", "b.py", "main.py", "x.log", "X.LOG", "core", "build", "Build", "out", "docs"),
    *(
        "a b",
        "a ",
        "caf\u00e9",
        unicodedata.normalize("NFD", "caf\u00e9"),
        "\u00dcber.py",
        "a-b",
        "a]b",
        "[a]",
        "a\\b",
        "a*b",
        "#a",
    ),
    *("!a", "data.json", "README", "aXb", "a1", "a2.tmp", "foo", "bar", "foo.bar", "deep", "..a", "a,b", "{a}", "^a", "-", "z~"),
)
_ATOMS = (
    *(
        "a",
        "b",
        "ab",
        "A",
        "x",
        "py",
        "log",
        ".py",
        ".log",
        "build",
        "Build",
        "foo",
        "bar",
        "core",
        "main",
        "caf\u00e9",
        "?",
        "*",
        "**",
    ),
    *(
        "***",
        "[ab]",
        "[!a]",
        "[^a-z]",
        "[a-c]",
        "[A-Z]",
        "[]a]",
        "[a-]",
        "[]-a]",
        "[[:alpha:]]",
        "[[:upper:]]",
        "[[:digit:]b]",
        "[[:bad:]]",
    ),
    *(
        "[a/b]",
        "[",
        "]",
        "[!]a]",
        "\\a",
        "\\*",
        "\\[",
        "\\ ",
        "\\\\",
        "\\",
        " ",
        "-",
        "{a}",
        "[\\]]",
        "[a\\-c]",
        "[[:alpha:]",
        "[[:a]",
        "~",
    ),
)


@dataclass(frozen=True, slots=True)
class IgnoreVerdict:
    """One file, and whether git ignores it. ``repository`` names the kind of repository, for reports."""

    path: Path
    is_ignored: bool
    repository: str


@contextmanager
def own_git(home: Path) -> Iterator[None]:
    """An empty home folder and no system configuration, both for git and for our rules."""
    home.mkdir(parents=True, exist_ok=True)
    changed = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(home.parent),
    }
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def git(folder: Path, *arguments: str, given: bytes = b"", fails: bool = False) -> bytes:
    """Run git in ``folder`` and return its output. Raises: CalledProcessError (unless it may ``fail``)."""
    ran = subprocess.run(["git", "-C", str(folder), *arguments], input=given, capture_output=True, check=False)
    if ran.returncode != 0 and not fails:
        raise subprocess.CalledProcessError(ran.returncode, arguments, ran.stdout, ran.stderr)
    return ran.stdout


def scene(chance: random.Random, home: Path, root: Path) -> Iterator[IgnoreVerdict]:
    """Build one random repository at ``root`` (with ``home`` as the home folder) and yield its verdicts."""
    kind = chance.choice(
        [
            "plain",
            "plain",
            "excludes in the repository",
            "excludes of the user",
            "ignorecase",
            "work tree",
            "submodule",
            "nested",
            "included",
        ]
    )
    users = home / ".gitconfig"
    users.write_text('[user]\n\tname = a\n\temail = a@b\n[protocol "file"]\n\tallow = always\n')
    (home / ".config" / "git").mkdir(parents=True, exist_ok=True)
    (home / ".config" / "git" / "ignore").write_bytes(_ignore_file(chance) if chance.random() < 0.3 else b"")
    git(root.parent, "init", "-q", root.name)
    if kind == "excludes in the repository":
        (root / "my-excludes").write_bytes(_ignore_file(chance))
        git(root, "config", "core.excludesFile", chance.choice(["my-excludes", str(root / "my-excludes")]))
    elif kind == "excludes of the user":
        (home / "excl udes").write_bytes(_ignore_file(chance))
        with users.open("a") as opened:
            opened.write('[core] excludesFile = "~/excl udes" ; where\n')
    elif kind == "included":
        (home / "excludes2").write_bytes(_ignore_file(chance))
        (home / "more.cfg").write_text("[core]\n\texcludesfile = ~/exclu\\\ndes2 # continued\n")
        condition = chance.choice(
            [
                "include",
                f'includeIf "gitdir:{root}/"',
                'includeIf "gitdir/i:**/R*/.GIT"',
                'includeIf "gitdir:/nowhere/"',
                'includeIf "onbranch:ma*"',
            ]
        )
        with users.open("a") as opened:
            opened.write(f"[{condition}]\n\tpath = more.cfg\n")
    elif kind == "ignorecase":
        git(root, "config", "core.ignorecase", "true")
    tree = root
    if kind == "work tree":
        git(root, "commit", "-q", "--allow-empty", "-m", "a")
        git(root, "worktree", "add", "-q", str(root.parent / "linked"))
        tree = root.parent / "linked"
    elif kind == "submodule":
        inner = root.parent / "library"
        git(root.parent, "init", "-q", inner.name)
        git(inner, "commit", "-q", "--allow-empty", "-m", "a")
        git(root, "submodule", "--quiet", "add", "--force", str(inner), "lib")
        tree = root / "lib"
        (root / ".git" / "modules" / "lib" / "info").mkdir(exist_ok=True)
        (root / ".git" / "modules" / "lib" / "info" / "exclude").write_bytes(_ignore_file(chance))
    if chance.random() < 0.4:
        (root / ".git" / "info").mkdir(exist_ok=True)
        (root / ".git" / "info" / "exclude").write_bytes(_ignore_file(chance))
    files = _grow(chance, tree)
    if kind != "nested":
        yield from _asked(tree, files, kind)
        return
    folder = chance.choice(sorted({file.parent for file in files} - {tree}) or [tree / "nested"])
    folder.mkdir(exist_ok=True)
    outside = _asked(tree, [folder], kind)[0].is_ignored
    yield from _asked(tree, [file for file in files if not file.is_relative_to(folder)], kind)
    git(folder, "init", "-q", ".")
    for verdict in _asked(folder, _grow(chance, folder), kind):
        yield IgnoreVerdict(verdict.path, verdict.is_ignored or outside, kind)


def _grow(chance: random.Random, tree: Path) -> list[Path]:
    """Create folders, files and ignore files below ``tree``; return the files."""
    files: list[Path] = []
    folders = [tree]
    for _ in range(chance.randrange(2, 7)):
        folder = chance.choice(folders) / chance.choice(NAMES)
        if not folder.exists():
            folder.mkdir()
            folders.append(folder)
    for folder in folders:
        if folder == tree or chance.random() < 0.35:
            ignore = folder / ".gitignore"
            ignore.unlink(missing_ok=True)
            if chance.random() < 0.06:
                ignore.symlink_to(tree / "linked-ignore")
            else:
                ignore.write_bytes(_ignore_file(chance))
        for name in chance.sample(NAMES, 7):
            file = folder / name
            if not file.exists():
                file.write_bytes(b"")
                files.append(file)
    return files


def _asked(tree: Path, paths: list[Path], kind: str) -> list[IgnoreVerdict]:
    given = b"\0".join(os.fsencode(path.relative_to(tree)) for path in paths) + b"\0"
    ignored = set(git(tree, "check-ignore", "--no-index", "--stdin", "-z", given=given, fails=True).split(b"\0"))
    return [IgnoreVerdict(path, os.fsencode(path.relative_to(tree)) in ignored, kind) for path in paths]


def _ignore_file(chance: random.Random) -> bytes:
    lines = [_pattern(chance) for _ in range(chance.randrange(1, 8))]
    if chance.random() < 0.2:
        lines.insert(chance.randrange(len(lines)), chance.choice(["# a comment", "", "   ", "/", "!", "//", "\\#a", "\\!a"]))
    content = chance.choice(["\n", "\n", "\n", "\r\n"]).join(lines).encode()
    if chance.random() < 0.1:
        content = b"\xef\xbb\xbf" + content
    if chance.random() < 0.05:
        content = content.decode().encode("latin-1", "replace")
    return content + chance.choice([b"\n", b"", b"\r\n", b"  \n", b"\t\n", b"\0x\n"])


def _pattern(chance: random.Random) -> str:
    if chance.random() < 0.35:
        text = chance.choice(
            [*NAMES, "*", "*.py", "*.log", "/*", "**", "a/**", "**/b", "a/**/b", "/a", "build/", "**/a/**", "*/a", "a/*"]
        )
    else:
        segments = [
            "".join(chance.choice(_ATOMS) for _ in range(chance.randrange(1, 4))) for _ in range(chance.choice([1, 1, 1, 2, 2, 3]))
        ]
        text = "/".join(segments)
    return (
        chance.choice(["", "", "", "", "!"])
        + chance.choice(["", "", "", "/"])
        + text
        + chance.choice(["", "", "", "/", " ", "\\ "])
    )
