"""A language server that writes the first request to a file and answers everything with null: ``recording_server.py FILE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def read() -> dict[str, Any] | None:
    """The next message; None if the editor has gone."""
    length = 0
    while (line := sys.stdin.buffer.readline()) not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return dict(json.loads(sys.stdin.buffer.read(length))) if length else None


def main() -> None:
    """Record ``initialize``; answer every request with null."""
    target = Path(sys.argv[1])
    while (message := read()) is not None and message.get("method") != "exit":
        if message.get("method") == "initialize" and not target.exists():
            draft = target.with_suffix(".draft")
            draft.write_text(json.dumps(message["params"]))
            draft.replace(target)
        if "id" in message and "method" in message:
            result = {"capabilities": {}} if message["method"] == "initialize" else None  # type: ignore[var-annotated]
            body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode()
            sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
