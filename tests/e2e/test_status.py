"""What the user sees of the backend's state: a status, a progress bar, and one message if nothing can be completed."""

from __future__ import annotations

from typing import Any

from support.lsp.forked_server import forked_serving
from support.lsp.lsp_client import drawn, fake

URI = "file:///nowhere/project/sums.py"
TEXT, POSITION = drawn("def add(a, b):\n    │\n")


async def test_starting_is_busy_and_ends_in_ready() -> None:
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize()
        await editor.ready()
        assert editor.states() == ["loading", "ready"]
        first, *_, last = editor.told("didChangeStatus")
        assert (first["busy"], first["kind"]) == (True, "Normal")
        assert last == {"busy": False, "kind": "Normal", "message": ""}


async def test_progress_is_shown_to_clients_that_can_show_it() -> None:
    async with forked_serving(fake("x")) as editor:
        editor.ignores = {"workspace/configuration"}  # so that loading takes longer than creating the progress bar
        await editor.initialize("vscode")
        await editor.ready()
        [created] = [params for method, params in editor.requests if method == "window/workDoneProgress/create"]

        def kinds() -> list[str]:
            return [params["value"]["kind"] for params in editor.told("$/progress")]

        await editor.until(lambda: kinds() == ["begin", "end"], "the progress bar's end")
        assert {params["token"] for params in editor.told("$/progress")} == {created["token"]}
    async with forked_serving(fake("x")) as editor:
        await editor.initialize("bare")
        await editor.ready()
        assert editor.requests == []


async def test_a_user_without_a_backend_is_told_once_what_to_do() -> None:
    async with forked_serving({"CODESTRAL_LS_BACKEND_PRIMARY": "none"}) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.until(lambda: editor.states()[-1:] == ["paused"], "the state paused")
        for _ in range(3):
            assert await editor.inline(URI, POSITION) == []
        messages: list[Any] = editor.told("window/showMessage")
        assert len(messages) == 1
        assert "backend.primary" in messages[0]["message"]
        assert editor.told("didChangeStatus")[-1]["kind"] == "Inactive"


async def test_an_unreachable_server_is_reported_once_and_every_request_is_answered_empty() -> None:
    nowhere = {"CODESTRAL_LS_BACKEND_PRIMARY": "fim_server", "CODESTRAL_LS_FIM_SERVER_ADDRESS": "http://127.0.0.1:9"}
    async with forked_serving(nowhere) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.until(lambda: editor.told("window/showMessage"), "a message")
        for _ in range(3):
            assert await editor.inline(URI, POSITION) == []
        assert len(editor.told("window/showMessage")) == 1
        assert editor.states()[-1] in {"offline", "error"}
        assert editor.told("didChangeStatus")[-1]["kind"] in {"Warning", "Error"}
        assert "Traceback" not in editor.log
        assert await editor.shutdown() == 0


async def test_a_request_before_the_backend_is_known_is_answered_empty_at_once() -> None:
    async with forked_serving(fake("return a + b")) as editor:
        editor.ignores = {"workspace/configuration"}  # so that starting uses up its whole deadline
        await editor.initialize("vscode")
        editor.open(URI, TEXT)
        assert await editor.inline(URI, POSITION) == []
        assert "ready" not in editor.states()
        await editor.ready()
        assert await editor.inline(URI, POSITION)
