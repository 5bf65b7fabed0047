"""The snippets in a document's prompt change only when typing rests, and snippets that come too late are left out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Event

import pytest

from codestral_ls.config.by_folder import ByFolder
from codestral_ls.config.sections import Options, PrivacyOptions
from codestral_ls.context import project as module
from codestral_ls.context.choice import is_clearly_other
from codestral_ls.context.index.read import IndexReader
from codestral_ls.context.project import ProjectContext, ProjectEvents
from codestral_ls.context.recent import Recent
from codestral_ls.context.roots import root_of
from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.privacy import FileRules
from codestral_ls.documents.snapshot import Snapshot
from support.waiting import DEADLINE, time_passes, until

URI = "file:///project/a.py"


class Scripted:
    """A source that returns the snippets it was given."""

    name = "scripted"

    def __init__(self) -> None:
        self.text = "first_name second_name third_name"
        self.path = "b.py"
        self.asked = 0
        self.go = Event()
        self.go.set()

    def find(self, _snapshot: Snapshot) -> list[Snippet]:
        self.asked += 1
        assert self.go.wait(DEADLINE)
        return [Snippet(self.path, 1, 1, self.text, self.name, 0.5)] if self.text else []


async def scenario(
    monkeypatch: pytest.MonkeyPatch, play: Callable[[ProjectContext, Scripted, list[Snapshot]], Awaitable[None]]
) -> None:
    source = Scripted()
    monkeypatch.setattr(module, "REST_SECONDS", 0.02)

    def only(_workspace: Workspace) -> list[Scripted]:
        return [source]

    monkeypatch.setattr(module, "sources_for", only)

    changed: list[Snapshot] = []
    project = ProjectContext(Options(), (), ProjectEvents(changed.append), keep_index=False)
    try:
        await play(project, source, changed)
    finally:
        await project.aclose()


def at(text: str) -> Snapshot:
    return Snapshot.of(text, language="python", uri=URI)


async def test_the_choice_stays_while_keys_come_and_changes_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(project: ProjectContext, source: Scripted, changed: list[Snapshot]) -> None:
        first = await project.gather(at("a"), 1000, 1.0)
        source.text = "other_name quite_other entirely_other"
        asked = source.asked
        for text in ("ab", "abc", "abcd"):
            assert await project.gather(at(text), 1000, 1.0) is first
        assert source.asked == asked, "no keystroke collects anything"
        await until(lambda: bool(changed))
        assert changed[0].text == "abcd"
        assert "other_name" in (await project.gather(at("abcd"), 1000, 1.0))[0].text

    await scenario(monkeypatch, play)


async def test_what_the_new_prompt_is_warmed_with_asks_for_nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(project: ProjectContext, source: Scripted, changed: list[Snapshot]) -> None:
        await project.gather(at("a"), 1000, 1.0)
        source.text = "other_name quite_other"
        await until(lambda: bool(changed))
        asked = source.asked
        await project.gather(changed[0], 1000, 1.0)
        await time_passes(1.0, project._thread)
        assert (source.asked, len(changed)) == (asked, 1)

    await scenario(monkeypatch, play)


async def test_a_choice_that_is_nearly_the_same_is_not_worth_a_cold_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(project: ProjectContext, source: Scripted, changed: list[Snapshot]) -> None:
        source.text = " ".join(f"name_{i}" for i in range(20))
        first = await project.gather(at("a"), 1000, 1.0)
        source.text += " one_more"
        await until(lambda: source.asked == 2)
        await time_passes(1.0, project._thread)
        assert changed == []
        assert await project.gather(at("a"), 1000, 1.0) is first

    await scenario(monkeypatch, play)


async def test_what_is_late_is_left_out_and_there_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(project: ProjectContext, source: Scripted, changed: list[Snapshot]) -> None:
        source.go.clear()
        assert await project.gather(at("a"), 1000, 0.01) == []
        source.go.set()
        await until(lambda: bool(changed))
        assert len(await project.gather(at("a"), 1000, 0.01)) == 1

    await scenario(monkeypatch, play)


async def test_less_room_means_another_choice_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(project: ProjectContext, source: Scripted, _changed: list[Snapshot]) -> None:
        await project.gather(at("a"), 1000, 1.0)
        assert await project.gather(at("a"), 20, 1.0) == []

    await scenario(monkeypatch, play)


async def test_a_document_that_is_opened_is_looked_at_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(project: ProjectContext, source: Scripted, _changed: list[Snapshot]) -> None:
        other = Snapshot.of("b", language="python", uri="file:///project/other.py")
        project.document_opened(other, 1000)
        await until(lambda: other.uri in project._chosen)
        assert len(await project.gather(other, 1000, 0.0)) == 1, "no time is needed: it is there"

    await scenario(monkeypatch, play)


async def test_a_key_before_that_is_done_waits_no_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(project: ProjectContext, source: Scripted, changed: list[Snapshot]) -> None:
        source.go.clear()
        project.document_opened(at("a"), 1000)
        assert await project.gather(at("a"), 1000, 0.02) == []
        assert source.asked == 1, "it is not collected twice at once"
        source.go.set()
        await until(lambda: bool(changed))
        assert len(await project.gather(at("a"), 1000, 0.0)) == 1

    await scenario(monkeypatch, play)


async def test_a_document_is_not_looked_at_where_nothing_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(project: ProjectContext, source: Scripted, _changed: list[Snapshot]) -> None:
        project.document_opened(at("a"), 0)
        await time_passes(1.0, project._thread)
        assert source.asked == 0

    await scenario(monkeypatch, play)


async def test_what_was_collected_under_other_rules_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(project: ProjectContext, source: Scripted, _changed: list[Snapshot]) -> None:
        source.go.clear()
        project.document_opened(at("a"), 1000)
        await until(lambda: source.asked == 1)
        project.set_options(ByFolder(Options(privacy=PrivacyOptions(ignore=("b.py",)))))
        source.go.set()
        await until(lambda: not project._ahead)
        assert not project._chosen

    await scenario(monkeypatch, play)


async def test_a_closed_document_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(project: ProjectContext, source: Scripted, changed: list[Snapshot]) -> None:
        await project.gather(at("a"), 1000, 1.0)
        project.document_closed(URI)
        source.text = "other_name quite_other"
        await time_passes(1.0, project._thread)
        assert changed == []
        assert source.asked == 1

    await scenario(monkeypatch, play)


@pytest.mark.parametrize("text", ["second_name", ""], ids=["what is left", "nothing found in time"])
async def test_a_deleted_file_goes_at_the_next_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    deleted = tmp_path / "b.py"
    deleted.touch()
    (tmp_path / "c.py").touch()
    snapshot = Snapshot.of("a", language="python", uri=(tmp_path / "a.py").as_uri(), path=tmp_path / "a.py")

    async def play(project: ProjectContext, source: Scripted, changed: list[Snapshot]) -> None:
        await project.gather(snapshot, 1000, 1.0)
        source.path, source.text = "c.py", text
        await until(lambda: project._chosen[snapshot.uri].settled)
        assert changed == [], "it is there, and what is found now is no better"
        deleted.unlink()
        project.cursor_moved(Snapshot.of("a", 0, "python", snapshot.uri, snapshot.path))
        await until(lambda: bool(changed))
        assert [one.path for one in await project.gather(changed[0], 1000, 1.0)] == (["c.py"] if text else [])

    await scenario(monkeypatch, play)


def test_what_is_open_and_was_never_saved_is_not_gone(tmp_path: Path) -> None:
    (tmp_path / "there.py").touch()
    (tmp_path / ".env").touch()
    recent = Recent()
    recent.see(Snapshot.of("a", language="python", uri="untitled:/Untitled-1"))
    recent.see(Snapshot.of("a", language="python", uri=(tmp_path / "new.py").as_uri(), path=tmp_path / "new.py"))
    workspace = Workspace(tmp_path, IndexReader(tmp_path), recent, FileRules())
    assert workspace.gone(["Untitled-1", "new.py", "there.py", "deleted.py", ".env"]) == {"deleted.py", ".env"}


class Told:
    """A stand-in of the index keeper of a root."""

    def __init__(self) -> None:
        self.heard: list[list[Path]] = []

    def changed(self, paths: list[Path]) -> None:
        self.heard.append(paths)

    def close(self) -> None:
        pass


async def test_changed_files_are_reported_to_the_index_that_holds_them_and_too_many_to_all() -> None:
    one, other, file = Told(), Told(), Path("/one/a.py")

    project = ProjectContext(Options(), keep_index=False)
    project._keepers = {Path("/one"): one, Path("/other"): other}  # type: ignore[dict-item]
    project.files_changed([file])
    project.files_changed([])
    await asyncio.to_thread(project._keeping.shutdown)
    await project.aclose()
    assert (one.heard, other.heard) == ([[file], []], [[]])


def test_clearly_other() -> None:
    one, other = Snippet("a", 1, 1, "aa bb cc", "s"), Snippet("a", 1, 1, "dd ee ff", "s")
    assert is_clearly_other([one], [other])
    assert not is_clearly_other([one], [one])
    assert not is_clearly_other([one], []), "nothing better was found"


def test_roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home" / "p" / "sub").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    file = tmp_path / "home" / "p" / "sub" / "a.py"
    assert root_of(file, []) is None
    assert root_of(file, [tmp_path / "home"]) is None, "a home folder is no project"
    (tmp_path / "home" / "p" / "pyproject.toml").touch()
    assert root_of(file, []) == tmp_path / "home" / "p"
    assert root_of(file, [tmp_path / "home" / "p" / "sub", tmp_path / "home" / "p"]) == tmp_path / "home" / "p" / "sub"
    assert root_of(None, []) is None


async def test_what_the_editor_complains_of_changes_the_choice_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = Snippet("a", 1, 1, "# undefined name", "diagnostics")
    one = Snippet("a", 1, 1, "aa bb cc", "s")
    assert is_clearly_other([one], [one, complaint])
    assert is_clearly_other([one, complaint], [one]), "it is mended"

    async def play(project: ProjectContext, source: Scripted, _changed: list[Snapshot]) -> None:
        await project.gather(at("a"), 1000, 1.0)
        await until(lambda: project._chosen[URI].settled)
        asked = source.asked
        project.diagnosed(URI, [(1, "undefined name")])
        await until(lambda: source.asked == asked + 1)
        await until(lambda: project._chosen[URI].settled)
        project.diagnosed(URI, [(1, "undefined name")])
        await time_passes(1.0, project._thread)
        assert source.asked == asked + 1, "nothing is new"

    await scenario(monkeypatch, play)
