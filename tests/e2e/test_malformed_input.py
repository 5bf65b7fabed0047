"""Malformed input: requests get an error, and the server continues."""

from __future__ import annotations

import json

import pytest

from support.lsp.forked_server import forked_serving
from support.lsp.lsp_client import Editor, RefusedError, drawn, fake

URI = "file:///nowhere/project/sums.py"
TEXT, POSITION = drawn("def add(a, b):\n    │\n")
INLINE = "textDocument/inlineCompletion"
INVALID_REQUEST, NOT_FOUND, INVALID_PARAMS, PARSE_ERROR = -32600, -32601, -32602, -32700

REFUSED_REQUESTS: list[tuple[str, object, int]] = [
    (INLINE, {}, INVALID_PARAMS),
    (INLINE, None, INVALID_PARAMS),
    (INLINE, [], INVALID_PARAMS),
    (INLINE, {"textDocument": {"uri": URI}, "position": {"line": 2**40, "character": 0}}, INVALID_PARAMS),
    (INLINE, {"textDocument": {"uri": URI}, "position": {"line": "one", "character": 0}}, INVALID_PARAMS),
    (INLINE, {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}}, INVALID_PARAMS),
    (INLINE, {"textDocument": {"uri": URI}, "position": POSITION, "context": {"triggerKind": 9}}, INVALID_PARAMS),
    ("textDocument/completion", {"textDocument": {"uri": URI}}, INVALID_PARAMS),
    ("workspace/executeCommand", {"command": 5}, INVALID_PARAMS),
    ("workspace/executeCommand", {"command": "rm"}, INVALID_PARAMS),
    ("workspace/executeCommand", {"command": "codestral-ls.accepted", "arguments": [{}]}, INVALID_PARAMS),
    ("textDocument/hover", {"textDocument": {"uri": URI}, "position": POSITION}, NOT_FOUND),
    ("no/such/method", {"a": [1, {"b": None}]}, NOT_FOUND),
    ("no/such/method", None, NOT_FOUND),
    ("initialize", {"capabilities": {}, "processId": None, "rootUri": None}, INVALID_REQUEST),
]

NAMELESS: list[tuple[bytes, int]] = [
    (b"", PARSE_ERROR),
    (b"{", PARSE_ERROR),
    (b'{"jsonrpc": "2.0", "id": 1,}', PARSE_ERROR),
    (b'{"jsonrpc": "2.0", "method": "\xff\xfe"}', PARSE_ERROR),
    (b"[" * 100_000, PARSE_ERROR),
    (b"17", INVALID_REQUEST),
    (b'"shutdown"', INVALID_REQUEST),
    (b"null", INVALID_REQUEST),
    (b'[{"jsonrpc": "2.0", "id": 1, "method": "shutdown"}]', INVALID_REQUEST),
    (b"{}", INVALID_REQUEST),
    (b'{"jsonrpc": "2.0", "id": {"a": 1}, "method": "shutdown"}', INVALID_REQUEST),
    (b'{"jsonrpc": "2.0", "id": true, "method": "shutdown"}', INVALID_REQUEST),
    (b'{"jsonrpc": "2.0", "id": null, "method": "shutdown"}', INVALID_REQUEST),
    (b'{"jsonrpc": "2.0", "method": ["shutdown"]}', INVALID_REQUEST),
]

UNANSWERED: list[object] = [
    {"jsonrpc": "2.0", "method": "no/such/notification", "params": {"x": 1}},
    {"jsonrpc": "2.0", "method": "$/setTrace", "params": {"value": "loud"}},
    {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": [1]}},
    {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 12345}},
    {"jsonrpc": "2.0", "method": "$/cancelRequest"},
    {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {"uri": URI}}},
    {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": None},
    {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"textDocument": 3}},
    {"jsonrpc": "2.0", "method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///never/opened"}}},
    {"jsonrpc": "2.0", "method": "workspace/didChangeConfiguration", "params": {"settings": 5}},
    {"jsonrpc": "2.0", "method": "textDocument/didShowCompletion", "params": {"item": {"command": {}}}},
    {"jsonrpc": "2.0", "method": "textDocument/didShowCompletion", "params": None},
    {"jsonrpc": "2.0", "method": "textDocument/didPartiallyAcceptCompletion", "params": {"item": 1}},
    {"jsonrpc": "2.0", "method": "textDocument/didFocus", "params": {"textDocument": {"uri": URI}, "position": 1}},
    {"jsonrpc": "2.0", "id": 99, "result": None},
    {"jsonrpc": "2.0", "id": "never-asked", "error": "no"},
]

BROKEN_FRAMES = [
    b"Content-Length: eleven\r\n\r\n{}",
    b'Content-Length: -1\r\n\r\n{"jsonrpc": "2.0"}',
    b"\r\n\r\n\r\n\x00\x01 garbage\r\n\r\n",
    b"Content-Length: 5\r\n\r\n" + b'{"jsonrpc": "2.0", "method": "too/short"}',
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"x" * 20_000,
]


async def completes(editor: Editor) -> None:
    """True if the server still completes."""
    [item] = await editor.inline(URI, POSITION)
    assert item["insertText"] == "return a + b"


async def run(test: object, **variables: str) -> None:
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.ready()
        await test(editor)  # type: ignore[operator]
        await completes(editor)
        assert await editor.shutdown() == 0
        assert "Traceback" not in editor.log


async def test_requests_that_cannot_be_answered_are_refused_with_the_right_code() -> None:
    async def test(editor: Editor) -> None:
        for method, params, code in REFUSED_REQUESTS:
            with pytest.raises(RefusedError) as refusal:
                await editor.request(method, params)
            assert refusal.value.code == code, (method, params)

    await run(test)


async def test_a_body_that_is_not_a_request_is_refused() -> None:
    async def test(editor: Editor) -> None:
        for body, code in NAMELESS:
            seen = len(editor.nameless)
            editor.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            await editor.until(lambda seen=seen: len(editor.nameless) > seen, f"an answer to {body[:40]!r}")
            assert editor.nameless[-1]["error"]["code"] == code, body[:40]

    await run(test)


async def test_an_id_that_can_be_told_is_answered_by_name() -> None:
    async def test(editor: Editor) -> None:
        editor.send({"jsonrpc": "2.0", "id": "name", "method": 7})
        with pytest.raises(RefusedError) as refusal:
            await editor.answer("name")
        assert refusal.value.code == INVALID_REQUEST

    await run(test)


async def test_strange_notifications_and_answers_change_nothing() -> None:
    async def test(editor: Editor) -> None:
        for message in UNANSWERED:
            editor.send(message)

    await run(test)


@pytest.mark.parametrize("broken", BROKEN_FRAMES)
async def test_broken_frames_lose_themselves_and_nothing_else(broken: bytes) -> None:
    async def test(editor: Editor) -> None:
        editor.raw(broken)
        await completes(editor)

    await run(test)


async def test_a_length_that_swallows_the_next_request_gives_it_back() -> None:
    async def test(editor: Editor) -> None:
        editor.raw(b"Content-Length: 150\r\n\r\n" + b'{"jsonrpc": "2.0", "method": "too/long"}')
        await completes(editor)

    await run(test)


async def test_messages_cut_into_single_bytes_are_understood() -> None:
    async def test(editor: Editor) -> None:
        position, request = {"textDocument": {"uri": URI}, "position": POSITION}, {"triggerKind": 1}
        body = json.dumps({"jsonrpc": "2.0", "id": "cut", "method": INLINE, "params": {**position, "context": request}}).encode()
        await editor.raw_cut(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        assert (await editor.answer("cut"))["items"]

    await run(test)


async def test_nothing_but_initialize_is_answered_first() -> None:
    async with forked_serving(fake("return a + b")) as editor:
        editor.open(URI, TEXT)
        with pytest.raises(RefusedError) as refusal:
            await editor.inline(URI, POSITION)
        assert refusal.value.code == -32002
        with pytest.raises(RefusedError):
            await editor.request("initialize", {"capabilities": 3})
        await editor.initialize()
        await editor.ready()
        assert await editor.inline(URI, POSITION) == []  # the document was sent before the server was initialized
