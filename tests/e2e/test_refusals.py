"""A server lists its models but refuses every completion: the editor must show that, and keep showing it."""

from __future__ import annotations

from typing import Any

import pytest

from support.lsp.forked_server import forked_serving
from support.lsp.ill_server import TEXT, ill_server
from support.lsp.lsp_client import Editor, drawn, fake

URI = "file:///nowhere/project/sums.py"
CODE, POSITION = drawn("def add(a, b):\n    │\n")

REFUSALS = [
    ("fim_server", 401, "needs_key", "key"),
    ("fim_server", 402, "error", "payment"),
    ("fim_server", 404, "error", "model"),
    ("fim_server", 422, "error", "request"),
    ("fim_server", 429, "paused", "quota"),
    ("fim_server", 503, "offline", "fault"),
    ("openai", 404, "error", "model"),
    ("openai", 500, "offline", "fault"),
    ("codestral", 403, "needs_key", "key"),
    ("codestral", 404, "error", "model"),
    ("codestral", 429, "paused", "quota"),
]


async def asked(editor: Editor, times: int) -> None:
    """Ask explicitly, each time in a different text, so that no remembered answer is used."""
    version = len(editor.asked("")) + 2
    for number in range(times):
        text = CODE + f"# {version} {number}\n"
        editor.change(URI, version + number, {"text": text})
        await editor.inline(URI, POSITION)


@pytest.mark.parametrize(("backend", "status", "state", "refusal"), REFUSALS)
async def test_a_refusal_is_reported_once_and_stays(backend: str, status: int, state: str, refusal: str) -> None:
    async with ill_server(status=status) as server, forked_serving(server.variables(backend)) as editor:
        await editor.initialize("neovim-0.12")
        editor.open(URI, CODE)
        await editor.ready()
        await asked(editor, 1)
        await editor.until(lambda: editor.states()[-1] == state, f"the state {state}")
        assert editor.told("codestral-ls/status")[-1]["refusal"] == refusal
        await asked(editor, 3)
        assert editor.states()[-1] == state
        assert len(editor.told("window/showMessage")) == 1
        server.status = 200
        await asked(editor, 1)
        await editor.until(lambda: editor.states()[-1] == "ready", "the state ready")
        assert len(editor.told("window/showMessage")) == 1


async def test_a_client_with_buttons_gets_the_problem_and_no_message() -> None:
    async with ill_server(status=404) as server, forked_serving(server.variables("fim_server")) as editor:
        await editor.initialize("vscode", initializationOptions={"client": {"showsProblems": True}})
        editor.open(URI, CODE)
        await editor.ready()
        await asked(editor, 2)

        def refused() -> list[dict[str, Any]]:
            # On a busy machine the list of models may be late; then the server has reported an outage before.
            return [problem for problem in editor.told("codestral-ls/problem") if problem["refusal"]]

        await editor.until(lambda: bool(refused()), "the problem")
        [problem] = refused()
        assert (problem["state"], problem["refusal"]) == ("error", "model")
        assert "HTTP 404" in problem["message"]
        assert editor.told("window/showMessage") == []


@pytest.mark.parametrize("backend", ["fim_server", "openai", "codestral"])
async def test_a_gateway_that_answers_in_one_body_completes(backend: str) -> None:
    async with ill_server(whole=True) as server, forked_serving(server.variables(backend)) as editor:
        await editor.initialize("neovim-0.12")
        editor.open(URI, CODE)
        await editor.ready()
        [item] = await editor.inline(URI, POSITION)
        assert item["insertText"] == TEXT


async def test_a_gateway_that_does_not_know_stream_options_is_asked_without_from_then_on() -> None:
    async with ill_server(refuses="stream_options") as server, forked_serving(server.variables("openai")) as editor:
        await editor.initialize("neovim-0.12")
        editor.open(URI, CODE)
        await editor.ready()
        [item] = await editor.inline(URI, POSITION)
        assert item["insertText"] == TEXT
        # The request that warms the connection up may be the one that finds this out.
        assert ["stream_options" in body for body in server.asked][0 :: max(1, len(server.asked) - 1)] == [True, False]
        before = len(server.asked)
        await asked(editor, 1)
        assert len(server.asked) > before
        assert not any("stream_options" in body for body in server.asked[before:])


async def test_a_request_for_a_text_that_is_gone_is_answered_at_once() -> None:
    async with forked_serving(fake("return a + b", first_delay_ms=30000)) as editor:
        await editor.initialize("neovim-0.12")
        editor.open(URI, CODE)
        await editor.ready()
        old = editor.ask_inline(URI, POSITION, 2)
        editor.change(URI, 2, {"text": CODE + "# more\n"})
        assert (await editor.answer(old))["items"] == []
        assert editor.told("window/showMessage") == []
        assert editor.states()[-1] == "ready"


@pytest.mark.parametrize("language", ["python-base", "no-language-at-all", "python"])
async def test_a_language_nobody_knows_is_taken_from_the_files_name(language: str) -> None:
    async with forked_serving(fake("a + b")) as editor:
        await editor.initialize("emacs-eglot")
        editor.open(URI, "def add(a, b):\n    return a + b\n", language=language)
        await editor.ready()
        place = {"line": 0, "character": 5}
        actions = await editor.request(
            "textDocument/codeAction",
            {"textDocument": {"uri": URI}, "range": {"start": place, "end": place}, "context": {"diagnostics": []}},
        )
        assert actions, "the definition under the cursor was not seen"


async def test_what_would_be_sent_is_the_documents_text_in_the_editor_with_the_settings_in_force() -> None:
    async with ill_server() as server, forked_serving(server.variables("codestral")) as editor:
        await editor.initialize("vscode")
        editor.open(URI, CODE.replace("add", "unsaved_name"))
        await editor.ready()
        before = len(server.asked)
        answer = await editor.request(
            "workspace/executeCommand",
            {"command": "codestral-ls.preview", "arguments": [{"textDocument": {"uri": URI}, "position": POSITION}]},
        )
        assert answer["text"].startswith(f"POST {server.address}/v1/fim/completions")
        assert "unsaved_name" in answer["text"]
        assert "a-test-key" not in answer["text"]
        assert len(server.asked) == before


async def test_the_models_of_the_backend_in_use_are_listed() -> None:
    async with ill_server() as server, forked_serving(server.variables("fim_server")) as editor:
        await editor.initialize("vscode")
        await editor.ready()
        answer = await editor.request("workspace/executeCommand", {"command": "codestral-ls.models"})
        assert (answer["option"], answer["models"]) == ("fim_server.model", ["codestral-latest"])
