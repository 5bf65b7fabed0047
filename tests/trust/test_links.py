"""The boundary of a workspace's folder: no link in it leads a reader or a writer out, not even one made after it was looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from codestral_ls.context.index.build_index import extract_batch, open_writer, refresh, update
from codestral_ls.context.index.indexed_files import FileStamp, Walk, read_source
from codestral_ls.context.index.read import IndexReader
from codestral_ls.context.neighbour_files import neighbour_files
from codestral_ls.context.recent import Recent
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.privacy import FileRules
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.errors import GenerateError
from codestral_ls.evaluation.holes import holes_in
from codestral_ls.generate.at_cursor.single import _layout
from codestral_ls.generate.batch.discover import Selection, find_files
from codestral_ls.generate.batch.finishing import _write
from codestral_ls.generate.batch.work import FileResult
from codestral_ls.generate.docstrings.documentable import read_definitions
from codestral_ls.generate.docstrings.plan import DocstringSettings, plan_file
from codestral_ls.generate.editing.exchanging import exchange
from codestral_ls.generate.editing.source import FileLeftAlone, digest_of
from codestral_ls.generate.testing.plan import TestSettings, _read
from codestral_ls.generate.testing.profile import TestProfile
from codestral_ls.system.beneath import entries_beneath, read_beneath
from support.trust.clone import git

OURS, THEIRS = "def ours():\n    return 1\n", "def theirs():\n    return 2\n"
PYTHON = frozenset({"python"})


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with `lib/a.py`, and `outside/a.py` next to the repository."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for folder, text in (("root/lib", OURS), ("outside", THEIRS)):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.py").write_text(text)
    (tmp_path / "root" / "main.py").write_text("import lib.a\n")
    git(tmp_path, "init", "-q", "root")
    git(tmp_path / "root", "add", ".")
    git(tmp_path / "root", "commit", "-qm", "all")
    return tmp_path / "root"


def swap(root: Path) -> None:
    """Replace `lib` with a link out of the workspace."""
    (root / "lib").rename(root.parent / "lib before")
    (root / "lib").symlink_to(root.parent / "outside", target_is_directory=True)


class SwappingRules(FileRules):
    """Rules that replace the folder with a link as soon as they have allowed a file in it."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root

    def why_private(self, path: Path, by_git: bool = True) -> str:
        reason = super().why_private(path, by_git)
        if path.parent == self._root / "lib" and not path.parent.is_symlink():
            swap(self._root)
        return reason


def text(root: Path) -> str:
    return Workspace(root, IndexReader(root), Recent(), SwappingRules(root)).text_of("lib/a.py") or ""


def old_index(root: Path) -> str:
    """The index still names a file of the folder that was replaced."""
    writer, connection = open_writer(root)
    with closing(connection):
        refresh(root, writer)
        swap(root)
        return Workspace(root, IndexReader(root), Recent(), FileRules()).text_of("lib/a.py") or ""


def saved_file(root: Path) -> str:
    """The editor reports that the file was saved."""
    writer, connection = open_writer(root)
    with closing(connection):
        update(root, writer, [root / "lib" / "a.py"], SwappingRules(root))
    return str(IndexReader(root).definitions_named(["theirs"]))


def walk(root: Path) -> str:
    """The folder is replaced after its parent folder was listed."""
    stamps = Walk(root).stamps()
    first = next(stamps)
    assert first.path == "main.py"
    swap(root)
    return "theirs" if [one.path for one in stamps] != [] else ""


def extraction(root: Path) -> str:
    swap(root)
    return str(extract_batch(root, [(FileStamp("lib/a.py", 1, 1), "")]).new)


def neighbours(root: Path) -> str:
    swap(root)
    return "theirs" if neighbour_files(root, "lib/b.py", 9) != ["main.py"] else ""


def measuring(root: Path) -> str:
    swap(root)
    return "".join(hole.prefix + hole.truth + hole.suffix for hole in holes_in(root, 9, 1))


def batch_files(root: Path) -> str:
    """Git's index still names a file of the folder that was replaced."""
    swap(root)
    return "".join(path.read_text() for path in find_files(Selection((root,), PYTHON)))


def docstrings(root: Path) -> str:
    found = list(find_files(Selection((root,), PYTHON)))
    assert root / "lib" / "a.py" in found
    swap(root)
    plan = plan_file(DocstringSettings(root), root / "lib" / "a.py")
    assert plan.problem == "a link leads to it by now"
    return str(plan.wanted)


def planned_tests(root: Path) -> str:
    swap(root)
    with pytest.raises(FileLeftAlone, match="a link leads to it"):
        _read(TestSettings(root), root / "lib" / "a.py")
    return ""


READERS = [text, old_index, saved_file, walk, extraction, neighbours, measuring, batch_files, docstrings, planned_tests]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_a_folder_that_became_a_link_is_not_read(root: Path, reader: Callable[[Path], str]) -> None:
    assert "theirs" not in reader(root)
    assert (root / "lib").is_symlink(), "the attack was tried"


@pytest.mark.parametrize("inner", ["lib/a.py", "lib"])
def test_what_another_exchanges_all_the_time_is_ours_or_nothing(root: Path, inner: str) -> None:
    """Another program keeps replacing a folder or file with a link out of the workspace and back, while it is read."""
    other = root.parent / "other"
    other.symlink_to(root.parent / "outside" / Path(inner).relative_to("lib"))
    try:
        assert exchange(other, root / inner)
        assert exchange(other, root / inner)
    except (AssertionError, OSError):
        pytest.skip("this system cannot exchange two names")
    done = threading.Event()

    def exchanging() -> None:
        while not done.is_set():
            exchange(other, root / inner)

    thread = threading.Thread(target=exchanging)
    thread.start()
    try:
        found = [(read_source(root, "lib/a.py") or ("",))[0] for _ in range(2_000)]
    finally:
        done.set()
        thread.join()
    assert set(found) <= {OURS, ""}
    assert OURS in found


def linked_tests(root: Path) -> Path:
    """A clone whose folder of tests is a link out of the clone. A file written there could be run because of its name."""
    (root / "tests").symlink_to(root.parent / "outside", target_is_directory=True)
    return root / "lib" / "a.py"


def linked_test_file(root: Path) -> Path:
    (root / "tests").mkdir()
    for name in ("test_a_generated.py", "test_lib_a_generated.py"):
        (root / "tests" / name).symlink_to(root.parent / "outside" / "test.py")
    return root / "lib" / "a.py"


@pytest.mark.parametrize("plant", [linked_tests, linked_test_file], ids=lambda plant: plant.__name__)
def test_no_test_is_written_through_a_link(root: Path, plant: Callable[[Path], Path]) -> None:
    source = plant(root)
    profile = TestProfile(folders={"tests": 1})
    with pytest.raises(FileLeftAlone, match="to which a link leads"):
        _read(TestSettings(root, profile, everything=True), source)
    snapshot = Snapshot.of(source.read_text(), language="python", uri=source.as_uri(), path=source)
    tree = snapshot.tree()
    assert tree is not None
    with pytest.raises(GenerateError, match="to which a link leads"):
        _layout(snapshot, source, root, read_definitions(tree), profile)


@pytest.mark.parametrize("digest", ["", digest_of(THEIRS.encode())], ids=["new", "old"])
def test_nothing_is_written_where_a_link_leads_by_now(root: Path, digest: str) -> None:
    target = root / "lib" / ("b.py" if not digest else "a.py")
    swap(root)
    with pytest.raises(FileLeftAlone, match="a link leads to it"):
        _write(FileResult(target, "changed", target=target, target_digest=digest, data=b"x = 1\n"))
    assert [path.name for path in (root.parent / "outside").iterdir()] == ["a.py"]
    assert (root.parent / "outside" / "a.py").read_text() == THEIRS


@pytest.mark.parametrize("name", ["../outside/a.py", "lib/../../outside/a.py", "/etc/passwd", "lib/", "", ".", "lib", "lib/\0"])
def test_no_name_leads_out(root: Path, name: str) -> None:
    with pytest.raises((OSError, ValueError)):
        read_beneath(root, name, 100)


def test_a_root_that_is_a_link_was_chosen_by_the_user(root: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root, target_is_directory=True)
    assert read_beneath(link, "lib/a.py", 100) == OURS.encode()
    with entries_beneath(link, "lib") as found:
        assert [one.name for one in found] == ["a.py"]
