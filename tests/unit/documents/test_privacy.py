"""Which files may enter a prompt: credentials, ignore files of every kind, links."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.documents import privacy
from codestral_ls.documents.privacy import FileRules, file_rules


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


@pytest.mark.parametrize(
    ("name", "private"),
    [
        ("app.py", False),
        (".env", True),
        (".env.production", True),
        (".env.example", False),
        ("config/prod.env", True),
        ("tls/server.key", True),
        ("SERVER.PEM", True),
        (".ssh/config", True),
        ("home/.ssh/id_ed25519", True),
        ("id_ed25519.pub", False),
        ("deep/.aws/credentials", True),
        ("secrets.py", True),
        ("secrets.yaml", True),
        ("credentials.json", True),
        ("credentials.go", False),
        ("infra/terraform.tfstate.backup", True),
        ("client_secret_123.json", True),
        ("keyboard.py", False),
        ("environment.ts", False),
    ],
)
def test_names_that_look_like_credentials(tmp_path: Path, name: str, private: bool) -> None:
    assert bool(FileRules().why_private(tmp_path / name)) is private


@pytest.mark.parametrize(
    ("files", "path", "private"),
    [
        ({".git/HEAD": "", ".gitignore": "build/\n"}, "build/out.py", True),
        ({".git/HEAD": "", ".gitignore": "build/\n"}, "builds/out.py", False),
        ({".git/HEAD": "", ".gitignore": "*.gen.py\n!keep.gen.py\n"}, "a/keep.gen.py", False),
        ({".git/HEAD": "", ".gitignore": "*.gen.py\n", "a/.gitignore": "!*.gen.py\n"}, "a/x.gen.py", False),
        ({".git/HEAD": "", ".gitignore": "a/\n", "a/.gitignore": "!x.py\n"}, "a/x.py", True),
        ({".git/HEAD": "", ".git/info/exclude": "local.py\n"}, "deep/local.py", True),
        ({".git/HEAD": "", "xdg/git/ignore": "*.scratch.py\n"}, "a.scratch.py", True),
        ({".gitignore": "*.py\n"}, "a.py", False),  # no repository: git would not ignore either
        ({".codestralignore": "private/\n"}, "private/deep/a.py", True),
        ({".codestralignore": "*\n!ok.py\n"}, "ok.py", False),
        ({".codestralignore": "!.env\n"}, ".env", True),  # nothing re-includes credentials
        ({"sub/.git/HEAD": "", ".gitignore": "*.py\n"}, "sub/a.py", False),  # another repository around it
        ({".git/HEAD": "", ".codestralignore": "a.py\n", ".gitignore": "!a.py\n"}, "a.py", True),
    ],
)
def test_ignore_files(tmp_path: Path, files: dict[str, str], path: str, private: bool) -> None:
    root = write(tmp_path, files)
    assert bool(FileRules().why_private(root / path)) is private


@pytest.mark.parametrize(("home", "private"), [("", False), ("a", True), ("z", True)])
def test_a_repository_of_a_whole_home_folder_hides_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str, private: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "outer" / home))
    write(tmp_path, {"outer/.git/HEAD": "", "outer/.gitignore": "*\n"})
    write(tmp_path / "outer/project/.git", {"HEAD": "", "objects/any": "", "refs/any": ""})
    assert bool(FileRules().why_private(tmp_path / "outer/project/a.py")) is private


def test_the_reason_names_the_file_and_the_rule(tmp_path: Path) -> None:
    root = write(tmp_path, {".codestralignore": "a.py\n"})
    assert FileRules().why_private(root / "a.py") == "a.py is named in a .codestralignore"
    assert FileRules(("b*.py",)).why_private(root / "bb.py") == "bb.py is named in privacy.ignore"


def test_a_link_is_judged_by_what_it_leads_to(tmp_path: Path) -> None:
    write(tmp_path, {"server.key": "", "notes.txt": ""})
    link = tmp_path / "harmless.py"
    link.symlink_to(tmp_path / "server.key")
    assert FileRules().why_private(link) == "server.key looks like credentials"


def test_a_changed_ignore_file_counts_at_once(tmp_path: Path) -> None:
    rules = FileRules()
    assert rules.why_private(tmp_path / "a.py") == ""
    write(tmp_path, {".codestralignore": "a.py\n"})
    assert rules.why_private(tmp_path / "a.py")
    (tmp_path / ".codestralignore").unlink()
    assert rules.why_private(tmp_path / "a.py") == ""


def test_an_unusable_own_ignore_file_hides_its_folder(tmp_path: Path) -> None:
    (tmp_path / ".codestralignore").mkdir()
    assert FileRules().why_private(tmp_path / "a.py")


def test_all_who_judge_by_the_same_patterns_share_one_memory() -> None:
    assert file_rules(("a*.py",)) is file_rules(("a*.py",))
    assert file_rules(("a*.py",)) is not file_rules(("b*.py",))


def test_the_package_asks_for_shared_rules() -> None:
    package = Path(privacy.__file__).parents[1]
    makers = [file.name for file in package.rglob("*.py") if "FileRules(" in file.read_text("utf-8")]
    assert makers == ["privacy.py"]
