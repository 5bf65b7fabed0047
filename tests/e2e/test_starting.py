"""A server that starts: an explicit request waits for it, a model is fetched with progress, the host reports its memory."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

import pytest

from codestral_ls.host import catalogue
from codestral_ls.lsp.keystroke import START_SECONDS
from support.lsp.lsp_client import drawn, fake, serving
from support.models.hub_stand_in import Hub

URI = "file:///nowhere/project/sums.py"
TEXT, POSITION = drawn("def add(a, b):\n    │\n")
SMALL = catalogue.KNOWN["qwen2.5-coder-0.5b"]
CODESTRAL = catalogue.KNOWN["codestral-22b-q4_k_m"]


async def test_an_explicit_request_right_at_the_start_is_answered() -> None:
    async with serving(fake("return a + b", first_delay_ms=0)) as editor:
        await editor.initialize("neovim-0.12")
        editor.open(URI, TEXT)
        automatic = editor.ask_inline(URI, POSITION, trigger=2)
        explicit, began = editor.ask_inline(URI, POSITION, trigger=1), monotonic()
        assert (await editor.answer(automatic))["items"] == []
        items = (await editor.answer(explicit))["items"]
        # A very busy machine may need longer than a person should wait.
        assert items[0]["insertText"] == "return a + b" if items else monotonic() - began >= START_SECONDS


async def test_an_explicit_request_at_the_start_ends_when_the_text_changes() -> None:
    async with serving(fake("return a + b", first_delay_ms=0)) as editor:
        await editor.initialize("neovim-0.12")
        editor.open(URI, TEXT)
        explicit = editor.ask_inline(URI, POSITION, trigger=1)
        editor.change(URI, 2, {"text": TEXT + "# more\n"})
        assert (await editor.answer(explicit))["items"] == []


@pytest.fixture
def hub() -> Iterator[Hub]:
    stand_in = Hub({f"{SMALL.repository}:{SMALL.file}": b"no model at all"})
    stand_in.start()
    yield stand_in
    stand_in.stop()


async def test_a_model_is_pulled_by_name_and_what_goes_wrong_is_said(hub: Hub) -> None:
    variables = {**fake("x"), "HF_ENDPOINT": hub.url, "HF_TOKEN": ""}
    async with serving(variables) as editor:
        await editor.initialize("vscode")
        await editor.ready()

        async def pull(name: str, accepted: bool = False) -> dict[str, object]:
            arguments = [{"name": name, "licenceAccepted": accepted}]
            answer = await editor.request("workspace/executeCommand", {"command": "codestral-ls.pullModel", "arguments": arguments})
            return dict(answer)

        refused = await pull(CODESTRAL.name)
        assert not refused["pulled"]
        assert "Non-Production" in str(refused["message"])
        unknown = await pull("https://somewhere.example/x.gguf")
        assert (unknown["pulled"], hub.ranges) == (False, [])
        broken = await pull(SMALL.name)
        assert not broken["pulled"]
        assert "cut off" in str(broken["message"])
        assert len(hub.ranges) == 1


async def test_the_menu_line_of_a_backend_without_a_host_is_empty() -> None:
    async with serving(fake("x")) as editor:
        await editor.initialize("vscode")
        await editor.ready()
        assert await editor.request("workspace/executeCommand", {"command": "codestral-ls.host"}) == {"message": ""}
