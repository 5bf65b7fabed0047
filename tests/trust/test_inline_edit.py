"""The boundary of next edits (``textDocument/copilotInlineEdit``): no request and no document ends the server, silences it, or
has one file's secret proposed in another; no text is logged."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.next_edits import NextEdits
from support.lsp.fuzzed import faults
from support.lsp.lsp_client import Editor, RefusedError, fake, serving

METHOD = "textDocument/copilotInlineEdit"
URI = "file:///nowhere/project/loads.py"
PATIENCE = 20.0
"""Seconds of processor time, far more than any of it takes."""
CONTENT = "KANARIENVOGEL"


def position(line: int = 0, character: int = 0) -> dict[str, int]:
    return {"line": line, "character": character}


ODD: tuple[object, ...] = (
    *(
        None,
        [],
        "x",
        7,
        {},
        {"textDocument": None, "position": position()},
        {"textDocument": {"uri": None}, "position": position()},
    ),
    *({"textDocument": {"uri": URI}, "position": [0, 0]}, {"textDocument": {"uri": URI}, "position": position(-1, -1)}),
    *(
        {"textDocument": {"uri": URI}, "position": {"line": "0", "character": True}},
        {"textDocument": [URI], "position": position()},
    ),
    *({"textDocument": {"uri": URI, "version": "1"}, "position": position(2**31, 2**31)},),
    *({"textDocument": {"uri": URI, "version": 2**63}, "position": position()},),
    *({"textDocument": {"uri": "file:///" + "x/" * 30_000}, "position": position()},),
    *({"textDocument": {"uri": "file:///a%00b\0.py"}, "position": position()},),
    *({"textDocument": {"uri": URI}, "position": position(), "context": {"triggerKind": CONTENT, "more": [[[[]]]]}},),
)
ARGUMENTS: tuple[object, ...] = (None, [], [None], ["edit-1"], ["edit-1", "edit-2"], [{}], ["x" * 100_000])


async def test_odd_requests_are_answered_and_nothing_is_logged_of_the_text() -> None:
    async with serving(fake("")) as editor:
        await editor.initialize("vscode")
        editor.open(URI, f"a = '{CONTENT}'\n")
        await editor.ready()
        for params in ODD:
            await _answered(editor, METHOD, params)
        for command in ("codestral-ls.acceptedEdit", "codestral-ls.refusedEdit"):
            for arguments in ARGUMENTS:
                await _answered(editor, "workspace/executeCommand", {"command": command, "arguments": arguments})
        editor.notify("textDocument/didShowInlineEdit", {"item": {"uri": 5}})
        editor.notify("textDocument/didShowInlineEdit", [CONTENT])
        found = await editor.request(METHOD, {"textDocument": {"uri": URI}, "position": position()})
        assert found == {"edits": []}
        assert await editor.shutdown() == 0
        assert faults(editor.log) == []
        assert CONTENT not in editor.log


async def _answered(editor: Editor, method: str, params: object) -> None:
    code = 0
    try:
        await editor.request(method, params)
    except RefusedError as refused:
        code = refused.code
    assert code in (0, -32602, -32600), params


SECRET_NAMES = (
    "file:///w/.env",
    "file:///w/secrets.yaml",
    "vscode-remote://ssh-remote+h/w/.env",
    "file:///w/id_rsa",
    "git:/w/.env?ref=1",
)


@pytest.mark.parametrize("private", SECRET_NAMES)
async def test_what_is_typed_into_credentials_is_proposed_nowhere(private: str) -> None:
    first = "a = load(one)\nb = load(two)\nc = load(three)\n"
    async with serving(fake("")) as editor:
        await editor.initialize("neovim-0.12")
        editor.open(URI, first)
        editor.open(private, first, "python")
        await editor.ready()
        text = first
        for version, name in ((2, "one"), (3, "two")):
            text = text.replace(f"load({name})", f"load({name}, key='{CONTENT}')")
            editor.change(private, version, {"text": text})
            for uri, known in ((private, version), (URI, 1)):
                asked = {"textDocument": {"uri": uri, "version": known}, "position": position(2, 5)}
                assert await editor.request(METHOD, asked) == {"edits": []}


def snapshot(text: str, version: int, uri: str = URI) -> Snapshot:
    return replace(Snapshot.of(text, 0, "python"), uri=uri, version=version)


SLOW: dict[str, tuple[str, Callable[[str], str]]] = {
    "one word": ("\n".join(["load " * 80] * 2_000), lambda text: text.replace("load load", "load2 load", 1)),
    "one line": ("a b " * 200_000, lambda text: text.replace("a b", "c b", 1)),
    "long lines with one word": (
        "\n".join("foo(" + "a," * 200 + ")" for _ in range(90)),
        lambda text: text.replace("foo", "bar", 1),
    ),
    "brackets": ("\n".join("(" * 300 + "x" + ")" * 300 for _ in range(99)), lambda text: text.replace("(x", "(y", 1)),
    "blank lines": (("\n" + " " * 400) * 2_000, lambda text: text[:100] + "q" + text[100:]),
    "everything turned round": (
        "\n".join(f"v{number} = {number}" for number in range(20_000)),
        lambda text: "\n".join(reversed(text.split("\n"))),
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_no_document_stops_the_server(name: str) -> None:
    text, change = SLOW[name]
    edits = NextEdits()
    others = [snapshot(text, 1, f"file:///n/{number}.py") for number in range(4)]
    for one in (snapshot(text, 1), *others):
        edits.opened(one)
    began = time.thread_time()
    for version in (2, 3):
        text = change(text)
        edits.next(snapshot(text, version), others, "balanced")
    assert time.thread_time() - began < PATIENCE
