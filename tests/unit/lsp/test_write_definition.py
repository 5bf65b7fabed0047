"""Writing a definition without an editor: the request, the texts that it is made from, and the refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from codestral_ls.backends.base import BackendInfo, FimRequest, Priority
from codestral_ls.backends.fake import FakeBackend
from codestral_ls.config.by_folder import ByFolder
from codestral_ls.config.load import load_options
from codestral_ls.config.sections import Options, PrivacyOptions
from codestral_ls.errors import BackendUnavailable, CodestralLsError, GenerateError
from codestral_ls.lsp.client import Client
from codestral_ls.lsp.code_actions import code_action
from codestral_ls.lsp.server import build_session
from codestral_ls.lsp.session import Session
from codestral_ls.lsp.workspace_edit import Abilities, FileEdit
from codestral_ls.lsp.write_definition import WRITE_DOCSTRING, WRITE_TESTS, order_of, root_of, written
from support.trust.clone import git

ADD = "def add(a, b):\n    return a + b\n"
PLACE = {"line": 1, "character": 4}
Script = FakeBackend | str


async def write(
    folder: Path, script: Script, command: str = WRITE_DOCSTRING, text: str = ADD, **more: Any
) -> tuple[FileEdit, FakeBackend]:
    """The edit for the function in ``folder``/sums.py; ``more`` are attributes of the session."""

    async def scenario() -> tuple[FileEdit, FakeBackend]:
        backend = script if isinstance(script, FakeBackend) else FakeBackend(script)
        session = opened(folder, text)
        session.backend = backend
        for name, value in more.items():
            setattr(session, name, value)
        order = order_of(session, command, [(folder / "sums.py").as_uri(), PLACE, 1])
        return await written(session, order, lambda _message: None), backend

    return await scenario()


def opened(folder: Path, text: str = ADD) -> Session:
    """A session with ``folder`` as its workspace and sums.py open in it."""
    session = build_session(lambda _workspace, _editor: load_options(None, None, {}))
    session.folders = [folder]
    open_file(session, folder / "sums.py", text)
    return session


def open_file(session: Session, path: Path, text: str) -> None:
    session.documents.open(types.TextDocumentItem(path.as_uri(), "python", 1, text))


async def test_it_waits_for_requests_of_typing_users(tmp_path: Path) -> None:
    edit, backend = await write(tmp_path, "Return the sum.")
    assert "Return the sum." in edit.text
    assert [request.priority for request in backend.requests] == [Priority.BATCH]
    edit, backend = await write(tmp_path, "_small():\n    assert add(1, 2) == 3\n", WRITE_TESTS)
    assert edit.is_new
    assert [request.priority for request in backend.requests] == [Priority.BATCH]


def remote() -> FakeBackend:
    return FakeBackend("Return the sum.", info=BackendInfo("fake", "fake", remote=True))


async def test_a_private_file_is_not_sent(tmp_path: Path) -> None:
    backend = remote()
    options = Options(privacy=PrivacyOptions(ignore=("sums.*",)))
    with pytest.raises(GenerateError, match=r"sent: sums\.py is named in privacy\.ignore\."):
        await write(tmp_path, backend, by_folder=ByFolder(options))
    (tmp_path / ".codestralignore").write_text("*.py\n")
    with pytest.raises(GenerateError, match="codestralignore"):
        await write(tmp_path, backend, WRITE_TESTS)
    with pytest.raises(GenerateError, match="codestralignore"):
        await write(tmp_path, local := FakeBackend("Return the sum."))
    assert backend.requests == local.requests == []


async def test_a_file_that_only_git_ignores_is_for_the_model_on_this_machine(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", ".")
    (tmp_path / ".gitignore").write_text("*.py\n")
    backend = remote()
    with pytest.raises(GenerateError, match="ignored by git"):
        await write(tmp_path, backend)
    assert backend.requests == []
    _, local = await write(tmp_path, "Return the sum.")
    # A backend that may fall back to a remote one checks the document's name once more.
    assert [request.source for request in local.requests] == [(tmp_path / "sums.py").as_uri()]


@pytest.mark.parametrize(("ignored", "backend", "titles"), [
    (False, remote(), ["Write docstring", "Write tests"]),
    (True, remote(), []),
    (True, FakeBackend(""), []),
    (False, FakeBackend(""), ["Write docstring", "Write tests"]),
    (True, None, []),
    (False, None, ["Write docstring", "Write tests"]),
])  # fmt: skip
async def test_what_is_offered_for_a_private_file(
    tmp_path: Path, ignored: bool, backend: FakeBackend | None, titles: list[str]
) -> None:
    async def scenario() -> list[str]:
        session = opened(tmp_path)
        session.client = Client(edits=Abilities(applies=True))
        session.backend = backend
        document = types.TextDocumentIdentifier((tmp_path / "sums.py").as_uri())
        place = types.Position(1, 4)
        params = types.CodeActionParams(document, types.Range(place, place), types.CodeActionContext(()))
        return [action.title for action in await code_action(session, params)]

    if ignored:
        (tmp_path / ".codestralignore").write_text("*.py\n")
    assert await scenario() == titles


async def test_the_backends_own_sentence_is_reported(tmp_path: Path) -> None:
    backend = FakeBackend("", faults=[BackendUnavailable("Start the server.")])
    with pytest.raises(CodestralLsError, match=r"Start the server\."):
        await write(tmp_path, backend)


async def test_a_document_that_moves_on_meanwhile(tmp_path: Path) -> None:
    for change in ("close", "edit", "reopen"):
        session = opened(tmp_path)
        uri = (tmp_path / "sums.py").as_uri()

        def meddle(_request: FimRequest, session: Session = session, uri: str = uri, change: str = change) -> str:
            session.documents.close(uri)
            if change != "close":
                open_file(session, tmp_path / "sums.py", "# new\n" + ADD if change == "edit" else ADD)
            return "Return the sum."

        session.backend = FakeBackend(meddle)

        async def scenario(session: Session = session, uri: str = uri) -> None:
            await written(session, order_of(session, WRITE_DOCSTRING, [uri, PLACE, None]), lambda _message: None)

        with pytest.raises(GenerateError, match="has changed meanwhile"):
            await scenario()


async def test_tests_follow_what_the_editor_has_open(tmp_path: Path) -> None:
    new, _ = await write(tmp_path, "_small():\n    assert add(1, 2) == 3\n", WRITE_TESTS)
    target = tmp_path / "tests/test_sums_generated.py"
    target.parent.mkdir()
    target.write_text(new.text + "# on disk\n")

    async def run(open_text: str | None) -> FileEdit:
        async def scenario() -> FileEdit:
            session = opened(tmp_path)
            session.backend = FakeBackend("_small():\n    assert add(1, 2) == 3\n")
            if open_text is not None:
                open_file(session, target, open_text)
            order = order_of(session, WRITE_TESTS, [(tmp_path / "sums.py").as_uri(), PLACE, 1])
            return await written(session, order, lambda _message: None)

        return await scenario()

    lines = new.text.count("\n")
    on_disk, unsaved, unended = await run(None), await run(new.text + "\n\n"), await run(new.text.rstrip("\n"))
    assert (on_disk.version, on_disk.range.start.line, on_disk.is_new) == (None, lines + 1, False)
    assert (unsaved.version, unsaved.range.start.line, unsaved.is_new) == (1, lines + 2, False)
    assert (unended.range.start.line, unended.range.start.character) == (lines - 1, len("    assert add(1, 2) == 3"))
    assert unended.text.startswith("\n\n\ndef test_add_small_2()")
    assert on_disk.text.startswith("\n\ndef test_add_small_2()")


A = "file:///a.py"
ARGUMENTS: list[list[Any]] = [[], [A], [A, PLACE], [1, PLACE, 1], [A, [], 1], [A, PLACE, "1"], [A, PLACE, 1, 1]]


@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_malformed_arguments(tmp_path: Path, arguments: list[Any]) -> None:
    with pytest.raises(JsonRpcInvalidParams, match="uri, position, version"):
        order_of(opened(tmp_path), WRITE_DOCSTRING, arguments)


def test_why_an_order_cannot_be_taken(tmp_path: Path) -> None:
    session = opened(tmp_path)
    uri = (tmp_path / "sums.py").as_uri()
    with pytest.raises(GenerateError, match="is starting"):
        order_of(session, WRITE_DOCSTRING, [uri, PLACE, 1])
    session.backend = FakeBackend("")
    with pytest.raises(GenerateError, match="has changed meanwhile"):
        order_of(session, WRITE_DOCSTRING, [uri, PLACE, 2])
    with pytest.raises(GenerateError, match="not open"):
        order_of(session, WRITE_DOCSTRING, ["file:///other.py", PLACE, 1])
    assert order_of(session, WRITE_DOCSTRING, [uri, types.Position(1, 4), None]).snapshot.offset == len("def add(a, b):\n    ")


def test_the_innermost_folder_counts(tmp_path: Path) -> None:
    session = opened(tmp_path)
    session.folders = [tmp_path, tmp_path / "a/b", tmp_path / "a"]
    assert root_of(session, tmp_path / "a/b/c.py") == tmp_path / "a/b"
    assert root_of(session, tmp_path / "x.py") == tmp_path
    assert root_of(session, tmp_path.parent / "x.py") is None
    assert root_of(session, None) is None
