"""Settings that are requested, sent, or read from a project's file: they apply without a restart; a mistake is reported once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.lsp.forked_server import forked_serving
from support.lsp.lsp_client import SECONDS, Editor, drawn, fake
from support.waiting import until

TEXT, POSITION = drawn("def add(a, b):\n    │\n")
URI = "file:///nowhere/project/sums.py"
WRITES = fake("return a + b")
ON: dict[str, Any] = {"completion": {"disabledLanguages": []}}
OFF: dict[str, Any] = {"completion": {"disabledLanguages": ["python"]}}

WAYS_TO_SAY = [
    pytest.param("vscode", {}, OFF, id="pulled"),
    pytest.param("sublime-lsp", {}, {"completion.disabled_languages": ["python"]}, id="pulled with dots"),
    pytest.param("bare", {"initializationOptions": OFF}, None, id="initialization options"),
    pytest.param("bare", {"initializationOptions": {"codestral-ls": OFF}}, None, id="initialization options in a section"),
]


async def completes(editor: Editor) -> bool:
    return bool(await editor.inline(URI, POSITION))


async def comes_to_complete(editor: Editor, wanted: bool) -> None:
    """Ask until the answer is as wanted: options are read in a thread, and no message says when they apply."""

    async def so() -> bool:
        return await completes(editor) == wanted

    await until(so, "the answer as wanted", SECONDS)


@pytest.mark.parametrize(("name", "params", "settings"), WAYS_TO_SAY)
async def test_the_editors_settings_hold(name: str, params: dict[str, Any], settings: dict[str, Any] | None) -> None:
    async with forked_serving(WRITES) as editor:
        editor.settings = settings
        await editor.initialize(name, **params)
        editor.open(URI, TEXT)
        await editor.ready()
        assert not await completes(editor)
        assert editor.told("window/showMessage") == []


async def test_a_pulling_server_asks_again_when_it_hears_of_a_change() -> None:
    async with forked_serving(WRITES) as editor:
        editor.settings = ON
        await editor.initialize("vscode")
        await editor.ready()
        await editor.until(lambda: "client/registerCapability" in dict(editor.requests), "a registration")
        editor.open(URI, TEXT)
        assert await completes(editor)

        editor.settings = OFF
        editor.notify("workspace/didChangeConfiguration", {"settings": None})
        await comes_to_complete(editor, False)

        editor.settings = ON
        editor.notify("workspace/didChangeConfiguration", {"settings": {}})
        await comes_to_complete(editor, True)


async def test_pushed_settings_hold_at_once() -> None:
    async with forked_serving(WRITES) as editor:
        await editor.initialize("bare", initializationOptions=ON)
        editor.open(URI, TEXT)
        await editor.ready()
        assert await completes(editor)
        editor.notify("workspace/didChangeConfiguration", {"settings": {"codestral-ls": OFF}})
        await comes_to_complete(editor, False)
        editor.notify("workspace/didChangeConfiguration", {"settings": {"codestral-ls": ON}})
        await comes_to_complete(editor, True)


async def test_settings_that_change_during_a_completion_leave_no_request_unanswered() -> None:
    async with forked_serving(fake("return a + b", first_delay_ms=400)) as editor:
        await editor.initialize("bare")
        editor.open(URI, TEXT)
        await editor.ready()
        for settings in (OFF, ON, OFF):
            under_way = editor.ask_inline(URI, POSITION)
            editor.notify("workspace/didChangeConfiguration", {"settings": {"codestral-ls": settings}})
            assert len((await editor.answer(under_way))["items"]) <= 1
        await comes_to_complete(editor, False)


async def test_an_unknown_option_is_reported_once_and_the_good_ones_hold() -> None:
    async with forked_serving(WRITES) as editor:
        editor.settings = {"completion": {"maxLinez": 3}}
        await editor.initialize("vscode")
        editor.open(URI, TEXT)
        await editor.ready()
        for _ in range(2):
            editor.notify("workspace/didChangeConfiguration", {"settings": None})
            assert await completes(editor)
        pulled = "workspace/configuration"
        await editor.until(lambda: [method for method, _ in editor.requests].count(pulled) == 3, "three pulls")
        assert await completes(editor)
        [message] = editor.told("window/showMessage")
        assert "max_lines" in message["message"]


async def test_a_saved_project_file_takes_effect(tmp_path: Path) -> None:
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize("bare", rootUri=tmp_path.as_uri())
        editor.open(URI, TEXT)
        await editor.ready()
        assert await completes(editor)
        project_file = tmp_path / "codestral-ls.toml"
        project_file.write_text('[completion]\ndisabled_languages = ["python"]\n')
        editor.notify("textDocument/didSave", {"textDocument": {"uri": project_file.as_uri()}})
        await comes_to_complete(editor, False)


CHANGED_FOLDERS = "workspace/didChangeWorkspaceFolders"


def folder(path: Path, project_file: str = "") -> dict[str, str]:
    """A workspace folder; ``project_file`` is the text of its project file, "" for none."""
    path.mkdir(parents=True)
    if project_file:
        (path / "codestral-ls.toml").write_text(project_file)
    return {"uri": path.as_uri(), "name": path.name}


async def completions_in(editor: Editor, *uris: str) -> list[bool]:
    return [bool(await editor.inline(uri, POSITION)) for uri in uris]


async def come_to_be(editor: Editor, wanted: list[bool], *uris: str) -> None:
    async def so() -> bool:
        return await completions_in(editor, *uris) == wanted

    await until(so, f"completions: {wanted}", SECONDS)


async def test_each_document_follows_the_project_file_of_its_own_folder(tmp_path: Path) -> None:
    quiet = '[completion]\ndisabled_languages = ["python"]\n'
    folders = [folder(tmp_path / "loud"), folder(tmp_path / "quiet", quiet), folder(tmp_path / "quiet/but", "[completion]\n")]
    loud, off, inner = (f"{one['uri']}/sums.py" for one in folders)
    async with forked_serving(WRITES) as editor:
        await editor.initialize("bare", workspaceFolders=folders)
        for uri in (loud, off, inner, URI, "untitled:Untitled-1"):
            editor.open(uri, TEXT)
        await editor.ready()
        # A document outside of every folder gets the options of all project files together.
        await come_to_be(editor, [True, False, True, False, False], loud, off, inner, URI, "untitled:Untitled-1")


async def test_folders_that_come_and_go_bring_and_take_their_files(tmp_path: Path) -> None:
    loud, quiet = folder(tmp_path / "loud"), folder(tmp_path / "quiet", "[completion]\nenabled = false\n")
    here, there = f"{loud['uri']}/sums.py", f"{quiet['uri']}/sums.py"
    async with forked_serving(WRITES) as editor:
        await editor.initialize("bare", workspaceFolders=[loud])
        editor.open(here, TEXT)
        editor.open(there, TEXT)
        await editor.ready()
        await come_to_be(editor, [True, True], here, there)
        editor.notify(CHANGED_FOLDERS, {"event": {"added": [quiet], "removed": []}})
        await come_to_be(editor, [True, False], here, there)
        editor.notify(CHANGED_FOLDERS, {"event": {"added": [], "removed": [loud]}})
        await come_to_be(editor, [False, False], here, there)  # a single folder: its file counts for the whole window
        editor.notify(CHANGED_FOLDERS, {"event": {"added": [loud], "removed": [quiet]}})
        await come_to_be(editor, [True, True], here, there)


async def test_what_one_folder_withholds_is_withheld_in_all(tmp_path: Path) -> None:
    folders = [folder(tmp_path / "one"), folder(tmp_path / "other", '[privacy]\nignore = ["sums.py"]\n')]
    async with forked_serving(WRITES) as editor:
        await editor.initialize("bare", workspaceFolders=folders)
        uris = [f"{one['uri']}/{name}" for one in folders for name in ("sums.py", "more.py")]
        for uri in uris:
            editor.open(uri, TEXT)
        await editor.ready()
        await come_to_be(editor, [False, True, False, True], *uris)


async def test_the_mistakes_of_every_folders_file_are_told_once(tmp_path: Path) -> None:
    folders = [folder(tmp_path / name, "[completion]\nmax_lines = 400\n") for name in ("one", "other")]
    async with forked_serving(WRITES) as editor:
        await editor.initialize("bare", workspaceFolders=folders)
        await editor.ready()
        await editor.until(lambda: bool(editor.told("window/showMessage")), "the mistakes")
        editor.notify(CHANGED_FOLDERS, {"event": {"added": [], "removed": folders[1:]}})
        editor.notify(CHANGED_FOLDERS, {"event": {"added": folders[1:], "removed": []}})
        uri = f"{folders[0]['uri']}/sums.py"
        editor.open(uri, TEXT)
        await come_to_be(editor, [True], uri)
        (told,) = editor.told("window/showMessage")
        assert all(f"{tmp_path / name}/codestral-ls.toml:2" in told["message"] for name in ("one", "other"))


async def test_a_folders_patterns_count_from_it_when_it_came_later(tmp_path: Path) -> None:
    late = folder(tmp_path / "deep/late", '[completion]\ndisabled_globs = ["/top.py"]\n')
    uris = [f"{late['uri']}/top.py", f"{late['uri']}/below/top.py"]
    async with forked_serving(WRITES) as editor:
        await editor.initialize("bare", workspaceFolders=[folder(tmp_path / "first")])
        for uri in uris:
            editor.open(uri, TEXT)
        await editor.ready()
        editor.notify(CHANGED_FOLDERS, {"event": {"added": [late], "removed": []}})
        await come_to_be(editor, [False, True], *uris)


async def test_an_editor_that_never_answers_is_served_with_what_is_known() -> None:
    async with forked_serving(fake("return a + b")) as editor:
        editor.ignores = {"workspace/configuration", "client/registerCapability"}
        await editor.initialize("vscode")
        editor.open(URI, TEXT)
        await editor.ready()
        assert await completes(editor)
        assert await editor.shutdown() == 0


async def test_a_project_that_the_editor_does_not_trust_configures_nothing(tmp_path: Path) -> None:
    (tmp_path / "codestral-ls.toml").write_text("[completion]\nenabled = false\n")
    folders = [{"uri": tmp_path.as_uri(), "name": "project"}]
    options = {**ON, "client": {"projectConfiguration": False}}

    async with forked_serving(WRITES) as editor:
        await editor.initialize("bare", initializationOptions=options, workspaceFolders=folders)
        editor.open(URI, TEXT)
        await editor.ready()
        assert await completes(editor)
        assert editor.told("window/showMessage") == []
