"""A completer on a real project: other files reach the prompt, stay there during typing, and are evaluated at a pause."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from codestral_ls.backends.base import BackendInfo, FimRequest, Piece
from codestral_ls.backends.fake import FakeBackend, fixed
from codestral_ls.completion.answer import Ask
from codestral_ls.completion.build_completer import build_completer
from codestral_ls.config.by_folder import ByFolder
from codestral_ls.config.sections import CompletionOptions, Options, PrivacyOptions
from codestral_ls.context import project as module
from codestral_ls.context.index.build_index import open_writer, refresh
from codestral_ls.documents.snapshot import Snapshot
from support.waiting import until

TEXT = "from shapes import Circle\n\n\ndef paint(circle: Circle):\n    circle"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CACHE_HOME", "STATE_HOME", "CONFIG_HOME"):
        monkeypatch.setenv(f"XDG_{name}", str(tmp_path / name))
    (tmp_path / "project" / ".git").mkdir(parents=True)
    return tmp_path / "project"


class Recording(FakeBackend):
    """A fake backend that keeps its requests and has the context size of a large model."""

    def __init__(self) -> None:
        super().__init__(fixed("x()"), prefill_rate=0, decode_rate=0)
        self.requests: list[FimRequest] = []

    def info(self) -> BackendInfo:
        return replace(super().info(), context_tokens=8192, prefill_rate=None, remote=False, prompt_style="codestral")

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        self.requests.append(request)
        async for piece in super().stream(request):
            yield piece


class Small(Recording):
    """The same with the context size of the embedded model."""

    def info(self) -> BackendInfo:
        return replace(super().info(), context_tokens=640)


async def test_from_the_index_to_the_prompt(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "shapes.py").write_text("class Circle:\n    def area_of_it(self, digits): return 3\n")
    path = root / "canvas.py"
    path.write_text(TEXT)
    writer, connection = open_writer(root)
    with closing(connection):
        refresh(root, writer)
    monkeypatch.setattr(module, "REST_SECONDS", 0.1)
    completion = replace(CompletionOptions(), debounce_ms=0, prefetch=False, copy=False, show="eager")

    def at(text: str, version: int) -> Snapshot:
        return Snapshot.of(text, len(text), "python", path.as_uri(), path, version)

    backend = Recording()
    completer = build_completer(backend, Options(completion=completion), [root])
    await completer.start()
    try:
        completer.document_opened(at(TEXT, 1))
        await completer.complete(at(TEXT + ".", 2), Ask())
        project = completer._project
        assert project is not None
        await until(lambda: path.as_uri() in project._chosen and project._chosen[path.as_uri()].settled)
        await completer.complete(at(TEXT + ".", 2), Ask(invoked=True, count=2))  # so that the cache has no answer
        warmed = backend.requests[-1]
        assert "area_of_it" in warmed.prefix
        assert warmed.prefix.startswith("+++++ shapes.py\n")
        assert "+++++ canvas.py\n" in warmed.prefix
        head = warmed.prefix[: warmed.prefix.index("def paint")]
        completer.document_changed(at(TEXT + ".a", 3))
        await completer.complete(at(TEXT + ".a", 3), Ask(invoked=True))
        assert backend.requests[-1].prefix.startswith(head), "the next key finds the prompt as it was warmed"
    finally:
        await completer.aclose()


@pytest.mark.parametrize("remote", [False, True])
async def test_an_opened_document_has_its_context_before_the_first_key(root: Path, remote: bool) -> None:
    """A local model evaluates it ahead of time; a remote model gets no request for that, but has it in the first one."""
    (root / "shapes.py").write_text("class Circle:\n    def area_of_it(self, digits): return 3\n")
    path = root / "canvas.py"
    path.write_text(TEXT)
    writer, connection = open_writer(root)
    with closing(connection):
        refresh(root, writer)

    class Somewhere(Recording):
        def info(self) -> BackendInfo:
            return replace(super().info(), remote=remote)

    backend = Somewhere()
    completer = build_completer(backend, Options(completion=replace(CompletionOptions(), debounce_ms=0)), [root])
    await completer.start()
    try:
        completer.document_opened(Snapshot.of(TEXT, len(TEXT), "python", path.as_uri(), path))
        project = completer._project
        assert project is not None
        await until(lambda: path.as_uri() in project._chosen)
        if remote:
            assert backend.requests == []
            await completer.complete(Snapshot.of(TEXT + ".", len(TEXT) + 1, "python", path.as_uri(), path, 2), Ask())
        await until(lambda: bool(backend.requests))
        assert "area_of_it" in backend.requests[0].prefix
    finally:
        await completer.aclose()


async def test_no_room_means_no_index_and_no_worker(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_arguments: object, **_more: object) -> None:
        raise AssertionError("a worker was started")

    monkeypatch.setattr(module, "IndexKeeper", forbidden)
    path = root / "a.py"

    backend = Recording()
    options = Options(completion=replace(CompletionOptions(), debounce_ms=0))
    options = replace(options, context=replace(options.context, project_tokens=-1))
    completer = build_completer(backend, options, [root])
    try:
        answer = await completer.complete(Snapshot.of(TEXT, language="python", uri=path.as_uri(), path=path), Ask(invoked=True))
        assert answer.items
    finally:
        await completer.aclose()


async def test_a_small_model_gets_lines_of_neighbours_and_no_index_is_made(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_arguments: object, **_more: object) -> None:
        raise AssertionError("a worker was started")

    monkeypatch.setattr(module, "IndexKeeper", forbidden)
    (root / "shapes.py").write_text("def draw(pen):\n    pen.connection.execute(of_shapes)\n    return 3\n")
    path = root / "canvas.py"
    text = "x = 1\n\n\ndef paint(pen):\n    pen.connection.exe"

    async def asked(project_tokens: int) -> str:
        backend = Small()
        completion = replace(CompletionOptions(), debounce_ms=0, copy=False)
        options = Options(completion=completion)
        options = replace(options, context=replace(options.context, project_tokens=project_tokens, gather_ms=10_000))
        completer = build_completer(backend, options, [root])
        try:
            await completer.complete(Snapshot.of(text, len(text), "python", path.as_uri(), path), Ask(invoked=True))
            return backend.requests[0].prefix
        finally:
            await completer.aclose()

    assert "pen.connection.execute(of_shapes)" in await asked(0)
    assert "of_shapes" not in await asked(-1)


async def test_text_of_a_neighbour_is_copied(root: Path) -> None:
    """Two other places agree, so the copy is likely enough to be shown before a large model is asked."""
    line = "    return self.connection.execute(statement_of(name), parameters)\n"
    for name in ("shapes.py", "planes.py"):
        (root / name).write_text(f"def {name[:-3]}(self, name):\n{line}")
    path = root / "canvas.py"
    text = "def canvas(self, name):\n    return self.connection.execute(sta"

    completer = build_completer(Recording(), Options(completion=replace(CompletionOptions(), debounce_ms=0)), [root])
    snapshot = Snapshot.of(text, len(text), "python", path.as_uri(), path)
    try:
        completer.document_changed(snapshot)
        project = completer._project
        assert project is not None
        await until(lambda: len(project.known_neighbours(path.as_uri())) == 2)
        answer = await completer.complete(snapshot, Ask())
        assert answer.source == "copied"
        assert answer.items[0].text.endswith("tement_of(name), parameters)")
    finally:
        await completer.aclose()


@pytest.mark.parametrize("how", ["privacy.ignore", "project_tokens", "ignore file", "deleted"])
async def test_what_may_be_shown_no_more_leaves_the_prompt(root: Path, how: str) -> None:
    (root / "shapes.py").write_text("def draw(pen):\n    pen.connection.execute(of_shapes)\n    return 3\n")
    path = root / "canvas.py"
    text = "x = 1\n\n\ndef paint(pen):\n    pen.connection.exe"
    options = Options(completion=replace(CompletionOptions(), debounce_ms=0))
    options = replace(options, context=replace(options.context, gather_ms=10_000))

    backend = Small()
    completer = build_completer(backend, options, [root])

    async def shown(version: int) -> bool:
        snapshot = Snapshot.of(text, len(text), "python", path.as_uri(), path, version)
        completer._pipeline.cache.clear()
        await completer.complete(snapshot, Ask(invoked=True))
        return "of_shapes" in backend.requests[-1].prefix

    try:
        assert await shown(1)
        if how == "privacy.ignore":
            completer.set_options(ByFolder(replace(options, privacy=PrivacyOptions(ignore=("shapes.py",)))))
        elif how == "project_tokens":
            completer.set_options(ByFolder(replace(options, context=replace(options.context, project_tokens=-1))))
        elif how == "ignore file":
            (root / ".codestralignore").write_text("shapes.py\n")
            completer.files_changed([root / ".codestralignore"])
        else:
            (root / "shapes.py").unlink()
            completer.files_changed([root / "shapes.py"])
            completer.cursor_moved(Snapshot.of(text, len(text), "python", path.as_uri(), path, 2))
            project = completer._project
            assert project is not None
            await until(lambda: not project.known_neighbours(path.as_uri()))
        assert not await shown(3)
    finally:
        await completer.aclose()


async def test_an_open_documents_text_is_as_it_is_now(root: Path) -> None:
    other, path = root / "shapes.py", root / "canvas.py"
    other.write_text("x = 1\n")

    completer = build_completer(Recording(), Options(), [root])
    try:
        completer.document_opened(Snapshot.of("x = 1\n", 0, "python", other.as_uri(), other))
        completer.document_changed(Snapshot.of("y = 1\n", 0, "python", path.as_uri(), path))
        project = completer._project
        assert project is not None
        await until(lambda: bool(project.known_neighbours(path.as_uri())))
        completer.document_changed(Snapshot.of("x = 1\nnew = 2\n", 0, "python", other.as_uri(), other, 2))
        assert [one.text for one in project.known_neighbours(path.as_uri())] == ["x = 1\nnew = 2\n"]
        assert list(completer._seen_texts(path.as_uri())) == ["x = 1\nnew = 2\n"]
    finally:
        await completer.aclose()
