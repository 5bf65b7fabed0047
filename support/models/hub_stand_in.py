"""A stand-in of the Hugging Face hub's file download: HEAD and GET of ``/<repository>/resolve/<revision>/<file>``.

Written from the headers that ``huggingface_hub`` sends and reads (ETag, X-Repo-Commit, Content-Length, Range). It can refuse,
break off an answer and send a wrong checksum.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "c" * 40


@dataclass(slots=True)
class Hub:
    """The stand-in's files and settings. ``cuts`` are the numbers of bytes after which the next answers break off."""

    files: dict[str, bytes] = field(default_factory=dict)
    status: int = 200
    cuts: list[int] = field(default_factory=list)
    damaged: bool = False
    ranges: list[str | None] = field(default_factory=list)
    url: str = ""
    server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Listen on a free port of this machine."""
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                self.answer(body=False)

            def do_GET(self) -> None:
                self.answer(body=True)

            def answer(self, body: bool) -> None:
                parts = self.path.partition("?")[0].strip("/").split("/resolve/")
                name = f"{parts[0]}:{parts[1].partition('/')[2]}" if len(parts) == 2 else ""
                content = hub.files.get(name)
                status = hub.status if hub.status != 200 else 200 if content is not None else 404
                if status != 200 or content is None:
                    self.send_response(status)
                    self.send_header("X-Error-Code", {401: "GatedRepo", 404: "EntryNotFound"}.get(status, "Other"))
                    self.send_header("X-Error-Message", "no")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                asked = self.headers.get("Range")
                start = int(asked.removeprefix("bytes=").partition("-")[0]) if asked else 0
                self.send_response(206 if asked else 200)
                if asked:
                    self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
                self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
                self.send_header("X-Repo-Commit", COMMIT)
                self.send_header("Accept-Ranges", "bytes")
                self.send_header("Content-Length", str(len(content) - start))
                self.end_headers()
                if body:
                    hub.ranges.append(asked)
                    sent = content[start:]
                    if hub.damaged:
                        sent = sent[:-1] + bytes([sent[-1] ^ 1])
                    if hub.cuts:
                        self.wfile.write(sent[: hub.cuts.pop(0)])
                        self.close_connection = True
                        return
                    self.wfile.write(sent)

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
