"""Files that change outside of the editor: watched if the editor can do that, and used in the next prompts without a restart."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from support.lsp.fim_stand_in import FimStandIn, fim_stand_in
from support.lsp.forked_server import forked_serving
from support.lsp.lsp_client import Editor, drawn, fake
from support.waiting import until

TEXT, _ = drawn("import shapes\nimport planes\n\n\ndef draw():\n    │\n")
CREATED, CHANGED, DELETED = 1, 2, 3
KINDS = {"created": CREATED, "changed": CHANGED, "deleted": DELETED}


def registered(editor: Editor) -> list[Any]:
    """The options with which the server asked for reports of changed files."""
    asked = [one for params in editor.asked("client/registerCapability") for one in params["registrations"]]
    return [one["registerOptions"] for one in asked if one["method"] == "workspace/didChangeWatchedFiles"]


@pytest.mark.parametrize(("name", "asked"), [("vscode", True), ("neovim-0.12", False), ("emacs-eglot", False), ("bare", False)])
async def test_only_an_editor_that_can_is_asked_to_watch(name: str, asked: bool) -> None:
    async with forked_serving(fake("x")) as editor:
        await editor.initialize(name)
        await editor.ready()
        if asked:
            await editor.until(lambda: registered(editor), "the registration")
            globs = [one["globPattern"] for one in registered(editor)[0]["watchers"]]
            assert re.search(r"\.py,.*\.ts\b", globs[0])
            assert ".md" not in globs[0]
            assert globs[1] == "**/{.gitignore,.codestralignore}"
            assert registered(editor)[0]["watchers"][2] == {"globPattern": "**/*", "kind": 4}
        await editor.shutdown()
        assert bool(registered(editor)) == asked


RESTS = 0.5
"""The pause in seconds after which the server counts typing as rested and chooses context again."""


def tell(editor: Editor, kind: str, *paths: Path) -> None:
    changes = [{"uri": path.as_uri(), "type": KINDS[kind]} for path in paths]
    editor.notify("workspace/didChangeWatchedFiles", {"changes": changes})


async def prompt_with(editor: Editor, stand_in: FimStandIn, uri: str, wanted: str, there: bool = True) -> None:
    """Type names that make ``wanted`` relevant, with pauses, until it is in a prompt (or no longer is)."""

    async def so() -> bool:
        version = 2 + len(stand_in.prompts)
        typed = f"number_{version} = {wanted[:5]}"
        whole = {"start": {"line": 5, "character": 4}, "end": {"line": 5, "character": 99}}
        editor.change(uri, version, {"range": whole, "text": typed})
        await editor.inline(uri, {"line": 5, "character": 4 + len(typed)})
        return (wanted in stand_in.prompts[-1]) == there

    await until(so, f"the prompt with {wanted!r}" if there else f"the prompt without {wanted!r}", 40, poll=RESTS)


async def anew_without(editor: Editor, stand_in: FimStandIn, uri: str, gone: str) -> None:
    """Reopen the document until ``gone`` is no longer chosen: a choice of snippets is replaced only by one that adds something."""

    async def so() -> bool:
        if gone not in stand_in.prompts[-1]:
            return True
        editor.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        editor.open(uri, TEXT)
        version = 2 + len(stand_in.prompts)
        place = {"line": 5, "character": 4}
        typed = f"number_{version} = plane"
        editor.change(uri, version, {"range": {"start": place, "end": place}, "text": typed})
        await editor.inline(uri, {"line": 5, "character": 4 + len(typed)})
        return False

    await until(so, f"the prompt without {gone!r}", 40, poll=RESTS)


async def test_files_made_changed_and_deleted_elsewhere_reach_the_prompt(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "shapes.py").write_text("def round_thing(radius): return radius\n")
    main = tmp_path / "main.py"
    main.write_text(TEXT)

    async with fim_stand_in("") as stand_in, forked_serving(stand_in.variables) as editor:
        await editor.initialize("vscode", rootUri=tmp_path.as_uri(), workspaceFolders=None)
        editor.open(main.as_uri(), TEXT)
        await editor.ready()
        await prompt_with(editor, stand_in, main.as_uri(), "round_thing")
        (tmp_path / "planes").mkdir()
        (tmp_path / "planes" / "__init__.py").write_text("def plane_of_paper(size): return size\n")
        tell(editor, "created", tmp_path / "planes" / "__init__.py")
        await prompt_with(editor, stand_in, main.as_uri(), "plane_of_paper")
        (tmp_path / "shapes.py").write_text("def square_thing(side): return side\n")
        tell(editor, "changed", tmp_path / "shapes.py", tmp_path / "README.md", tmp_path.parent / "outside.py")
        await prompt_with(editor, stand_in, main.as_uri(), "square_thing")
        await prompt_with(editor, stand_in, main.as_uri(), "round_thing", there=False)
        (tmp_path / "planes").rename(tmp_path.parent / "planes elsewhere")
        tell(editor, "deleted", tmp_path / "planes", tmp_path / ".git" / "index.lock", tmp_path / "notes.txt")
        await anew_without(editor, stand_in, main.as_uri(), "plane_of_paper")
        assert await editor.shutdown() == 0
        assert "failed" not in editor.log


async def test_thousands_of_events_are_one_look_at_the_folder(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "shapes.py").write_text("def round_thing(radius): return radius\n")
    main = tmp_path / "main.py"
    main.write_text(TEXT)
    paths = [tmp_path / f"made_{number}.py" for number in range(3_000)]

    async with fim_stand_in("") as stand_in, forked_serving(stand_in.variables) as editor:
        await editor.initialize("vscode", rootUri=tmp_path.as_uri(), workspaceFolders=None)
        editor.open(main.as_uri(), TEXT)
        await editor.ready()
        await prompt_with(editor, stand_in, main.as_uri(), "round_thing")
        (tmp_path / "planes.py").write_text("def plane_of_paper(size): return size\n")
        for start in range(0, len(paths), 100):
            tell(editor, "deleted", *paths[start : start + 100])
        tell(editor, "created", tmp_path / "planes.py")
        await prompt_with(editor, stand_in, main.as_uri(), "plane_of_paper")
        assert await editor.shutdown() == 0
        assert "failed" not in editor.log


async def test_an_index_that_cannot_be_updated_is_reported_with_its_reason_and_completion_goes_on(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "cache").write_text("a file where the folder should be")
    main = tmp_path / "main.py"
    main.write_text(TEXT)

    async def session() -> None:
        async with (
            fim_stand_in("round_thing(3)") as stand_in,
            forked_serving(stand_in.variables, folder=tmp_path / "cache") as editor,
        ):
            await editor.initialize("vscode", rootUri=tmp_path.as_uri(), workspaceFolders=None)
            editor.open(main.as_uri(), TEXT)
            await editor.ready()
            assert await editor.inline(main.as_uri(), {"line": 5, "character": 4})
            await editor.until(
                lambda: any("Cannot update the index of " in said["message"] for said in editor.told("codestral-ls/status")),
                "the reason",
            )
            assert editor.told("codestral-ls/status")[-1]["state"] == "ready"
            assert "Cannot update the index of " in editor.told("didChangeStatus")[-1]["message"]
            assert editor.log.count("Cannot update the index") - editor.log.count("ready: ") == 1, editor.log
            assert "Traceback" not in editor.log
            assert await editor.inline(main.as_uri(), {"line": 5, "character": 4})
            assert await editor.shutdown() == 0

    if os.name == "posix":
        await session()
