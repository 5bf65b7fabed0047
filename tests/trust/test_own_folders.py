"""The boundary of our folders: what another user of the machine made first is not used, and no link in a file's place is followed.

Indexes, journals, costs and evaluated prompts are kept there. `XDG_CACHE_HOME` or the home folder can be in a place where everybody
may write.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from codestral_ls.backends.aborts import Aborts
from codestral_ls.backends.ledger import Ledger
from codestral_ls.completion.tally import SqliteTally
from codestral_ls.config.paths import cache_dir, state_dir
from codestral_ls.context.index import store
from codestral_ls.context.index.build_index import open_writer
from codestral_ls.doctor.folders import why_not_writable
from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.host import kv_state
from codestral_ls.system.private_files import is_of_others, private_file, private_folder
from support.models.host_fakes import FakeSession, FakeVocabulary
from support.trust.other_user import NOBODY, only_root

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="owners, links and pipes are of Unix")


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("SUDO_UID", raising=False)
    (cache_dir() / "index").mkdir(parents=True)
    state_dir().mkdir(parents=True)
    (tmp_path / "project").mkdir()


def index(project: Path) -> None:
    with pytest.raises(OSError, match=r"\[Errno"):
        open_writer(project)


def costs(project: Path) -> None:
    with pytest.raises(OSError, match=r"\[Errno"):
        Ledger(FILES[costs](project)).add_all([])


def acceptances(project: Path) -> None:
    """Acceptances are not remembered, and nothing fails."""
    tally = SqliteTally(FILES[acceptances](project))
    tally.count("shown", "cold", 0.5, 9)
    tally.close()


def aborts(project: Path) -> None:
    """Aborts are not counted, and nothing fails."""
    Aborts(FILES[aborts](project)).another("a model")


def hosts_log(project: Path) -> None:
    with pytest.raises(OSError, match=r"\[Errno"):
        private_file(FILES[hosts_log](project))


Writer = Callable[[Path], None]
FILES: dict[Writer, Callable[[Path], Path]] = {
    index: store.database_file,
    costs: lambda _: state_dir() / "costs.sqlite3",
    acceptances: lambda _: state_dir() / "acceptance.sqlite3",
    aborts: lambda _: state_dir() / "aborts.json",
    hosts_log: lambda _: state_dir() / "host.log",
}
every_writer = pytest.mark.parametrize("writer", FILES, ids=lambda writer: writer.__name__)


@only_root
@every_writer
def test_a_folder_of_another_user_is_not_written_to(tmp_path: Path, writer: Writer) -> None:
    file = FILES[writer](tmp_path / "project")
    os.chown(file.parent, NOBODY, NOBODY)
    writer(tmp_path / "project")
    assert list(file.parent.iterdir()) == []


@only_root
@every_writer
def test_a_file_of_another_user_is_not_written_to(tmp_path: Path, writer: Writer) -> None:
    file = FILES[writer](tmp_path / "project")
    file.touch(0o666)
    os.chown(file, NOBODY, NOBODY)
    writer(tmp_path / "project")
    assert file.stat().st_size == 0


@every_writer
def test_a_link_in_a_files_place_is_not_followed(tmp_path: Path, writer: Writer) -> None:
    FILES[writer](tmp_path / "project").symlink_to(tmp_path / "victim")
    writer(tmp_path / "project")
    assert not (tmp_path / "victim").exists()


@every_writer
def test_a_pipe_in_a_files_place_is_not_waited_for(tmp_path: Path, writer: Writer) -> None:
    os.mkfifo(FILES[writer](tmp_path / "project"))
    writer(tmp_path / "project")


@only_root
def test_what_another_user_prepared_is_not_read(tmp_path: Path) -> None:
    """An index would put words into prompts; a saved state of the model is read by native code."""
    _, connection = open_writer(tmp_path / "project")
    connection.close()
    file = store.database_file(tmp_path / "project")
    os.chown(file.parent, NOBODY, NOBODY)
    with pytest.raises(store.UnusableIndexError, match="another user's"):
        store.open_for_reading(file)
    states = tmp_path / "states"
    states.mkdir()
    (states / kv_state.INDEX).write_text('{"version": 1, "identity": "m", "saved": 0, "slots": []}')
    os.chown(states, NOBODY, NOBODY)
    session = FakeSession(FakeVocabulary())
    assert kv_state.restore(states, "m", session, []) == 0
    assert (states / kv_state.INDEX).exists(), "it was not even taken"


@only_root
def test_costs_of_another_user_are_not_read() -> None:
    file = state_dir() / "costs.sqlite3"
    Ledger(file).add_all([])
    os.chown(state_dir(), NOBODY, NOBODY)
    with pytest.raises(OSError, match="belongs to another user"):
        Ledger(file).cost_today()


@only_root
def test_who_became_root_by_sudo_uses_the_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(state_dir(), NOBODY, NOBODY)
    assert is_of_others(state_dir())
    assert why_not_writable(state_dir()) == "belongs to another user"
    monkeypatch.setenv("SUDO_UID", str(NOBODY))
    assert not is_of_others(state_dir())
    assert private_file(state_dir() / "a").exists()


def test_a_journal_may_be_kept_wherever_the_user_says(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    if os.getuid() == 0:
        os.chown(shared, NOBODY, NOBODY)
    with closing(Journal(shared / "run.journal")) as journal:
        assert journal.setting("state") is None
    (shared / "link").symlink_to(tmp_path / "victim")
    with pytest.raises(GenerateError):
        Journal(shared / "link")
    assert not (tmp_path / "victim").exists()


def test_a_folder_that_the_user_linked_is_used(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "elsewhere").symlink_to(tmp_path / "disk", target_is_directory=True)
    assert private_folder(tmp_path / "elsewhere" / "index").is_dir()
    assert private_file(tmp_path / "elsewhere" / "file").exists()
