"""An editor for tests: starts the real ``codestral-ls serve`` in a private environment and speaks LSP with it.

Every wait has a deadline. A server that still runs at the end is killed, and that fails the test.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from support.repository import ROOT

SECONDS = 20.0
"""Longest wait, in seconds; generous, because test machines are busy."""
_TICK = 0.25
"""A wait is counted in steps of this length: if the machine, or server and test together, were suspended, only one step is lost."""
INITIALIZE = ROOT / "tests" / "e2e" / "initialize"
"""Recorded ``initialize`` params of real editors, one file each."""
CURSOR = "│"

Json = dict[str, Any]


class RefusedError(Exception):
    """The server answered a request with an error."""

    def __init__(self, error: Json) -> None:
        super().__init__(error["message"])
        self.code: int = error["code"]


def initialize_params(editor: str) -> Json:
    """The ``initialize`` params of a real editor (``initialize/<editor>.json``), with this process as the editor."""
    params: Json = json.loads((INITIALIZE / f"{editor}.json").read_text(encoding="utf-8"))["params"]
    return {**params, "processId": os.getpid()}


def drawn(code: str) -> tuple[str, Json]:
    """Text and position of code with the cursor drawn in it; columns are right for characters of the BMP only."""
    before, after = code.split(CURSOR)
    lines = before.split("\n")
    return before + after, {"line": len(lines) - 1, "character": len(lines[-1])}


def private_environment(folder: Path, **variables: str) -> dict[str, str]:
    """This environment with the XDG folders moved into ``folder``, and none of our options but ``variables``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CODESTRAL")}
    private = {f"XDG_{name}": str(folder) for name in ("RUNTIME_DIR", "CACHE_HOME", "STATE_HOME", "CONFIG_HOME")}
    return {**kept, **private, **variables}


def fake(text: str = "", **options: object) -> dict[str, str]:
    """Variables that choose the fake backend, which writes ``text``, with further options."""
    chosen = {"CODESTRAL_LS_BACKEND_PRIMARY": "fake", "CODESTRAL_LS_FAKE_TEXT": text}
    return chosen | {f"CODESTRAL_LS_FAKE_{name.upper()}": str(value) for name, value in options.items()}


class ServerProcess(Protocol):
    """The part of a server process's interface that is used here."""

    @property
    def returncode(self) -> int | None:
        """The exit code, None while it runs."""

    @property
    def stdin(self) -> asyncio.StreamWriter | None:
        """Its standard input."""

    @property
    def stdout(self) -> asyncio.StreamReader | None:
        """Its standard output."""

    @property
    def stderr(self) -> asyncio.StreamReader | None:
        """Its standard error, where its log goes."""

    async def wait(self) -> int:
        """Wait until it has ended."""

    def kill(self) -> None:
        """End it."""

    def send_signal(self, number: int, /) -> None:
        """Send it a signal."""


class Editor:
    """One connection. The server gets ``settings`` when it asks for them; ``log`` is its standard error.

    Requests of the server that ``ignores`` names are never answered; ``replies`` holds the results of others, null for those
    without.
    """

    def __init__(self, process: ServerProcess, reader: asyncio.StreamReader, writer: Any, keeps_log: bool = True) -> None:
        self.process = process
        self._reader, self._writer = reader, writer
        self.settings: Json | None = None
        self.capabilities: Json = {}
        self.ignores: set[str] = set()
        self.replies: Json = {}
        self.notifications: list[tuple[str, Any]] = []
        self.requests: list[tuple[str, Any]] = []
        self.nameless: list[Json] = []
        self.answers: dict[object, list[Json]] = {}
        self.log = ""
        self._id = 0
        self._held: list[bytes] | None = None
        self._news = asyncio.Condition()
        self._tasks = [asyncio.create_task(self._listen())]
        if keeps_log and process.stderr is not None:
            self._tasks.append(asyncio.create_task(self._keep_log(process.stderr)))

    # Sending

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        if self._held is None:
            self._writer.write(data)
        else:
            self._held.append(data)

    async def raw_cut(self, data: bytes) -> None:
        """Send bytes one at a time; other messages (such as an answer to the server) wait until all are sent."""
        self._held = []
        try:
            for byte in data:
                self._writer.write(bytes([byte]))
                await asyncio.sleep(0)
        finally:
            held, self._held = self._held, None
            for later in held:
                self.raw(later)

    def send(self, message: object) -> None:
        """Send one message, framed."""
        body = json.dumps(message).encode()
        self.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: object) -> int:
        """Send a request without waiting for its answer; returns its id."""
        self._id += 1
        self.send({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})
        return self._id

    async def answer(self, message_id: object) -> Any:
        """Wait for the answer to a request and return it. Raises: RefusedError."""
        await self.until(lambda: message_id in self.answers, f"an answer to request {message_id!r}")
        return result_of(self.answers[message_id][0])

    async def request(self, method: str, params: object) -> Any:
        """Ask and wait. Raises: RefusedError."""
        return await self.answer(self.ask(method, params))

    # The session

    async def initialize(self, editor: str = "vscode", **params: object) -> Json:
        """Send ``initialize`` as ``editor`` does; return the server's capabilities."""
        answer: Json = await self.request("initialize", {**initialize_params(editor), **params})
        self.capabilities = answer["capabilities"]
        self.notify("initialized", {})
        return self.capabilities

    async def ready(self) -> None:
        """Wait until the server reports that it can complete."""
        await self.until(lambda: self.states()[-1:] == ["ready"], "the state ready")

    def states(self) -> list[str]:
        """The states that ``codestral-ls/status`` has reported, in order."""
        return [params["state"] for method, params in self.notifications if method == "codestral-ls/status"]

    def asked(self, method: str) -> list[Any]:
        """The params of every request with ``method`` that the server has sent."""
        return [params for name, params in self.requests if name == method]

    def told(self, method: str) -> list[Any]:
        """The params of every notification with ``method`` that the server has sent."""
        return [params for name, params in self.notifications if name == method]

    async def shutdown(self) -> int:
        """Send shutdown and exit as editors do; return the exit code."""
        await self.request("shutdown", None)
        self.notify("exit", None)
        return await self.ended()

    async def ended(self) -> int:
        """Wait until the server's process has ended; return the exit code."""
        return await asyncio.wait_for(self.process.wait(), SECONDS)

    # Documents

    def open(self, uri: str, text: str, language: str = "python", version: int = 1) -> None:
        """Open a document."""
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: Json) -> None:
        """Edit a document."""
        identifier = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": list(changes)})

    def ask_inline(self, uri: str, position: Json, trigger: int = 1, **more: object) -> int:
        """Ask for inline completion (``trigger`` 1 is invoked, 2 automatic); returns the request's id."""
        params = {"textDocument": {"uri": uri}, "position": position, "context": {"triggerKind": trigger}, **more}
        return self.ask("textDocument/inlineCompletion", params)

    async def inline(self, uri: str, position: Json, trigger: int = 1, **more: object) -> list[Json]:
        """The items of an inline completion."""
        answer: Json = await self.answer(self.ask_inline(uri, position, trigger, **more))
        return list(answer["items"])

    # Listening

    async def until(self, condition: Any, what: str) -> None:
        """Wait until ``condition()`` holds; the error says ``what`` if it never does."""
        async with self._news:
            for _ in range(round(SECONDS / _TICK)):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_TICK):
                        await self._news.wait_for(condition)
                        return
        told = [method for method, _ in self.notifications]
        raise AssertionError(f"{what} did not come; notifications: {told}\n{self.log}")

    async def _listen(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                headers = await self._reader.readuntil(b"\r\n\r\n")
                length = int(headers.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                self._take(json.loads(await self._reader.readexactly(length)))
                async with self._news:
                    self._news.notify_all()

    def _take(self, message: Json) -> None:
        method = message.get("method")
        if method is None and message["id"] is None:
            self.nameless.append(message)
        elif method is None:
            self.answers.setdefault(message["id"], []).append(message)
        elif "id" in message:
            self.requests.append((method, message["params"]))
            result: object = [self.settings] if method == "workspace/configuration" else self.replies.get(method)
            if method not in self.ignores:
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})
        else:
            self.notifications.append((method, message.get("params")))

    async def _keep_log(self, stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            self.log += line.decode("utf-8", "replace")
            async with self._news:
                self._news.notify_all()

    async def close(self) -> None:
        """Close the connection and wait until the server has ended."""
        with contextlib.suppress(ConnectionError):
            self._writer.close()
        await self.ended()
        done, _ = await asyncio.wait(self._tasks, timeout=SECONDS)
        for task in done:
            task.result()


def result_of(message: Json) -> Any:
    """The result of a response. Raises: RefusedError."""
    if "error" in message:
        raise RefusedError(message["error"])
    return message["result"]


@contextlib.contextmanager
def private_folder() -> Any:
    """A folder with a short path (a Unix socket's address has at most 108 bytes); removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cls"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def serving(
    variables: Mapping[str, str] | None = None,
    arguments: Sequence[str] = (),
    python: Sequence[str] = (),
    folder: Path | None = None,
    cwd: Path | None = None,
) -> AsyncIterator[Editor]:
    """A server in a private environment with ``variables``, and an editor connected to it; both end with the block."""
    with private_folder() as made:
        environment = private_environment(folder or made, **(variables or {}))
        command = [sys.executable, *python, "-m", "codestral_ls", "serve", *arguments]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, cwd=cwd, limit=1 << 26
        )
        assert process.stdout is not None
        editor = Editor(process, process.stdout, process.stdin)
        try:
            yield editor
            await editor.close()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            process._transport.close()  # type: ignore[attr-defined]  # or its finalizer warns after the loop is gone
