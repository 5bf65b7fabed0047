"""A language server with scripted answers, for tests of a client alone: ``python stub_server.py SCRIPT LOG``.

SCRIPT is a JSON file {"rules": [{"after": …, "texts": [first, alternative, …]}], "delay_ms": 0, "encoding": "utf-16",
"commands": {name: result}, "progress": {name: [message, …]}}: if the text before the cursor ends with ``after`` plus the
beginning of a text, the rest of that text is the completion, which is how the real server follows typing. An explicit request gets
all texts, an automatic one the first. Every message received goes to LOG as one JSON line. Uses only the standard library, not the
package.
"""

from __future__ import annotations

import json
import re
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

KNOWN = ["codestral-ls.accepted", "codestral-ls.explain"]
LINE_END = re.compile("\r\n|\r|\n")


class Stub:
    """The documents, the script and the two ends of the wire."""

    def __init__(self, script: Path, log: Path) -> None:
        self.script = script
        self.log = log
        self.documents: dict[str, str] = {}
        self.encoding = "utf-16"
        self.requests = 0

    def run(self) -> None:
        """Answer until the client says exit or goes away."""
        source = sys.stdin.buffer
        while True:
            length = 0
            while (line := source.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                return
            message = json.loads(source.read(length))
            with self.log.open("a") as log:
                log.write(json.dumps(message) + "\n")
            if message.get("method") == "exit":
                return
            self.take(message)

    def send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        sys.stdout.buffer.flush()

    def take(self, message: dict[str, Any]) -> None:
        method, params = message.get("method"), message.get("params") or {}
        if method == "textDocument/didOpen":
            self.documents[params["textDocument"]["uri"]] = params["textDocument"]["text"]
        elif method == "textDocument/didChange":
            self.change(params["textDocument"]["uri"], params["contentChanges"])
        elif method == "initialized":
            self.ready()  # VS Code hears nothing that comes before the answer to initialize
        if method is None or "id" not in message:
            return
        result: Any = None
        if method == "initialize":
            result = self.initialize(params)
        elif method == "textDocument/inlineCompletion":
            time.sleep(self.read().get("delay_ms", 0) / 1000)  # pace: of a model
            result = {"items": self.complete(params)}
        elif method == "textDocument/codeAction":
            edit = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}}
            edits = {params["textDocument"]["uri"]: [{**edit, "newText": '"""What it does."""\n'}]}
            result = [{"title": "Write a docstring", "kind": "refactor.rewrite", "edit": {"changes": edits}}]
        elif method == "codeAction/resolve":
            result = params
        elif method == "workspace/executeCommand" and params["command"] == "codestral-ls.explain":
            result = {"message": "It was typed along a known answer."}
        elif method == "workspace/executeCommand" and params["command"] == "codestral-ls.preview":
            result = {"text": "This would be sent."}
        elif method == "workspace/executeCommand":
            self.progress(params["command"])
            result = self.read().get("commands", {}).get(params["command"])
        self.send(id=message["id"], result=result)

    def ready(self) -> None:
        self.send(method="codestral-ls/status", params={"state": "ready", "message": "", "progress": None})

    def progress(self, command: str) -> None:
        """The messages of a progress bar that a command is to have."""
        messages = self.read().get("progress", {}).get(command, [])
        if messages:
            self.send(id="bar", method="window/workDoneProgress/create", params={"token": "bar"})
            self.send(method="$/progress", params={"token": "bar", "value": {"kind": "begin", "title": "Fetching"}})
        for message in messages:
            self.send(method="$/progress", params={"token": "bar", "value": {"kind": "report", "message": message}})

    def read(self) -> dict[str, Any]:
        return dict(json.loads(self.script.read_text()))

    def initialize(self, params: dict[str, Any]) -> dict[str, Any]:
        offered = params["capabilities"].get("general", {}).get("positionEncodings") or ["utf-16"]
        wanted = self.read().get("encoding", "utf-16")
        self.encoding = wanted if wanted in offered else offered[0]
        self.send(method="didChangeStatus", params={"busy": False, "kind": "Normal", "message": ""})
        self.ready()
        capabilities = {
            "positionEncoding": self.encoding,
            "textDocumentSync": {"openClose": True, "change": 2},
            "inlineCompletionProvider": {},
            "codeActionProvider": {"codeActionKinds": ["refactor.rewrite"]},
            "executeCommandProvider": {"commands": [*KNOWN, *self.read().get("commands", {})]},
        }
        return {"capabilities": capabilities, "serverInfo": {"name": "codestral-ls", "version": "stub"}}

    def change(self, uri: str, changes: list[dict[str, Any]]) -> None:
        for change in changes:
            if "range" not in change:
                self.documents[uri] = change["text"]
                continue
            text = self.documents[uri]
            start, end = (self.offset(text, change["range"][edge]) for edge in ("start", "end"))
            self.documents[uri] = text[:start] + change["text"] + text[end:]
        (self.log.parent / "document.txt").write_bytes(self.documents[uri].encode())

    def offset(self, text: str, position: dict[str, int]) -> int:
        """The str index of a protocol position."""
        start = 0
        if position["line"]:
            ends = islice(LINE_END.finditer(text), position["line"] - 1, None)
            end = next(ends, None)
            if end is None:
                return len(text)
            start = end.end()
        units = 0
        while units < position["character"] and start < len(text) and text[start] not in "\r\n":
            units += self.width(text[start])
            start += 1
        return start

    def width(self, text: str) -> int:
        """Length in the units of the negotiated encoding."""
        if self.encoding == "utf-8":
            return len(text.encode())
        return len(text.encode("utf-16-le")) // 2 if self.encoding == "utf-16" else len(text)

    def complete(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        text = self.documents.get(params["textDocument"]["uri"], "")
        prefix = text[: self.offset(text, params["position"])].replace("\r\n", "\n")
        items = []
        for rule in self.read()["rules"]:
            for whole in rule["texts"]:
                typed = next((n for n in range(len(whole), -1, -1) if prefix.endswith(rule["after"] + whole[:n])), -1)
                if 0 <= typed < len(whole):
                    items.append(self.item(whole[typed:], params["position"], rule.get("replaces", 0)))
            if items:
                break
        explicit = params.get("context", {}).get("triggerKind") == 1
        return items if explicit else items[:1]

    def item(self, text: str, position: dict[str, int], replaces: int) -> dict[str, Any]:
        self.requests += 1
        name = f"item-{self.requests}"
        command = {"title": "accepted", "command": "codestral-ls.accepted", "arguments": [name]}
        end = {"line": position["line"], "character": position["character"] + replaces}
        return {"insertText": text, "range": {"start": position, "end": end}, "command": command}


if __name__ == "__main__":
    Stub(Path(sys.argv[1]), Path(sys.argv[2])).run()
