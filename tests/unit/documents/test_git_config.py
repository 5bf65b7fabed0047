"""The part of git's configuration that decides what is ignored, read without git: its syntax, its files, and its includes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codestral_ls.documents.ignoring.git_config import ConfigScope, Ignoring, entries, read, users_ignore


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[core]\n\tbare = false\n", [("core", "bare", "false")]),
        ("[Core]\nIgnoreCase\n", [("core", "ignorecase", "true")]),
        ("[core] bare=1\n", [("core", "bare", "1")]),
        ("[core]bare=1\nx = 2", [("core", "bare", "1"), ("core", "x", "2")]),
        ('[includeIf "gitdir:~/Work/"]\npath = a\n', [("includeif.gitdir:~/Work/", "path", "a")]),
        ('[a "b\\"c\\\\d"]\nx = 1\n', [('a.b"c\\d', "x", "1")]),
        ('[ a "" ]\nx = 1\n', [("a.", "x", "1")]),
        ("[a.b-1]\nx-1 = 1\n", [("a.b-1", "x-1", "1")]),
        ("\ufeff[a]\r\nx = 1\r\ny = 2\r\n", [("a", "x", "1"), ("a", "y", "2")]),
        ("# [b]\n; [b]\n[a] # x = 2\nx = 1 # c\ny = 2;c\n", [("a", "x", "1"), ("a", "y", "2")]),
        ('[a]\nx = "1 # 2" # 3\ny = "a ; b"\n', [("a", "x", "1 # 2"), ("a", "y", "a ; b")]),
        ('[a]\nx =   a b  \ny = "  a  "  \nz = a" b "c\n', [("a", "x", "a b"), ("a", "y", "  a  "), ("a", "z", "a b c")]),
        ("[a]\nx = b\\\n  c\ny = 1\n", [("a", "x", "b  c"), ("a", "y", "1")]),
        ("[a]\nx = b\\\r\nc\n", [("a", "x", "bc")]),
        ('[a]\nx = "\\n\\t\\b\\\\\\""\n', [("a", "x", '\n\t\b\\"')]),
        ("[a]\nx = \\\\ \\\n", [("a", "x", "\\")]),
        ("[a]\nx =\ny\nz = ", [("a", "x", ""), ("a", "y", "true"), ("a", "z", "")]),
        ("[a]\nx y\nz = 1\n", [("a", "x", "true"), ("a", "z", "1")]),
        ("[a\nx = 1\n[b]\ny = 2\n", [("", "x", "1"), ("b", "y", "2")]),
        ("[a]\n1x = 1\n=2\ny = 2\n", [("a", "y", "2")]),
        ("[a]\nx = 1\\", [("a", "x", "1")]),
        ('[a]\nx = "1\ny = 2\n', [("a", "x", "1"), ("a", "y", "2")]),
        ("[]\nx = 1\n[a]\n\n \t y = 2", [("", "x", "1"), ("a", "y", "2")]),
        ("", []),
    ],
)
def test_entries(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert list(entries(text)) == expected


@pytest.fixture
def place(tmp_path: Path) -> ConfigScope:
    work = tmp_path / "work"
    (work / ".git").mkdir(parents=True)
    (tmp_path / "home" / ".config" / "git").mkdir(parents=True)
    return ConfigScope(work / ".git", work / ".git", work)


def environment(place: ConfigScope, **more: str) -> dict[str, str]:
    return {"HOME": str(place.root.parent / "home"), "GIT_CONFIG_NOSYSTEM": "1"} | more


def found(place: ConfigScope, text: str, **more: str) -> Ignoring:
    (place.git / "config").write_text(text.replace("~work", str(place.root)))
    return read(place, environment(place, **more))[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Ignoring()),
        ("[core]\nexcludesFile = mine\n", Ignoring("work/mine")),
        ("[core]\nexcludesFile = ~/mine\n", Ignoring("home/mine")),
        ("[core]\nexcludesFile = ~\n", Ignoring("home")),
        ("[core]\nexcludesFile =\n", Ignoring("")),
        ("[core]\nexcludesFile = ~work/../a\n", Ignoring("work/../a")),
        ("[core]\nignoreCase = Yes\n", Ignoring(ignore_case=True)),
        ("[core]\nignoreCase\n", Ignoring(ignore_case=True)),
        ("[core]\nignoreCase = 0\n", Ignoring()),
        ("[core]\nignoreCase = true\nignoreCase = no\n", Ignoring()),
        ("[other]\nignoreCase = true\nexcludesFile = a\n", Ignoring()),
        ("[extensions]\nworktreeConfig = on\n", Ignoring(worktree_config=True)),
        ("[extensions]\nworktreeConfig = off\n", Ignoring()),
    ],
)
def test_options(place: ConfigScope, text: str, expected: Ignoring) -> None:
    says = found(place, text)
    excludes = expected.excludes and os.path.join(place.root.parent, expected.excludes)
    assert says == Ignoring(excludes, expected.ignore_case, expected.worktree_config)


@pytest.mark.parametrize(
    ("head", "met"),
    [
        ("[include]", True),
        ('[includeIf "gitdir:~work/"]', True),
        ('[includeIf "gitdir:~work/.git"]', True),
        ('[includeIf "gitdir:~work"]', False),
        ('[includeIf "gitdir:work/"]', True),
        ('[includeIf "gitdir:Work/"]', False),
        ('[includeIf "gitdir/i:Work/"]', True),
        ('[includeIf "gitdir:**/w*k/.git"]', True),
        ('[includeIf "gitdir:~/"]', False),
        ('[includeIf "gitdir:./"]', False),
        ('[includeIf "gitdir:./x"]', False),
        ('[includeIf "gitdir:/"]', True),
        ('[includeIf "gitdir:/no/"]', False),
        ('[includeIf "onbranch:main"]', True),
        ('[includeIf "onbranch:m*"]', True),
        ('[includeIf "onbranch:MAIN"]', False),
        ('[includeIf "onbranch:dev/"]', False),
        ('[includeIf "hasconfig:remote.*.url:x"]', True),
        ('[includeIf "gitdir:' + "x" * 600 + '"]', True),
        ('[includes "x"]', False),
    ],
)
def test_what_is_included(place: ConfigScope, head: str, met: bool) -> None:
    (place.git / "HEAD").write_text("ref: refs/heads/main\n")
    (place.git / "more").write_text("[core]\nignoreCase = true\n")
    assert found(place, f"{head}\npath = more\n").ignore_case is met


@pytest.mark.parametrize(
    ("head", "met"), [("ref: refs/heads/dev/x", True), ("ref: refs/heads/main", False), ("1234abcd", False), (None, True)]
)
def test_a_branch_is_read_from_its_file(place: ConfigScope, head: str | None, met: bool) -> None:
    if head is not None:
        (place.git / "HEAD").write_text(head + "\n")
    (place.git / "more").write_text("[core]\nignoreCase = true\n")
    assert found(place, '[includeIf "onbranch:dev/"]\npath = more\n').ignore_case is met
    assert str(place.git / "HEAD") in read(place, environment(place))[1]


def test_the_repository_is_read_after_the_user_and_its_work_tree_last(place: ConfigScope) -> None:
    home = place.root.parent / "home"
    (home / ".config" / "git" / "config").write_text("[core]\nexcludesFile = /xdg\nignoreCase = true\n")
    assert found(place, "") == Ignoring("/xdg", ignore_case=True)
    (home / ".gitconfig").write_text("[core]\nexcludesFile = /home\n")
    assert found(place, "") == Ignoring("/home", ignore_case=True)
    assert found(place, "[core]\nexcludesFile = /repository\n") == Ignoring("/repository", ignore_case=True)
    (place.git / "config.worktree").write_text("[core]\nexcludesFile = /tree\n")
    assert found(place, "") == Ignoring("/home", ignore_case=True)
    assert found(place, "[extensions]\nworktreeConfig = 1\n") == Ignoring("/tree", True, True)


def test_the_environment_names_files_and_options(place: ConfigScope, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("[core]\nexcludesFile = /a\n")
    (tmp_path / "b").write_text("[core]\nignoreCase = true\n")
    (tmp_path / "home" / ".gitconfig").write_text("[core]\nexcludesFile = /home\n")
    (tmp_path / "xdg" / "git").mkdir(parents=True)
    (tmp_path / "xdg" / "git" / "config").write_text("[core]\nexcludesFile = /xdg\n")
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    assert found(place, "", GIT_CONFIG_GLOBAL=b) == Ignoring(ignore_case=True)
    assert found(place, "", GIT_CONFIG_GLOBAL=b, GIT_CONFIG_SYSTEM=a) == Ignoring(ignore_case=True)  # no system configuration
    assert found(place, "", GIT_CONFIG_GLOBAL=b, GIT_CONFIG_SYSTEM=a, GIT_CONFIG_NOSYSTEM="0") == Ignoring("/a", True)
    (tmp_path / "home" / ".gitconfig").unlink()
    assert found(place, "", XDG_CONFIG_HOME=str(tmp_path / "xdg")) == Ignoring("/xdg")
    options = {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "Core.ExcludesFile",
        "GIT_CONFIG_VALUE_0": "/given",
        "GIT_CONFIG_KEY_1": "core.ignoreCase",
        "GIT_CONFIG_VALUE_1": "true",
        "GIT_CONFIG_KEY_2": "core.ignoreCase",
        "GIT_CONFIG_VALUE_2": "false",
    }
    assert found(place, "", **options) == Ignoring("/given", ignore_case=True)
    assert found(place, "", **(options | {"GIT_CONFIG_COUNT": "x"})) == Ignoring()


def test_a_condition_may_begin_next_to_its_file(place: ConfigScope, tmp_path: Path) -> None:
    (tmp_path / "more").write_text("[core]\nignoreCase = true\n")
    (tmp_path / "global").write_text('[includeIf "gitdir:./work/"]\npath = more\n')
    assert found(place, "", GIT_CONFIG_GLOBAL=str(tmp_path / "global")).ignore_case
    (tmp_path / "global").write_text('[includeIf "gitdir:./home/"]\npath = more\n')
    assert not found(place, "", GIT_CONFIG_GLOBAL=str(tmp_path / "global")).ignore_case


def test_the_systems_files_are_looked_at(place: ConfigScope) -> None:
    files = read(place, environment(place, GIT_CONFIG_NOSYSTEM="false"))[1]
    assert (os.sep + os.path.join("etc", "gitconfig") in files) or os.name == "nt"
    assert os.sep + os.path.join("etc", "gitconfig") not in read(place, environment(place))[1]


def test_a_chain_of_files_ends(place: ConfigScope) -> None:
    for number in range(15):
        text = f"[include]\npath = {number + 1}\n[core]\nexcludesFile = /{number}\n"
        (place.git / str(number)).write_text(text)
    says, files = read(ConfigScope(place.git, place.git, place.root), environment(place))
    assert says == Ignoring()
    (place.git / "config").write_text("[include]\npath = 0\n")
    says, files = read(place, environment(place))
    assert [Path(file).name for file in files][-11:] == ["config", *map(str, range(10))]
    assert says.excludes == "/0"  # the including file goes on after its include
    (place.git / "config").write_text("[include]\npath = 12\n" * 100)
    assert len(read(place, environment(place))[1]) == 64


def test_where_the_users_own_ignore_file_is(tmp_path: Path) -> None:
    assert users_ignore({"HOME": str(tmp_path)}) == tmp_path / ".config" / "git" / "ignore"
    assert users_ignore({"HOME": "/no", "XDG_CONFIG_HOME": str(tmp_path)}) == tmp_path / "git" / "ignore"


@pytest.mark.parametrize(
    "text",
    [
        "[a]\nb = " + "x" * 1_000_000 + "\n",
        "[include]\npath = large\n" * 11,
        "".join(f"[include]\npath = none{number}\n" for number in range(100)),
        "[include]\npath = config\n",
    ],
    ids=["one large file", "many large files", "many files", "itself"],
)
def test_of_more_than_makes_sense_nothing_is_known(place: ConfigScope, text: str) -> None:
    (place.git / "large").write_text("[a]\nb = " + "x" * 100_000 + "\n")
    assert found(place, text).unusable
    assert not found(place, "[include]\npath = large\n" * 9).unusable


def test_of_too_many_conditions_the_rest_counts_as_met(place: ConfigScope) -> None:
    (place.git / "mine").write_text("[core]\nexcludesFile = mine\n")
    other = "".join(
        f'[includeIf "{kind}:{"**/*a" * 90}{number}/z"]\npath = none\n' for kind in ("gitdir", "onbranch") for number in range(9)
    )
    last = '[includeIf "gitdir:/nowhere/"]\npath = mine\n'
    assert found(place, last).excludes is None
    assert found(place, other + last).excludes is None
    assert found(place, 3 * other + last).excludes is not None
