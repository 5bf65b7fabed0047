"""``textDocument/copilotInlineEdit`` as sidekick.nvim and copilot-lsp send it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from support.lsp.forked_server import forked_serving
from support.lsp.lsp_client import Editor, RefusedError, fake

URI = "file:///nowhere/project/loads.py"
OTHER = "file:///nowhere/project/more.py"
FIRST = "a = load(one)\nb = '🙂'\nc = load(two)\nd = '🙂'; e = load(three)\n"
SECOND = FIRST.replace("load(one)", "load(one, strict=True)")
THIRD = SECOND.replace("load(two)", "load(two, strict=True)")
CURSOR = {"line": 2, "character": 10}


async def edit_at(editor: Editor, version: int, uri: str = URI) -> list[dict[str, Any]]:
    params = {"textDocument": {"uri": uri, "version": version}, "position": CURSOR, "context": {"triggerKind": 2}}
    found = await editor.request("textDocument/copilotInlineEdit", params)
    edits: list[dict[str, Any]] = found["edits"]
    return edits


async def edited(editor: Editor) -> list[dict[str, Any]]:
    """The proposal after two edits of the same kind."""
    await editor.initialize("neovim-0.12")
    editor.open(URI, FIRST)
    await editor.ready()
    editor.change(URI, 2, {"text": SECOND})
    await edit_at(editor, 2)
    editor.change(URI, 3, {"text": THIRD})
    return await edit_at(editor, 3)


async def test_the_change_is_proposed_once_more_where_it_fits() -> None:
    async with forked_serving(fake("")) as editor:
        (edit,) = await edited(editor)
        assert edit["textDocument"] == {"uri": URI, "version": 3}
        assert edit["text"] == ", strict=True"
        line = THIRD.split("\n")[3]
        column = len(line[: line.index("three)") + 5].encode("utf-16-le")) // 2
        wanted = {"utf-16": column, "utf-32": line.index("three)") + 5, "utf-8": len(line[: line.index("three)") + 5].encode())}
        assert edit["range"]["start"] == edit["range"]["end"]
        assert edit["range"]["start"]["line"] == 3
        assert edit["range"]["start"]["character"] in wanted.values()
        editor.notify("textDocument/didShowInlineEdit", {"item": edit})
        command = {"command": edit["command"]["command"], "arguments": edit["command"]["arguments"]}
        await editor.request("workspace/executeCommand", command)


async def test_an_edit_for_a_text_that_moved_on_is_none() -> None:
    async with forked_serving(fake("")) as editor:
        await edited(editor)
        assert await edit_at(editor, 2) == []


async def test_a_refused_edit_does_not_come_again() -> None:
    async with forked_serving(fake("")) as editor:
        (edit,) = await edited(editor)
        command = {"command": "codestral-ls.refusedEdit", "arguments": edit["command"]["arguments"]}
        await editor.request("workspace/executeCommand", command)
        assert edit not in await edit_at(editor, 3)


async def test_switched_off_it_is_silent() -> None:
    async with forked_serving({**fake(""), "CODESTRAL_LS_EDITS_ENABLED": "false"}) as editor:
        assert await edited(editor) == []


async def test_what_is_malformed_is_an_error_and_no_end() -> None:
    async with forked_serving(fake("")) as editor:
        await editor.initialize("neovim-0.12")
        for params in ({}, {"textDocument": 1, "position": {}}, {"textDocument": {"uri": URI}, "position": {"line": -1}}):
            with pytest.raises(RefusedError) as refused:
                await editor.request("textDocument/copilotInlineEdit", params)
            assert refused.value.code == -32602
        assert await edit_at(editor, 1) == []


async def test_private_documents_neither_give_nor_receive_edits(tmp_path: Path) -> None:
    """A change made in a credentials file is proposed in no other file, and no change is proposed for such a file."""
    (tmp_path / ".git").mkdir()
    secret, public = (tmp_path / ".env.py").as_uri(), (tmp_path / "public.py").as_uri()
    (tmp_path / ".codestralignore").write_text(".env.py\n")
    async with forked_serving(fake("")) as editor:
        await editor.initialize("neovim-0.12")
        editor.open(secret, FIRST)
        editor.open(public, FIRST.replace("load", "fetch"))
        await editor.ready()
        for version, text in ((2, SECOND), (3, THIRD)):
            editor.change(secret, version, {"text": text})
            assert await edit_at(editor, version, secret) == []
        editor.change(public, 2, {"text": FIRST})
        assert await edit_at(editor, 2, public) == []
        for version, text in ((3, SECOND), (4, THIRD), (5, THIRD.replace("three", "three, strict=True"))):
            editor.change(public, version, {"text": text})
            assert all(edit["textDocument"]["uri"] == public for edit in await edit_at(editor, version, public))


CELL = "vscode-notebook-cell:/nowhere/project/rows.ipynb#W"
DEFINED, USED = "def load(path):\n    return path\n", "first = load(1)\n"


async def test_the_cells_of_a_notebook_are_places() -> None:
    """Each cell is a document.

    For completions there are also documents of a cell with all cells before it; they get no next edits.
    """
    async with forked_serving(fake("")) as editor:
        await editor.initialize("neovim-0.12")
        editor.open(f"{CELL}0", DEFINED)
        editor.open(f"{CELL}1", USED)
        editor.open("file:///nowhere/project/rows.ipynb#W1", f"{DEFINED}\n{USED}")
        await editor.ready()
        editor.change(f"{CELL}0", 2, {"text": DEFINED.replace("load", "fetch")})
        (edit,) = await edit_at(editor, 2, f"{CELL}0")
        assert edit["textDocument"] == {"uri": f"{CELL}1", "version": 1}
        assert edit["text"] == "fetch"


async def test_a_completion_knows_nothing_of_cells_that_are_documents_for_next_edits() -> None:
    """Their text is already in the document that completions are for; as another file it would be in the prompt twice."""
    async with forked_serving(fake("")) as editor:
        await editor.initialize("neovim-0.12")
        editor.open(f"{CELL}0", "def rarely_named(path):\n    return path\n")
        editor.open(URI, FIRST)
        editor.change(f"{CELL}0", 2, {"text": "def rarely_named(path):\n    return rarely_named\n"})
        await editor.ready()
        place = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 4}}
        said = await editor.request("workspace/executeCommand", {"command": "codestral-ls.preview", "arguments": [place]})
        assert "load(one)" in said["text"]
        assert "rarely_named" not in said["text"]


async def test_a_search_for_a_text_that_changes_is_ended() -> None:
    async with forked_serving(fake("")) as editor:
        await edited(editor)
        params = {"textDocument": {"uri": URI, "version": 3}, "position": CURSOR}
        waiting = asyncio.create_task(editor.request("textDocument/copilotInlineEdit", params))
        await asyncio.sleep(0)
        editor.change(URI, 4, {"text": FIRST})
        found = await waiting
        assert found["edits"] == [] or found["edits"][0]["textDocument"]["version"] == 3


ONCE = FIRST.replace("'🙂'\nc", "'🙂🙂'\nc")
MODEL = {**fake("\n" + ONCE.replace("two", "second")), "CODESTRAL_LS_EDITS_MODEL": "sweep"}
"""A backend that rewrites lines, as a next-edit model would."""


async def once_edited(editor: Editor) -> list[dict[str, Any]]:
    """The proposal after an edit that repeats nothing."""
    await editor.initialize("neovim-0.12")
    editor.open(URI, FIRST)
    await editor.ready()
    await edit_at(editor, 1)
    editor.change(URI, 2, {"text": ONCE})
    return await edit_at(editor, 2)


async def test_where_nothing_repeats_a_model_is_asked_if_the_option_says_so() -> None:
    async with forked_serving(MODEL) as editor:
        (edit,) = await once_edited(editor)
        assert edit["text"] == "second"
        assert edit["range"]["start"]["line"] == edit["range"]["end"]["line"] == 2


@pytest.mark.parametrize("more", [{"CODESTRAL_LS_EDITS_MODEL": "auto"}, {"CODESTRAL_LS_EDITS_SHOW": "quiet"}])
async def test_no_model_is_asked_by_default_or_if_next_edits_are_quiet(more: dict[str, str]) -> None:
    async with forked_serving({**MODEL, **more}) as editor:
        assert await once_edited(editor) == []


async def test_a_slow_model_is_stopped_when_the_document_changes() -> None:
    async with forked_serving({**MODEL, "CODESTRAL_LS_FAKE_DECODE_RATE": "0.001"}) as editor:
        await editor.initialize("neovim-0.12")
        editor.open(URI, FIRST)
        await editor.ready()
        await edit_at(editor, 1)
        editor.change(URI, 2, {"text": ONCE})
        params = {"textDocument": {"uri": URI, "version": 2}, "position": CURSOR}
        waiting = asyncio.create_task(editor.request("textDocument/copilotInlineEdit", params))
        await edit_at(editor, 1)  # this version no longer exists: it is answered at once, and the other request still waits
        assert not waiting.done()
        editor.change(URI, 3, {"text": FIRST})
        assert (await waiting)["edits"] == []
