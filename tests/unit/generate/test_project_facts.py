"""Text from other files in prompts (base classes, callers, callees): it comes from the index and is constant during a batch."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.backends.base import BackendInfo
from codestral_ls.backends.fake import FakeBackend
from codestral_ls.config.sections import ContextOptions, Options
from codestral_ls.context.index import store
from codestral_ls.generate.batch.batch import Batch
from codestral_ls.generate.batch.discover import Selection
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch_work import make_work
from codestral_ls.generate.docstrings.facts_from_index import StoppedError, gather_facts
from codestral_ls.generate.docstrings.plan import LANGUAGES
from codestral_ls.generate.docstrings.project_facts import ProjectFacts

SHAPES = '''class Shape:
    """Something that has an area.

    Subclasses say how large it is.
    """


def unit_of(text: str) -> float:
    """Metres for a unit's name."""
    return 1.0
'''
CIRCLES = """from shapes import Shape, unit_of


class Circle(Shape):
    def enlarge(self, factor):
        return unit_of("m") * factor
"""
DRAWING = "from circles import Circle\n\nprint(Circle().enlarge(3))\n"


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "shapes.py").write_text(SHAPES)
    (folder / "circles.py").write_text(CIRCLES)
    (folder / "drawing.py").write_text(DRAWING)
    return folder


def info() -> BackendInfo:
    return FakeBackend().info()


def prompts(root: Path, journal: Journal, options: Options | None = None) -> dict[str, str]:
    """The prompt for every definition in circles.py, by name."""
    batch = Batch("docstrings", Selection((root,), LANGUAGES), root)
    work = make_work(batch, options or Options(), journal, info())
    return {one.name: one.request.prefix for one in work.plan(root / "circles.py").wanted}


def test_a_prompt_shows_bases_callers_and_what_is_called(root: Path, tmp_path: Path) -> None:
    found = prompts(root, Journal(tmp_path / "j"))
    assert "# class Shape:\n#   Something that has an area.\n#\n#   Subclasses say how large it is." in found["Circle"]
    assert "# It is used like this:\n#   print(Circle().enlarge(3))" in found["Circle.enlarge"]
    assert "# It uses:\n#   shapes.py: def unit_of(text: str) -> float:  Metres for a unit's name." in found["Circle.enlarge"]


def test_without_an_index_it_shows_the_file_alone(root: Path, tmp_path: Path) -> None:
    found = prompts(root, Journal(tmp_path / "j"), Options(context=ContextOptions(index=False)))
    assert "Something that has an area" not in "".join(found.values())
    assert not store.database_file(root).exists()


def test_a_resumed_run_asks_exactly_the_same(root: Path, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    first = prompts(root, journal)
    (root / "shapes.py").write_text(SHAPES.replace("an area", "no area"))
    (root / "drawing.py").write_text(DRAWING.replace("3", "4"))
    journal.close()
    journal = Journal(tmp_path / "j")
    assert prompts(root, journal) == first
    journal.close()
    assert prompts(root, Journal(tmp_path / "j", restart=True)) != first


def test_nothing_private_is_shown(root: Path, tmp_path: Path) -> None:
    (root / ".codestralignore").write_text("drafts/\n")
    (root / "drafts").mkdir()
    (root / "drafts/plan.py").write_text("print(Circle().enlarge(SECRET_FACTOR))\n")
    (root / ".env").write_text("enlarge(KEY)\n")
    found = "".join(prompts(root, Journal(tmp_path / "j")).values())
    assert "enlarge(3)" in found
    assert "SECRET_FACTOR" not in found
    assert "KEY" not in found


def test_a_name_that_many_bear_says_nothing(root: Path, tmp_path: Path) -> None:
    for number in range(4):
        (root / f"other{number}.py").write_text("def enlarge(x):\n    return x\n")
    assert "It is used like this" not in prompts(root, Journal(tmp_path / "j"))["Circle.enlarge"]


def test_an_index_that_cannot_be_used_is_reported(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    batch = Batch("docstrings", Selection((root,), LANGUAGES), root)
    work = make_work(batch, Options(), Journal(tmp_path / "j"), info())
    assert "Prompts show nothing of other files" in work.notes[0]
    assert len(work.plan(root / "circles.py").wanted) == 2


def test_it_ends_when_the_user_wants_no_more(root: Path, tmp_path: Path) -> None:
    with pytest.raises(StoppedError):
        gather_facts(root, tmp_path / "facts", (), lambda: True)
    assert not (tmp_path / "facts").exists()


def test_a_file_that_is_damaged_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "facts").write_bytes(b"no database" * 100)
    facts = ProjectFacts(tmp_path / "facts")
    assert facts.calls("f", "") == []
    facts.close()
