"""Settings: pulled, pushed, from a project's file; they take effect without a restart, and mistakes are reported once."""

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
    """Ask until the answer is as wanted: options are read in a thread, and nothing tells when they hold."""

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


async def test_the_project_file_of_the_first_folder_counts(tmp_path: Path) -> None:
    quiet = tmp_path / "quiet"
    quiet.mkdir()
    (quiet / "codestral-ls.toml").write_text('[completion]\ndisabled_languages = ["python"]\n')
    folder = {"uri": quiet.as_uri(), "name": "quiet"}
    changed = "workspace/didChangeWorkspaceFolders"
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize("bare")
        editor.open(URI, TEXT)
        await editor.ready()
        assert await completes(editor)
        editor.notify(changed, {"event": {"added": [folder], "removed": []}})
        await comes_to_complete(editor, False)
        editor.notify(changed, {"event": {"added": [], "removed": [folder]}})
        await comes_to_complete(editor, True)


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
