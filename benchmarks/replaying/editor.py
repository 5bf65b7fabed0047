"""The pipeline's arm: types a passage into the real ``codestral-ls serve`` over stdio, as an editor does.

Every key is a didChange and an inline completion request, and cancels the request before it. The text on screen follows the
typing until a reply replaces it. Now and then a right completion is accepted, whole or by word.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from benchmarks.replaying.passages import Passage
from benchmarks.replaying.record import RecordedKey, first_line
from benchmarks.replaying.typist import Typist

LOG_LINE = re.compile(r"request (\d+) \S+ (.+?) source=(\w+) total=([\d.]+)((?: \w+=[\d.]+)*)")
WROTE = re.compile(r"wrote (\w+) prompt=(\d+) evaluated=(\d+) generated=(\d+)")


class ReplayServer:
    """One ``serve`` process and the replies to one client."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._id = 0
        self._waiting: dict[int, asyncio.Future[tuple[float, Any]]] = {}
        self.log: list[str] = []
        self.status: str = "starting"
        self._news = asyncio.Event()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._read_log())]

    @classmethod
    async def start(cls, folder: Path, settings: dict[str, str], workspace: Path | None = None) -> ReplayServer:
        """Start a server and its host in a private environment, with options as environment variables."""
        private = {f"XDG_{name}": str(folder) for name in ("RUNTIME_DIR", "CACHE_HOME", "STATE_HOME", "CONFIG_HOME")}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "codestral_ls", "serve",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env={**os.environ, **private, **settings}, limit=2**24,
        )  # fmt: skip
        server = cls(process)
        capabilities = {"textDocument": {"inlineCompletion": {}}, "general": {"positionEncodings": ["utf-32", "utf-16"]}}
        await server.request("initialize", {
            "processId": os.getpid(), "rootUri": workspace.as_uri() if workspace else None, "capabilities": capabilities,
        })  # fmt: skip
        server.notify("initialized", {})
        return server

    async def until_ready(self, seconds: float) -> None:
        """Wait until the model can answer. Raises: TimeoutError."""
        async with asyncio.timeout(seconds):
            while self.status != "ready":
                self._news.clear()
                await self._news.wait()

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: object) -> tuple[int, asyncio.Future[tuple[float, Any]]]:
        """Send a request; the future gets the time of the reply and its result (None when it was an error)."""
        self._id += 1
        future: asyncio.Future[tuple[float, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[self._id] = future
        self._send({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})
        return self._id, future

    async def request(self, method: str, params: object) -> Any:
        """Send a request and wait at most a minute for its result."""
        _, future = self.ask(method, params)
        return (await asyncio.wait_for(future, 60))[1]

    async def stop(self) -> None:
        """Send shutdown and exit, as editors do."""
        await self.request("shutdown", None)
        self.notify("exit", None)
        await asyncio.wait_for(self._process.wait(), 30)
        await asyncio.gather(*self._tasks)

    def _send(self, message: object) -> None:
        assert self._process.stdin is not None
        body = json.dumps(message).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                head = await self._process.stdout.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                message = json.loads(await self._process.stdout.readexactly(length))
                now = asyncio.get_running_loop().time()
                if "method" in message:
                    self._told(message)
                elif (future := self._waiting.pop(message["id"], None)) is not None and not future.done():
                    future.set_result((now, message.get("result")))
        except asyncio.IncompleteReadError:
            return

    def _told(self, message: dict[str, Any]) -> None:
        if message["method"] == "codestral-ls/status":
            self.status = message["params"]["state"]
            self._news.set()
        if "id" in message:
            result: object = [None] * len(message["params"].get("items", [])) if "configuration" in message["method"] else None
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": result})

    async def _read_log(self) -> None:
        assert self._process.stderr is not None
        while line := await self._process.stderr.readline():
            self.log.append(line.decode("utf-8", "replace"))


async def type_passage(server: ReplayServer, passage: Passage, seed: int, speed: float, uri: str) -> list[RecordedKey]:
    """Type one passage; returns its keystrokes in order."""
    loop = asyncio.get_running_loop()
    typist, records = Typist(seed, speed), []  # type: ignore[var-annotated]
    position = version = 0
    wrong, shown = "", ""
    pending: tuple[int, asyncio.Future[tuple[float, Any]], float, str, tuple[int, int]] | None = None
    base_line = passage.before.count("\n")
    document = passage.before + passage.after
    server.notify(
        "textDocument/didOpen",
        {"textDocument": {"uri": uri, "languageId": passage.language, "version": 0, "text": document}},
    )

    def at(typed: str) -> dict[str, int]:
        line = base_line + typed.count("\n")
        return {"line": line, "character": len(typed) - typed.rfind("\n") - 1}

    def change(start: dict[str, int], end: dict[str, int], text: str) -> None:
        nonlocal version
        version += 1
        edit = {"range": {"start": start, "end": end}, "text": text}
        server.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": [edit]})

    def ask(typed: str) -> None:
        nonlocal pending
        params = {"textDocument": {"uri": uri}, "position": at(typed), "context": {"triggerKind": 2}}
        number, future = server.ask("textDocument/inlineCompletion", params)
        place = (len(passage.before) + len(typed), len(records))
        pending = (number, future, loop.time(), passage.text[len(typed) :] if not wrong else "\0", place)

    def settle(gap: float) -> None:
        """Record the request that was waited for, and show its reply."""
        nonlocal pending, shown
        if pending is None:
            return
        number, future, asked, rest, place = pending
        pending = None
        record = RecordedKey(number, gap, None, None, first_line(rest), place=place)
        records.append(record)
        if not future.done():
            server.notify("$/cancelRequest", {"id": number})
            return
        when, result = future.result()
        record.reply_ms = (when - asked) * 1000
        items = (result or {}).get("items", [])
        shown = items[0]["insertText"] if items else ""
        record.shown = shown or None
        record.explicit_nothing = result is not None and not items

    while position < len(passage.text):
        stroke = typist.next(passage.text, position)
        await asyncio.sleep(stroke.pause)
        settle(stroke.pause)
        typed = passage.text[:position]
        rest = passage.text[position:]
        if shown and not wrong and rest.startswith(shown) and stroke.pause > 0.2 and (choice := typist.accepts()) != "no":
            match = re.match(r"\s*(?:\w+|[^\w\s]+)", shown) if choice == "word" else None
            taken = match[0] if match else shown
            change(at(typed), at(typed), taken)
            records[-1].taken = len(taken)
            position += len(taken)
            shown = shown[len(taken) :]
        elif stroke.kind == "backspace":
            change(at(typed), at(typed + wrong), "")
            wrong, shown = "", ""
        elif stroke.kind == "wrong_key":
            wrong, shown = stroke.text, ""
            change(at(typed), at(typed), wrong)
        elif stroke.kind == "jump":
            shown = ""
            ask(passage.text[: max(0, position - 1)].rsplit("\n", 1)[0] if "\n" in typed else typed)
            continue
        else:
            change(at(typed), at(typed), stroke.text)
            position += len(stroke.text)
            shown = shown[len(stroke.text) :] if shown.startswith(stroke.text) else ""
        if position < len(passage.text):
            ask(passage.text[:position] + wrong)
    settle(0.0)
    server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    return records


def read_log(lines: list[str], records: list[RecordedKey]) -> list[tuple[int, int, int]]:
    """Add sources and stages from the server's log; returns (prompt, evaluated, generated) tokens of each generation."""
    by_request = {record.request: record for record in records}
    generations = []
    for line in lines:
        if (match := LOG_LINE.search(line)) and (record := by_request.get(int(match[1]))):
            record.source = match[3]
            record.stages = {"total": float(match[4])}
            record.stages |= {name: float(ms) for name, ms in re.findall(r" (\w+)=([\d.]+)", match[5])}
        elif match := WROTE.search(line):
            generations.append((int(match[2]), int(match[3]), int(match[4])))
    return generations
