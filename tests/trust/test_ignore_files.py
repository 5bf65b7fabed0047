"""The boundary of ignored files: what git or the project keeps private enters no prompt, and no ignore file stops the server.

Random repositories are judged as ``git check-ignore`` judges them; ``python -m benchmarks.trust`` tries ten thousand ignored
files.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from codestral_ls.documents.privacy import FileRules
from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.discover import Selection, find_files
from codestral_ls.system.git import RepositoryError, work_tree
from support.ignored_files import git, own_git, scene

PATIENCE = 5.0
"""Seconds, far more than any of it takes: what is shown is that it ends, not how fast."""


@pytest.fixture(autouse=True)
def _own_git(tmp_path: Path) -> object:
    with own_git(tmp_path / "home"):
        yield


def write(root: Path, name: str, content: bytes | str) -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("seed", range(24))
def test_what_git_ignores_is_private(tmp_path: Path, seed: int) -> None:
    (tmp_path / "work").mkdir()
    rules = FileRules()
    verdicts = list(scene(random.Random(seed), tmp_path / "home", tmp_path / "work" / "r"))
    assert [one.path for one in verdicts if one.is_ignored and not rules.why_private(one.path)] == []


NAMED = [
    ("byte order mark", ".gitignore", b"\xef\xbb\xbfprivate.py\n"),
    ("UTF-16, as PowerShell writes", ".gitignore", "private.py\r\n".encode("utf-16")),
    ("no newline at the end", ".gitignore", b"private.py"),
    ("escaped first letter", ".gitignore", b"\\private.py\n"),
    ("own: byte order mark", ".codestralignore", b"\xef\xbb\xbfprivate.py\n"),
    ("own: UTF-16", ".codestralignore", "private.py\r\n".encode("utf-16")),
    ("own: Latin-1, which cannot be trusted", ".codestralignore", "caf\u00e9.py\n".encode("latin-1")),
    ("own: a NUL", ".codestralignore", b"other.py\0\n"),
    ("own: another letter case", ".codestralignore", b"PRIVATE.PY\n"),
    ("own: the file's name in another letter case", ".CodestralIgnore", b"private.py\n"),
    ("own: as large as nobody writes", ".codestralignore", b"#" * 300_000),
    ("too many patterns to be tried", ".codestralignore", b"".join(b"a%d[bc]*d\n" % number for number in range(9_000))),
]


@pytest.mark.parametrize(("name", "content"), [row[1:] for row in NAMED], ids=[row[0] for row in NAMED])
def test_spellings_of_ignore_files(tmp_path: Path, name: str, content: bytes) -> None:
    git(tmp_path, "init", "-q", ".")
    write(tmp_path, name, content)
    assert FileRules().why_private(tmp_path / "private.py")


@pytest.mark.parametrize(("pattern", "name"), [("caf\u00e9.py", "cafe\u0301.py"), ("cafe\u0301.py", "caf\u00e9.py")])
@pytest.mark.parametrize("file", [".gitignore", ".codestralignore"])
def test_composed_and_decomposed_letters_are_one(tmp_path: Path, file: str, pattern: str, name: str) -> None:
    git(tmp_path, "init", "-q", ".")
    write(tmp_path, file, pattern + "\n")
    assert FileRules().why_private(tmp_path / name)


def test_a_repository_in_an_ignored_folder_is_ignored_unless_it_is_a_work_tree_of_the_same(tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    git(tmp_path, "init", "-q", "outer")
    git(outer, "-c", "user.name=a", "-c", "user.email=a", "commit", "-q", "--allow-empty", "-m", "a")
    write(outer, ".gitignore", "vendor/\ntrees/\n")
    git(outer, "init", "-q", "vendor/library")
    git(outer, "worktree", "add", "-q", "trees/one")
    rules = FileRules()
    assert rules.why_private(outer / "vendor" / "library" / "a.py") == "a.py is ignored by git"
    assert rules.why_private(outer / "trees" / "one" / "a.py") == ""


def test_settings_kept_in_a_repository_of_the_home_folder_hide_no_project(tmp_path: Path) -> None:
    home = tmp_path / "home"
    git(home, "init", "-q", ".")
    write(home, ".gitignore", "*\n")
    git(home, "init", "-q", "project")
    assert FileRules().why_private(home / "notes.py")
    assert FileRules().why_private(home / "project" / "a.py") == ""


@pytest.mark.parametrize(
    "pattern",
    [
        "*a" * 20 + "z",
        "**/*a*a*a*a" * 6 + "/z",
        "**/a" * 100 + "/z",
        "a**" + "/**/a" * 100 + "/z",
        "[a-z]*" * 80 + "!",
        "a*?" * 150 + "z",
    ],
)
@pytest.mark.parametrize("file", [".gitignore", ".codestralignore"])
def test_no_pattern_stops_the_server(tmp_path: Path, file: str, pattern: str) -> None:
    git(tmp_path, "init", "-q", ".")
    write(tmp_path, file, "\n".join([pattern + str(number) for number in range(500)]))
    began = time.thread_time()
    for path in ("a" * 250, "/".join(["a" * 30] * 60) + "/y", "a/" * 70 + "y", "a/" * 1500 + "y"):
        FileRules().why_private(tmp_path / path)
    assert time.thread_time() - began < PATIENCE


@pytest.mark.parametrize("file", [".gitignore", ".codestralignore"])
def test_no_pattern_stops_a_batch(tmp_path: Path, file: str) -> None:
    write(tmp_path, "a" * 240 + ".py", "x = 1\n")
    write(tmp_path, "kept.py", "x = 1\n")
    write(tmp_path, file, "*a" * 20 + "z\n" + "**/a" * 100 + "/z\n*kept.py\n")
    selection = Selection((tmp_path,), frozenset({"python"}), exclude=("*a" * 20 + "z",))
    assert [path.name for path in find_files(selection)] == ["a" * 240 + ".py"]


def test_a_batch_says_that_patterns_are_too_many_to_be_tried(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", "".join(f"a*{number}*\n" for number in range(9_000)))
    with pytest.raises(GenerateError, match="more wildcards than can be tried"):
        list(find_files(Selection((tmp_path,), frozenset({"python"}))))


@pytest.mark.parametrize("file", [".gitignore", ".git/info/exclude", "below/.gitignore"])
def test_a_pattern_that_keeps_libgit2_busy_ends_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    monkeypatch.setattr("codestral_ls.system.git.SECONDS", 3.0)
    git(tmp_path, "init", "-q", ".")
    write(tmp_path, file, "*a" * 20 + "z\n")
    write(tmp_path, f"{Path(file).parent if 'below' in file else '.'}/{'a' * 240}.py", "x = 1\n")
    tree = work_tree(tmp_path)
    assert tree is not None
    for ask in (lambda: tree.files(tmp_path), tree.others):
        with pytest.raises(RepositoryError, match="took more than 3 seconds"):
            ask()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes and devices in this system's file systems")
@pytest.mark.parametrize(
    "name", [".codestralignore", ".gitignore", ".git/info/exclude", ".git/config", ".git/HEAD", ".git/commondir"]
)
@pytest.mark.parametrize("what", ["pipe", "endless", "folder", "itself"])
def test_pipes_and_devices_are_never_opened(tmp_path: Path, name: str, what: str) -> None:
    git(tmp_path, "init", "-q", ".")
    file = tmp_path / name
    file.unlink(missing_ok=True)
    file.parent.mkdir(exist_ok=True)
    if what == "pipe":
        os.mkfifo(file)
    elif what == "folder":
        file.mkdir()
    else:
        file.symlink_to("/dev/zero" if what == "endless" else file)
    began = time.thread_time()
    reason = FileRules().why_private(tmp_path / "a.py")
    assert time.thread_time() - began < PATIENCE
    if name == ".codestralignore":
        assert reason == "a.py is named in a .codestralignore"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's file systems")
@pytest.mark.parametrize("file", [".gitignore", ".codestralignore", ".git/info/exclude"])
@pytest.mark.parametrize("becomes", ["pipe", "link", "device", "folder", "nothing"])
def test_what_takes_an_ignore_files_place_while_it_is_read_is_not_waited_for_and_frees_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, becomes: str
) -> None:
    """The file is replaced between the look at it and its opening, and again after that."""
    git(tmp_path, "init", "-q", ".")
    write(tmp_path, file, "private.py\n")
    write(tmp_path, "empty", "")
    ignoring, aside = tmp_path / file, tmp_path / "aside"
    really_open = os.open
    exchanged: list[str | Path] = []

    def exchanging(path: str | Path, *arguments: int, **more: int) -> int:
        if Path(path) == ignoring and not exchanged:
            exchanged.append(path)
            ignoring.rename(aside)
            if becomes == "pipe":
                os.mkfifo(ignoring)
            elif becomes == "folder":
                ignoring.mkdir()
            elif becomes != "nothing":
                ignoring.symlink_to("/dev/zero" if becomes == "device" else tmp_path / "empty")
        return really_open(path, *arguments, **more)

    monkeypatch.setattr(os, "open", exchanging)
    rules = FileRules()
    reason = rules.why_private(tmp_path / "private.py")
    assert exchanged
    if (file, becomes) != (".git/info/exclude", "link") and (file, becomes) != (".codestralignore", "link"):  # which may be links
        assert reason
    if becomes == "folder":
        ignoring.rmdir()
    elif becomes != "nothing":
        ignoring.unlink()
    aside.rename(ignoring)
    assert rules.why_private(tmp_path / "private.py"), "and what was read in between is not remembered"


@pytest.mark.parametrize("file", [".gitignore", ".codestralignore"])
def test_deep_folders_with_many_long_patterns_do_not_stop_the_server(tmp_path: Path, file: str) -> None:
    git(tmp_path, "init", "-q", ".")
    folder = "."
    for _ in range(4):
        write(tmp_path, f"{folder}/{file}", "".join(f"**/{'*a/' * 160}{number}z\n" for number in range(30)))
        folder += "/a"
    rules = FileRules()
    rules.why_private(tmp_path / "read")
    began = time.thread_time()
    for _ in range(3):
        rules.why_private(tmp_path / folder / (("\u00e4" * 10 + "/") * 60 + "y"))
    assert time.thread_time() - began < PATIENCE


def test_repositories_in_repositories_do_not_stop_the_server(tmp_path: Path) -> None:
    """An unpacked archive can contain them. The patterns of all of them apply to one file."""
    folder = tmp_path
    for _ in range(40):
        for name in ("HEAD", "objects/x", "refs/x"):
            write(folder / ".git", name, "")
        write(folder, ".gitignore", "".join(f"?*{number}b*c\n" for number in range(1_500)))
        folder /= "a"
    began = time.thread_time()
    assert FileRules().why_private(folder / "y.py") == "y.py is ignored by git"
    assert time.thread_time() - began < PATIENCE


def test_a_configuration_that_is_long_and_full_of_conditions_does_not_stop_the_server(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", ".")
    condition = f'[includeIf "gitdir:{"**/*a" * 95}/z"]\npath = none\n'
    for number in range(60):
        write(tmp_path, f".git/c{number}", condition * 450)
    with (tmp_path / ".git" / "config").open("a") as file:
        file.write("".join(f"[include]\npath = c{number}\n" for number in range(60)))
    began = time.thread_time()
    FileRules().why_private(tmp_path / "a.py")
    assert time.thread_time() - began < PATIENCE


def test_a_configuration_that_includes_itself_or_a_pipe_ends(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", ".")
    os.mkfifo(tmp_path / "pipe")
    write(tmp_path, ".git/config", f"[include]\npath = config\npath = {tmp_path}/pipe\n[core]\nexcludesFile = mine\n" * 300)
    write(tmp_path, "mine", "private.py\n")
    assert FileRules().why_private(tmp_path / "private.py") == "private.py is ignored by git"


@pytest.mark.parametrize("name", ["a\0b.py", "x" * 5_000, "d/" * 3_000 + "a.py", "\ud800.py"])
def test_names_that_no_file_can_have_raise_nothing(tmp_path: Path, name: str) -> None:
    write(tmp_path, ".codestralignore", "b.py\n")
    git(tmp_path, "init", "-q", ".")
    FileRules().why_private(tmp_path / name)
