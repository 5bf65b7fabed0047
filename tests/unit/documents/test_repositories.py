"""Repositories read without git: their folders, their ignore files, and the verdict for a path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codestral_ls.documents.ignoring import repository_rules, untrusted_files
from codestral_ls.documents.ignoring.own import OwnRules
from codestral_ls.documents.ignoring.patterns import LONGEST_WILD, MOST_WILD, MOST_WORK, READING, Effort, patterns_of
from codestral_ls.documents.ignoring.repository_rules import (
    DEEPEST,
    MOST_COST,
    GitRules,
    Repository,
    decided,
    ignored_within,
    spellings,
)
from codestral_ls.documents.ignoring.untrusted_files import Kept, Unusable, read_regular
from codestral_ls.documents.privacy import FileRules


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def write(root: Path, contents: dict[str, str | bytes]) -> Path:
    for name, content in contents.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


WHOLE: dict[str, str | bytes] = {".git/HEAD": "ref: refs/heads/main\n", ".git/objects/x": "", ".git/refs/x": ""}


def test_a_repository_has_its_folders(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    git = tmp_path / ".git"
    assert GitRules().repository_at(str(tmp_path)) == Repository(tmp_path, git, git, True)
    assert GitRules().repository_at(str(git)) is None
    assert GitRules().repository_at(f"{tmp_path}\0") is None
    for part in ("HEAD", "objects", "refs"):
        (git / part).rename(git / "away")
        assert GitRules().repository_at(str(tmp_path)) == Repository(tmp_path, git, git, False)
        (git / "away").rename(git / part)


@pytest.mark.parametrize(
    ("dot_git", "git"),
    [
        ("gitdir: real\n", "work/real"),
        ("gitdir: ../real", "real"),
        ("gitdir:real", "work/real"),
        ("gitdir:", "work/.git"),
        ("gitdir: a\0b", "work/.git"),
        ("folder: real", "work/.git"),
        ("", "work/.git"),
    ],
)
def test_a_file_names_the_git_folder(tmp_path: Path, dot_git: str, git: str) -> None:
    write(tmp_path, {"work/.git": dot_git})
    found = GitRules().repository_at(str(tmp_path / "work"))
    assert found == Repository(tmp_path / "work", tmp_path / git, tmp_path / git, False)


def test_a_work_tree_shares_its_objects(tmp_path: Path) -> None:
    write(tmp_path, {f"main/{name}": content for name, content in WHOLE.items()})
    write(tmp_path, {"main/.git/trees/one/HEAD": "x", "main/.git/trees/one/commondir": "../..\n"})
    write(tmp_path, {"one/.git": f"gitdir: {tmp_path}/main/.git/trees/one\n", "main/.git/info/exclude": "a.py\n"})
    rules = GitRules()
    tree = rules.repository_at(str(tmp_path / "one"))
    assert tree == Repository(tmp_path / "one", tmp_path / "main/.git/trees/one", tmp_path / "main/.git", True)
    assert rules.ignores(tree, tmp_path / "one" / "a.py", Effort())
    assert not rules.ignores(tree, tmp_path / "one" / "b.py", Effort())


def test_a_repository_is_read_again_when_it_becomes_one(tmp_path: Path) -> None:
    rules = GitRules()
    assert rules.repository_at(str(tmp_path)) is None
    (tmp_path / ".git").mkdir()
    first = rules.repository_at(str(tmp_path))
    assert first is not None
    assert not first.is_sound
    write(tmp_path, WHOLE)
    second = rules.repository_at(str(tmp_path))
    assert second is not None
    assert second.is_sound
    assert rules.repository_at(str(tmp_path)) is second


@pytest.mark.parametrize(
    ("contents", "path", "ignored"),
    [
        ({".gitignore": "a.py\n"}, "a.py", True),
        ({".gitignore": "a.py\n", "x/.gitignore": "!a.py\n"}, "x/a.py", False),
        ({".gitignore": "!a.py\n", "x/.gitignore": "a.py\n"}, "x/a.py", True),
        ({".gitignore": "!a.py\n", "x/.gitignore": "a.py\n"}, "a.py", False),
        ({"x/.gitignore": "/a.py\n"}, "x/a.py", True),
        ({"x/.gitignore": "/a.py\n"}, "x/y/a.py", False),
        ({"x/.gitignore": "y/a.py\n"}, "x/y/a.py", True),
        ({"x/.gitignore": "y/\n"}, "x/y/a.py", True),
        ({"x/.gitignore": "y/\n"}, "x/y", False),
        ({".git/info/exclude": "a.py\n"}, "x/a.py", True),
        ({".git/info/exclude": "a.py\n", ".gitignore": "!a.py\n"}, "a.py", False),
        ({"home/.config/git/ignore": "a.py\n"}, "a.py", True),
        ({"home/.config/git/ignore": "a.py\n", ".git/info/exclude": "!a.py\n"}, "a.py", False),
        ({"home/.config/git/ignore": "a.py\n", ".git/config": "[core]\nexcludesFile = mine\n"}, "a.py", False),
        ({"mine": "b.py\n", ".git/config": "[core]\nexcludesFile = mine\n"}, "b.py", True),
        ({"home/.config/git/ignore": "a.py\n", ".git/config": "[core]\nexcludesFile =\n"}, "a.py", False),
        ({".gitignore": "A.py\n"}, "a.py", False),
        ({".gitignore": "A.py\n", ".git/config": "[core]\nignoreCase = true\n"}, "a.PY", True),
        ({".gitignore": b"\xff\xfea\x00.\x00p\x00y\x00"}, "a.py", True),
        ({".gitignore": b"\xfe\xff\x00a\x00.\x00p\x00y"}, "a.py", True),
        ({".gitignore": b"caf\xe9.py\r\n"}, "caf\u00e9.py", True),
        ({".gitignore": b"x\ncaf\xe9.py\n!na\xefve.py\n"}, "na\u00efve.py", False),
        ({".gitignore": b"*\n!caf\xe9.py\n"}, "caf\u00e9.py", True),
        ({".gitignore": "caf\u00e9.py\n"}, "cafe\u0301.py", True),
        ({".gitignore": "cafe\u0301.py\n"}, "caf\u00e9.py", True),
    ],
)
def test_ignore_files_of_a_repository(tmp_path: Path, contents: dict[str, str | bytes], path: str, ignored: bool) -> None:
    write(tmp_path, WHOLE)
    write(tmp_path, contents)
    rules = GitRules()
    found = rules.repository_at(str(tmp_path))
    assert found is not None
    assert rules.ignores(found, tmp_path / path, Effort()) is ignored
    assert rules.ignores(found, tmp_path / path, Effort()) is ignored


def test_a_changed_configuration_counts_at_once(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    write(tmp_path, {"mine": "a.py\n", "other": "b.py\n", ".git/config": "[core]\nexcludesFile = mine\n"})
    rules = FileRules()
    assert rules.why_private(tmp_path / "a.py") == "a.py is ignored by git"
    assert rules.why_private(tmp_path / "b.py") == ""
    assert rules.why_private(tmp_path / "a.py", by_git=False) == ""
    write(tmp_path, {".git/config": "[core]\nexcludesFile = ./other\n"})
    assert rules.why_private(tmp_path / "a.py") == ""
    assert rules.why_private(tmp_path / "b.py") == "b.py is ignored by git"


@pytest.mark.parametrize(
    ("outer", "inner", "ignored"),
    [
        ("vendor/\n", "", True),
        ("lib/\n", "", True),
        ("vendor/lib/a.py\n", "", False),
        ("", "a.py\n", True),
        ("vendor\n", "!a.py\n", True),
    ],
)
def test_a_repository_in_another_is_judged_by_both(tmp_path: Path, outer: str, inner: str, ignored: bool) -> None:
    write(tmp_path, WHOLE)
    write(tmp_path, {f"vendor/lib/{name}": content for name, content in WHOLE.items()})
    write(tmp_path, {".gitignore": outer, "vendor/lib/.gitignore": inner})
    assert FileRules().why_private(tmp_path / "vendor" / "lib" / "a.py") == ("a.py is ignored by git" if ignored else "")


def test_a_broken_repository_hides_nothing_of_the_one_around_it(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    write(tmp_path, {".gitignore": "a.py\n", "x/.git/HEAD": ""})
    assert FileRules().why_private(tmp_path / "x" / "a.py") == "a.py is ignored by git"


def test_a_submodule_and_a_home_folder_are_left_to_themselves(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    write(tmp_path, {f".git/modules/{name.removeprefix('.git/')}": content for name, content in WHOLE.items()})
    write(tmp_path, {".gitignore": "lib/\nhome/\n", "lib/.git": "gitdir: ../.git/modules\n"})
    assert FileRules().why_private(tmp_path / "lib" / "a.py") == ""
    write(tmp_path / "home", WHOLE)
    write(tmp_path / "home", {f"project/{name}": content for name, content in WHOLE.items()})
    write(tmp_path / "home", {".gitignore": "*\n"})
    assert FileRules().why_private(tmp_path / "home" / "a.py") == "a.py is ignored by git"
    (tmp_path / ".gitignore").unlink()
    assert FileRules().why_private(tmp_path / "home" / "project" / "a.py") == ""


@pytest.mark.parametrize("name", ["a\0b.py", "\ud800" * 300])
def test_names_that_are_not_file_names(tmp_path: Path, name: str) -> None:
    assert FileRules().why_private(tmp_path / name) in ("", "its name is no file's name")


def test_the_innermost_file_that_says_anything_decides() -> None:
    outer, inner, silent = patterns_of(b"a\nx/b\n"), patterns_of(b"!a\n"), patterns_of(b"c\n")
    broken = patterns_of(b"*[a]\n" * 9_000)
    assert decided([(0, outer), (1, silent)], [b"x", b"a"], False)
    assert not decided([(0, outer), (1, inner)], [b"x", b"a"], False)
    assert decided([(0, outer)], [b"x", b"b"], False)
    assert not decided([(1, outer)], [b"x", b"b"], False)
    assert not decided([], [b"a"], False)
    assert decided([(0, broken)], [b"z"], False)
    assert not decided([(0, broken), (0, inner)], [b"a"], False)
    assert decided([(0, inner), (0, broken)], [b"a"], False)


def test_too_much_work_counts_as_ignored() -> None:
    few = patterns_of(b"x\n")
    assert not ignored_within([], [b"a"] * (DEEPEST + 1), False)
    assert not ignored_within([(0, few)], [b"a"] * DEEPEST, False)
    assert ignored_within([(0, few)], [b"a"] * (DEEPEST + 1), False)
    half = patterns_of(b"x" * (MOST_COST // 2) + b"\n")
    assert not ignored_within([(0, half), (0, half)], [b"a"], False)
    assert ignored_within([(0, half), (0, half), (0, few)], [b"a"], False)


def test_wild_patterns_are_counted() -> None:
    longest = b"?" + b"a" * (LONGEST_WILD - 1)
    assert not patterns_of(longest).unusable
    assert patterns_of(longest + b"a").unusable
    assert patterns_of(b"a" * 10 * LONGEST_WILD + b"\n*" + b"a" * 10 * LONGEST_WILD).unusable is False
    assert not patterns_of(b"\n".join([longest] * (MOST_WILD // LONGEST_WILD))).unusable
    full = [longest] * (MOST_WILD // LONGEST_WILD) + [b"?" + b"a" * (MOST_WILD % LONGEST_WILD - 1)]
    assert not patterns_of(b"\n".join(full)).unusable
    assert patterns_of(b"\n".join([*full, b"?"])).unusable
    assert [patterns_of(text).cost for text in (b"abc\n", b"!abc/\n", b"#abc\n", b"*abc\n", b"a?c\n")] == [3, 3, 0, 4, 27]


def test_the_work_for_one_verdict_is_bounded() -> None:
    longest = [b"**/" + b"*a/" * 160 + b"%dz" % number for number in range(30)]
    many = patterns_of(b"\n".join(longest))
    assert not many.unusable
    deep = [b"a"] * DEEPEST
    assert ignored_within([(0, many)], deep, False)
    assert not ignored_within([(0, many)], deep[:5], False)
    assert not ignored_within([(0, many)], deep, False, Effort(10 * MOST_WORK))
    assert ignored_within([(0, patterns_of(b"b*c\n"))], [b"a"], False, Effort(0))
    assert not ignored_within([(0, patterns_of(b"bc\n*.d\n"))], [b"a"], False, Effort(0)), "looking up a name is no work"
    effort = Effort(10)
    assert [effort.spend(10), effort.spend(1), effort.spend(0)] == [True, False, False]


def test_reading_many_ignore_files_uses_up_the_work(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    write(tmp_path, {".gitignore": "x" * 1_000, "a/.gitignore": "x" * 1_000})
    rules = GitRules()
    found = rules.repository_at(str(tmp_path))
    assert found is not None
    assert not rules.ignores(found, tmp_path / "a" / "b", Effort(READING * 2_000))
    assert rules.ignores(found, tmp_path / "a" / "b", Effort(READING * 2_000 - 1))
    own = OwnRules()
    write(tmp_path, {".codestralignore": "x" * 1_000})
    assert not own.ignores(tmp_path / "a", Effort(READING * 1_000))
    assert own.ignores(tmp_path / "a", Effort(READING * 1_000 - 1))


def test_spellings_of_a_path() -> None:
    assert spellings(("a", "b")) == {("a", "b")}
    assert spellings(("a", "\u00e9")) == {("a", "\u00e9"), ("a", "e\u0301")}


def test_only_small_regular_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(untrusted_files, "MOST_BYTES", 10)
    write(tmp_path, {"ten": "x" * 10, "eleven": "x" * 11})
    assert read_regular(tmp_path / "ten") == b"x" * 10
    with pytest.raises(Unusable, match="larger than 10 bytes"):
        read_regular(tmp_path / "eleven")
    assert read_regular(tmp_path / "eleven", most=11) == b"x" * 11
    with pytest.raises(Unusable, match="not a regular file"):
        read_regular(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "none")


def test_a_file_is_kept_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(untrusted_files, "REMEMBERED", 2)
    seen: list[bytes] = []

    def read(content: bytes) -> bytes:
        seen.append(content)
        if content == b"bad":
            raise ValueError
        return content.upper()

    kept = Kept(read, b"unusable")
    names = {name: str(write(tmp_path, {name: name}) / name) for name in ("a", "b", "c", "bad")}
    assert [kept.get(names["a"]) for _ in range(3)] == [b"A"] * 3
    assert seen == [b"a"]
    write(tmp_path, {"a": "longer"})
    assert kept.get(names["a"]) == b"LONGER"
    assert kept.get(names["bad"]) == b"unusable"
    assert [kept.get(names[name]) for name in "bcba"] == [b"B", b"C", b"B", b"LONGER"]
    assert seen == [b"a", b"longer", b"bad", b"b", b"c", b"longer"]
    assert kept.get(str(tmp_path / "none")) is None
    assert kept.get(f"{names['b']}/below") is None
    assert kept.get("x" * 5_000) is None
    assert kept.get("\0") is None
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    assert kept.get(str(tmp_path / "itself")) == b"unusable"
    (tmp_path / "link").symlink_to(tmp_path / "c")
    assert kept.get(str(tmp_path / "link")) == b"C"
    assert Kept(read, b"unusable", follow=False).get(str(tmp_path / "link")) is None
    assert kept.get(str(tmp_path)) == b"unusable"


def test_an_older_file_in_the_place_of_a_known_one_is_read(tmp_path: Path) -> None:
    kept = Kept(bytes.upper, b"unusable")
    file = write(tmp_path, {"a": "new"}) / "a"
    assert kept.get(str(file)) == b"NEW"
    write(tmp_path, {"b": "old"})
    os.utime(tmp_path / "b", (1, 1))
    (tmp_path / "b").replace(file)
    assert kept.get(str(file)) == b"OLD"


def test_the_name_of_another_machine_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {".git": "gitdir: \\\\\\\\host\\\\share\n"})
    found = GitRules().repository_at(str(tmp_path))
    assert found is not None
    assert found.git.is_relative_to(tmp_path)
    assert repository_rules._named(tmp_path / "none", b"", tmp_path) is None
