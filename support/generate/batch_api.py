"""A stand-in of Mistral's FIM, files, batch and chat API, strict about what it is sent and able to fail on demand."""

# ruff: noqa: E501 - rows of an API
from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from support.loopback import reachable

KEY = "batch-key-1"


@dataclass
class Job:
    body: dict[str, Any]
    lines: list[dict[str, Any]]
    polls: int = 0
    status: str = "QUEUED"
    output: str | None = None
    errors: str | None = None


@dataclass
class BatchApi:
    """The stand-in. ``fate`` gives a request's fate by (job number, index): "ok", "500", "422", "missing"; ``ends`` has each
    job's last status.

    With ``echo`` it answers every request with that status and a sentence that repeats the key; ``refusal`` is the message for a
    failed line of a job.
    """

    write: Callable[[dict[str, Any]], str]
    fate: Callable[[int, int], str] = lambda _job, _index: "ok"
    ends: list[str] = field(default_factory=list)
    polls_needed: int = 1
    die_after_create: bool = False
    chat: Callable[[dict[str, Any]], str] | None = None
    jobs: dict[str, Job] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    chats: list[dict[str, Any]] = field(default_factory=list)
    fims: list[dict[str, Any]] = field(default_factory=list)
    busy: int = 0
    echo: int = 0
    refusal: str = "no"

    def heard(self) -> str:
        """Every text that it received in requests."""
        return json.dumps([self.fims, self.chats, [job.lines for job in self.jobs.values()]])

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        app = web.Application(client_max_size=100_000_000, middlewares=[self._checked])
        app.router.add_post("/v1/files", self._upload)
        app.router.add_get("/v1/files/{id}/content", self._content)
        app.router.add_post("/v1/batch/jobs", self._create)
        app.router.add_get("/v1/batch/jobs", self._list)
        app.router.add_get("/v1/batch/jobs/{id}", self._get)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/fim/completions", self._fim)
        async with reachable(app) as address:
            yield address

    @web.middleware
    async def _checked(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.json_response({"detail": "Unauthorized"}, status=401)
        if self.echo:
            return web.json_response({"message": f"{KEY} may not do this", "type": "refused"}, status=self.echo)
        if self.busy:
            self.busy -= 1
            return web.json_response({"detail": "busy"}, status=429, headers={"Retry-After": "0"})
        return await handler(request)  # type: ignore[no-any-return]

    async def _upload(self, request: web.Request) -> web.Response:
        parts = await request.post()
        assert parts["purpose"] == "batch"
        id_ = f"file-{len(self.files)}"
        upload: Any = parts["file"]
        assert upload.filename.endswith(".jsonl")
        self.files[id_] = upload.file.read()
        row = {"id": id_, "object": "file", "bytes": len(self.files[id_]), "created_at": 1, "filename": upload.filename}
        return web.json_response({**row, "purpose": "batch", "sample_type": "batch_request", "num_lines": 1, "source": "upload"})

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        assert body["endpoint"] == "/v1/fim/completions"
        lines = [json.loads(line) for file in body["input_files"] for line in self.files[file].splitlines()]
        for line in lines:
            assert set(line) == {"custom_id", "body"}
            assert set(line["body"]) == {"prompt", "suffix", "max_tokens", "temperature", "stop"}
        assert len({line["custom_id"] for line in lines}) == len(lines)
        id_ = f"job-{len(self.jobs)}"
        self.jobs[id_] = Job(body, lines)
        if self.die_after_create:
            request.transport.close()  # type: ignore[union-attr]
            await asyncio.sleep(0)
        return web.json_response(self._row(id_))

    async def _list(self, request: web.Request) -> web.Response:
        wanted = request.query.get("metadata", "")
        found = [self._row(id_) for id_, job in self.jobs.items() if not wanted or job.body["metadata"]["name"] in wanted]
        return web.json_response({"object": "list", "data": found, "total": len(found)})

    async def _get(self, request: web.Request) -> web.Response:
        id_ = request.match_info["id"]
        job = self.jobs[id_]
        job.polls += 1
        job.status = "RUNNING"
        if job.polls > self.polls_needed and job.output is None:
            number = list(self.jobs).index(id_)
            job.status = self.ends[number] if number < len(self.ends) else "SUCCESS"
            self._end(number, id_, job)
        elif job.output is not None:
            job.status = "SUCCESS"
        return web.json_response(self._row(id_))

    def _end(self, number: int, id_: str, job: Job) -> None:
        good, bad = [], []
        for index, line in enumerate(job.lines):
            fate = self.fate(number, index)
            if fate == "ok":
                text = self.write(line["body"])
                for stop in line["body"]["stop"]:
                    text = text.partition(stop)[0]
                usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
                choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
                body = {
                    "id": "x",
                    "object": "chat.completion",
                    "created": 1,
                    "model": "codestral",
                    "usage": usage,
                    "choices": [choice],
                }
                good.append(
                    {
                        "id": str(index),
                        "custom_id": line["custom_id"],
                        "response": {"status_code": 200, "body": body},
                        "error": None,
                    }
                )
            elif fate != "missing":
                bad.append(
                    {
                        "id": str(index),
                        "custom_id": line["custom_id"],
                        "response": {"status_code": int(fate), "body": self.refusal},
                        "error": None,
                    }
                )
        job.output = f"out-{id_}"
        self.files[job.output] = b"".join(json.dumps(row).encode() + b"\n" for row in good)
        if bad:
            job.errors = f"err-{id_}"
            self.files[job.errors] = b"".join(json.dumps(row).encode() + b"\n" for row in bad)

    def _row(self, id_: str) -> dict[str, Any]:
        job = self.jobs[id_]
        counts = {"total_requests": len(job.lines), "completed_requests": 0, "succeeded_requests": 0, "failed_requests": 0}
        files = {"input_files": job.body["input_files"], "output_file": job.output, "error_file": job.errors}
        return {
            "id": id_, "object": "batch", "endpoint": job.body["endpoint"], "errors": [], "status": job.status, "model": job.body["model"],
            "created_at": int(time.time()), "metadata": job.body.get("metadata"), **counts, **files,
        }  # fmt: skip

    async def _content(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["id"]], content_type="application/octet-stream")

    async def _chat(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.chats.append(body)
        assert self.chat is not None
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": self.chat(body)}}
        return web.json_response(
            {"id": "x", "object": "chat.completion", "created": 1, "model": body["model"], "usage": usage, "choices": [choice]}
        )

    async def _fim(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.fims.append(body)
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        choice = {"index": 0, "delta": {"role": "assistant", "content": self.write(body)}, "finish_reason": "stop"}
        event = {
            "id": "x",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": body["model"],
            "usage": usage,
            "choices": [choice],
        }
        text = f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n"
        return web.Response(body=text.encode(), headers={"Content-Type": "text/event-stream"})
