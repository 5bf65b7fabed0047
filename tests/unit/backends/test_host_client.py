"""The local backend: finding, starting and losing the host, and its errors in the words of backends/base.py."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from codestral_ls.backends import host_client, host_process, host_wire
from codestral_ls.backends.base import FimRequest, Health, Priority
from codestral_ls.backends.host_client import HostClient
from codestral_ls.backends.host_process import FIRST_PAUSE, HostProcess
from codestral_ls.backends.ready import until_ready
from codestral_ls.config.host_address import HostAddress, host_address
from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import (
    BackendBusy,
    BackendLoading,
    BackendProtocolError,
    BackendRefused,
    BackendTimeout,
    BackendUnavailable,
)

ROOT = Path(__file__).parents[3]
DEADLINE = 60.0


@pytest.fixture
def private(tmp_path_factory, monkeypatch):
    """Folders of its own with short names."""
    folder = tmp_path_factory.mktemp("c")
    for name in ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(folder))
    return folder


class NoProcess(HostProcess):
    """Never starts anything; counts how often it was asked to."""

    def __init__(self, options, address):
        super().__init__(options, address)
        self.asked = 0

    async def ensure(self, known):
        self.asked += 1
        return Health("loading", "starting")


@asynccontextmanager
async def against(complete, health=None):
    """A client and a stand-in host whose completion route is ``complete``."""
    options = LocalOptions(model="/nowhere/model.gguf")
    address = host_address(options)
    address.socket.parent.mkdir(parents=True, exist_ok=True)
    app = web.Application()

    async def ready(request):
        return web.json_response(health or {"status": "ready", "model": "m", "family": "qwen", "context_tokens": 2048})

    app.router.add_post("/v1/fim/completions", complete)
    app.router.add_get("/health", health if callable(health) else ready)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    await web.UnixSite(runner, str(address.socket)).start()
    client = HostClient(options, process=NoProcess(options, address))
    client.host = runner
    try:
        yield client
    finally:
        await client.aclose()
        await runner.cleanup()


async def collect(client, request=None):
    return [piece async for piece in client.stream(request or FimRequest("p", "s"))]


def sse(*bodies):
    async def complete(request):
        complete.seen = (await request.json(), dict(request.headers))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for body in bodies:
            await response.write(f"data: {body}\n\n".encode())
        return response

    return complete


def test_pieces_usage_and_headers(private):
    first = '{"choices":[{"delta":{"content":"a"},"finish_reason":null}]}'
    last = (
        '{"choices":[{"delta":{"content":"b"},"finish_reason":"stop","mean_logprob":-0.5}],"usage":{"prompt_tokens":9,'
        '"completion_tokens":2,"codestral_ls":{"evaluated_tokens":3,"cached_tokens":6,"prefill_ms":1.5,"decode_ms":2}}}'
    )

    async def main():
        complete = sse(first, last, "[DONE]")
        async with against(complete) as client:
            pieces = await collect(client, FimRequest("p", "s", 7, ("x",), seed=3, priority=Priority.PREFETCH))
            assert [(piece.text, piece.finish_reason) for piece in pieces] == [("a", None), ("b", "stop")]
            assert pieces[1].mean_logprob == -0.5
            assert (pieces[1].usage.evaluated_tokens, pieces[1].usage.cached_tokens) == (3, 6)
            body, headers = complete.seen
            assert (body["prompt"], body["max_tokens"], body["stop"], body["random_seed"]) == ("p", 7, ["x"], 3)
            assert headers["X-Codestral-Priority"] == "prefetch"
            assert headers["X-Codestral-Client"]

    asyncio.run(main())


def status(code, body, headers=None):
    async def complete(request):
        return web.json_response(body, status=code, headers=headers)

    return complete


@pytest.mark.parametrize(
    ("complete", "error", "words"),
    [
        (status(429, {"message": "busy"}, {"Retry-After": "3"}), BackendBusy, "busy"),
        (status(503, {"type": "loading", "message": "soon"}), BackendLoading, "soon"),
        (status(503, {"type": "model_refused", "message": "bad model"}), BackendRefused, "bad model"),
        (status(422, {"detail": [{"msg": "nonsense"}]}), BackendRefused, "nonsense"),
        (status(404, {}), BackendProtocolError, "404"),
        (sse("{not json"), BackendProtocolError, "not Mistral"),
        (sse('{"choices":[]}'), BackendProtocolError, "not Mistral"),
        (sse(), BackendUnavailable, "broke off"),
        (sse('{"object":"error","message":"it ended"}'), BackendUnavailable, "it ended"),
    ],
)
def test_errors(private, complete, error, words):
    async def main():
        async with against(complete) as client:
            with pytest.raises(error, match=words) as raised:
                await collect(client)
            if error is BackendBusy:
                assert raised.value.retry_after == 3.0

    asyncio.run(main())


def test_a_silent_host_is_a_timeout_and_hears_that_nobody_waits(private):
    async def main():
        gone = asyncio.Event()

        async def complete(request):
            try:
                await asyncio.sleep(DEADLINE)
            finally:
                gone.set()

        async with against(complete) as client:
            with pytest.raises(BackendTimeout, match=r"0\.05 s"):
                await collect(client, FimRequest("p", "s", timeout=0.05))
            await asyncio.wait_for(gone.wait(), DEADLINE)

    asyncio.run(main())


def test_closing_the_stream_ends_the_generation(private):
    async def main():
        gone = asyncio.Event()

        async def complete(request):
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            await response.write(b'data: {"choices":[{"delta":{"content":"a"},"finish_reason":null}]}\n\n')
            try:
                await asyncio.sleep(DEADLINE)
            finally:
                gone.set()

        async with against(complete) as client:
            stream = client.stream(FimRequest("p", "s", timeout=DEADLINE))
            assert (await anext(stream)).text == "a"
            await stream.aclose()
            await asyncio.wait_for(gone.wait(), DEADLINE)

    asyncio.run(main())


def event(text, finish):
    return json.dumps({"choices": [{"delta": {"content": text}, "finish_reason": finish}]})


ONE, LAST = event("a", None), event("b", "stop")


def test_one_connection_serves_request_after_request(private):
    async def main():
        connections = set()

        async def complete(request):
            connections.add(request.transport)
            response = await sse(ONE, LAST)(request)
            for _ in range(20):  # the end comes apart from the last piece
                await asyncio.sleep(0)
            await response.write(b"data: [DONE]\n\n")
            return response

        async with against(complete) as client:
            for _ in range(5):
                assert "".join(piece.text for piece in await collect(client)) == "ab"
            stream = client.stream(FimRequest("p", "s"))
            while (await anext(stream)).finish_reason is None:
                pass
            await collect(client)  # the other one need not have been closed for that
            await stream.aclose()
        assert len(connections) == 1

    asyncio.run(main())


def test_an_answer_that_is_there_does_not_wait_for_an_end_that_does_not_come(private, monkeypatch):
    monkeypatch.setattr(host_wire, "ENDING_SECONDS", 0.01)

    async def main():
        async def complete(request):
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            await response.write(f"data: {LAST}\n\n".encode())
            await asyncio.sleep(DEADLINE)

        async with against(complete) as client:
            assert [piece.text for piece in await collect(client, FimRequest("p", "s", timeout=DEADLINE))] == ["b"]

    asyncio.run(main())


def test_who_reads_slowly_is_not_charged_for_it(private, monkeypatch):
    async def main():
        loop, later, go_on = asyncio.get_running_loop(), [0.0], asyncio.Event()
        time = loop.time
        monkeypatch.setattr(loop, "time", lambda: time() + later[0])

        async def complete(request):
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            await response.write(f"data: {ONE}\n\n".encode())
            await go_on.wait()
            await response.write(f"data: {LAST}\n\n".encode())
            return response

        async with against(complete) as client:
            stream = client.stream(FimRequest("p", "s", timeout=DEADLINE))
            first = await anext(stream)
            later[0] = 2 * DEADLINE
            for _ in range(5):  # a deadline that spans this would end the reader's own task here
                await asyncio.sleep(0)
            go_on.set()
            assert [first.text, *[piece.text async for piece in stream]] == ["a", "b"]

    asyncio.run(main())


@pytest.mark.parametrize(
    ("body", "health"),
    [
        ({"status": "ready", "model": "m"}, Health("ready")),
        ({"status": "unloaded"}, Health("ready")),
        ({"status": "loading", "progress": 0.5}, Health("loading", "The model is loading.", 0.5)),
        ({"status": "refused", "message": "bad model"}, Health("error", "bad model")),
    ],
)
def test_health(private, body, health):
    async def main():
        async with against(status(503, {}), body) as client:
            assert await client.health() == health

    asyncio.run(main())


@pytest.mark.parametrize("first", ["asked", "on its way"])
def test_a_host_that_hangs_is_said_to_hang_until_it_answers(private, monkeypatch, first):
    async def main():
        body, answers = {"status": "ready"}, asyncio.Event()

        async def health(request):
            await answers.wait()
            return web.json_response(body)

        async with against(status(503, {}), health) as client:
            answers.set()
            assert (await client.health()).state == "ready"
            answers.clear()
            monkeypatch.setattr(host_client, "HEALTH_SECONDS", 0.02)
            if first == "on its way":
                await client.start()
                async with asyncio.timeout(DEADLINE):
                    while not client._process.asked:  # noqa: ASYNC110 - a plain counter
                        await asyncio.sleep(0.002)
            for looks in range(1, 4):  # asked by the editor's server, and by the client itself on its way to start one
                assert (await client.health()).message == f"The model host does not answer. Its log is {client._address.log}."
                async with asyncio.timeout(DEADLINE):
                    while client._process.asked < looks:  # noqa: ASYNC110 - a plain counter
                        await asyncio.sleep(0.002)
            monkeypatch.setattr(host_client, "HEALTH_SECONDS", DEADLINE)
            answers.set()
            assert await client.health() == Health("ready")

    asyncio.run(main())


@pytest.mark.parametrize(
    ("left", "error", "state", "words"),
    [(True, BackendLoading, "loading", "long rest"), (False, BackendUnavailable, "offline", "not running")],
)
def test_a_host_that_left_is_started_and_one_that_died_is_missed(private, left, error, state, words):
    async def main():
        async with against(status(503, {})) as client:
            client._process.ensure = lambda known: asyncio.sleep(0, known)
            assert (await client.health()).state == "ready"
            await client.host.cleanup()
            client._address.socket.unlink(missing_ok=True)
            if not left:
                with socket.socket(socket.AF_UNIX) as dead:
                    dead.bind(str(client._address.socket))
            with pytest.raises(error, match=words) as raised:
                await collect(client)
            assert type(raised.value) is error
            health = await client.health()
            assert (health.state, words in health.message) == (state, True)

    asyncio.run(main())


def test_the_first_request_after_an_idle_unload_finds_a_model_that_loads(private):
    async def main():
        body = {"status": "unloaded"}

        async def complete(request):
            body["status"] = "loading"
            return web.json_response({"type": "loading", "message": "The model is loading; try again soon."}, status=503)

        async with against(complete, body) as client:
            assert await client.health() == Health("ready")
            with pytest.raises(BackendLoading, match="try again soon"):
                await collect(client)
            assert (await client.health()).state == "loading"
            body["status"] = "ready"
            assert await client.health() == Health("ready")

    asyncio.run(main())


def test_a_start_wakes_a_host_whose_model_left_memory(private):
    async def main():
        body = {"status": "unloaded"}

        async def complete(request):
            body["status"] = "ready"
            return web.json_response({"type": "loading", "message": "soon"}, status=503)

        async with against(complete, body) as client:
            states = []
            health = await until_ready(client, 30.0, lambda health: states.append(health.state))
            assert (states[0], health) == ("loading", Health("ready"))

    asyncio.run(main())


def test_a_model_that_loads_for_ever_is_called_broken(private):
    async def main():
        now = [0.0]
        async with against(status(503, {}), {"status": "loading"}) as client:
            client._clock = lambda: now[0]
            assert (await client.health()).state == "loading"
            now[0] = 121.0
            health = await client.health()
            assert (health.state, "more than 120 s" in health.message) == ("error", True)

    asyncio.run(main())


def test_where_there_are_no_unix_sockets_it_says_what_to_do(private, monkeypatch):
    async def main():
        monkeypatch.setattr(host_process, "fcntl", None)
        options = LocalOptions(model="/nowhere/model.gguf")
        health = await HostProcess(options, host_address(options)).ensure(Health("offline"))
        assert (health.state, "backend.primary" in health.message) == ("error", True)

    asyncio.run(main())


def test_info_comes_from_the_host(private):
    async def main():
        async with against(status(503, {})) as client:
            assert (client.info().name, client.info().remote) == ("local", False)
            await client.health()
            assert (client.info().model, client.info().prompt_style, client.info().context_tokens) == ("m", "qwen", 2048)

    asyncio.run(main())


def test_without_a_host_a_request_fails_at_once_and_a_start_begins(private):
    async def main():
        options = LocalOptions(model="/nowhere/model.gguf")
        process = NoProcess(options, host_address(options))
        client = HostClient(options, process=process)
        with pytest.raises(BackendUnavailable):
            await collect(client)
        async with asyncio.timeout(DEADLINE):
            while not process.asked:  # noqa: ASYNC110 - a plain counter
                await asyncio.sleep(0.002)
        assert (await client.health()).state == "loading"
        await client.aclose()
        await client.aclose()
        with pytest.raises(BackendUnavailable):
            await collect(client)

    asyncio.run(main())


class Crashing(HostProcess):
    """Starts a process that ends at once with ``status``."""

    def __init__(self, options, address, clock, status=7):
        super().__init__(options, address, clock=clock)
        self.started = 0
        self.status = status

    def _spawn(self):
        self.started += 1
        self._started = self._clock()
        self._process = subprocess.Popen([sys.executable, "-S", "-c", f"import os; os._exit({self.status})"])
        self._process.wait(DEADLINE)
        return Health("loading")


def test_a_crashing_host_is_started_again_with_growing_pauses(private):
    async def main():
        now = [100.0]
        options = LocalOptions(model="/nowhere/model.gguf")
        process = Crashing(options, host_address(options), lambda: now[0])
        known = Health("offline")
        for crash in range(1, 4):
            known = await process.ensure(known)
            assert process.started == crash
            known = await process.ensure(known)
            assert "ended with status 7" in known.message
            now[0] += FIRST_PAUSE * 2 ** (crash - 1) - 0.01
            known = await process.ensure(known)
            assert process.started == crash
            now[0] += 0.02
        assert known.state == "error"
        process.forget()

    asyncio.run(main())


def test_a_host_that_holds_the_lock_and_is_silent_is_not_run_into_for_ever(private):
    async def main():
        now = [100.0]
        options = LocalOptions(model="/nowhere/model.gguf")
        process = Crashing(options, host_address(options), lambda: now[0], status=0)
        known = Health("offline")
        for _ in range(2000):  # 100 seconds of looking every 50 ms
            known = await process.ensure(known)
            now[0] += 0.05
        assert process.started < 10
        assert (known.state, "holds" in known.message) == ("error", True)
        process.worked()
        assert (await process.ensure(Health("offline"))).state == "loading"
        process.forget()

    asyncio.run(main())


class Sleeping(HostProcess):
    """Starts a process that never opens a socket."""

    def _spawn(self):
        self._started = self._clock()
        self._process = subprocess.Popen([sys.executable, "-S", "-c", f"import time; time.sleep({DEADLINE})"])
        return Health("loading")


def test_a_host_that_never_answers_is_ended_and_that_is_said(private):
    async def main():
        now = [100.0]
        options = LocalOptions(model="/nowhere/model.gguf")
        address = host_address(options)
        address.log.parent.mkdir(parents=True)
        address.log.write_text("INFO all is well\n")
        process = Sleeping(options, address, clock=lambda: now[0])
        await process.ensure(Health("offline"))
        assert (await process.ensure(Health("offline"))).state == "loading"
        now[0] += host_process.OPEN_SECONDS + 0.1
        assert await process.ensure(Health("offline")) == Health(
            "offline", f"The model host did not answer and was ended. It is started again; its log is {address.log}."
        )
        process.forget()

    asyncio.run(main())


def test_a_refused_model_is_not_tried_again_until_its_file_changes(private, tmp_path):
    async def main():
        model = tmp_path / "model.gguf"
        model.write_bytes(b"one")
        options = LocalOptions(model=str(model))
        process = Crashing(options, host_address(options), lambda: 0.0)
        process.refuse("The model is broken.")
        assert await process.ensure(Health("offline")) == Health("error", "The model is broken.")
        assert process.started == 0
        model.write_bytes(b"another one")
        await process.ensure(Health("offline"))
        assert process.started == 1
        process.forget()

    asyncio.run(main())


def test_one_window_starts_it_the_others_wait(private):
    async def main():
        options = LocalOptions(model="/nowhere/model.gguf")
        windows = [Crashing(options, host_address(options), lambda: 0.0) for _ in range(3)]
        for window in windows:
            await window.ensure(Health("offline"))
        assert [window.started for window in windows] == [1, 0, 0]
        for window in windows:
            window.forget()

    asyncio.run(main())


def test_a_folder_that_cannot_be_written_is_a_sentence(private):
    async def main():
        blocked = private / "file"
        blocked.write_text("")
        options = LocalOptions(model="/nowhere/model.gguf")
        address = HostAddress(private / "s.sock", private / "s.lock", blocked / "host.log", private / "kv")
        process = HostProcess(options, address)
        health = await process.ensure(Health("offline"))
        assert (health.state, "cannot be started" in health.message) == ("error", True)

    asyncio.run(main())


def test_a_host_that_cannot_serve_here_says_why_and_nothing_else(private, monkeypatch):
    (private / "no-folder").write_text("")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(private / "no-folder"))

    async def main():
        options = LocalOptions()
        process = HostProcess(options, host_address(options))
        health, told = Health("offline"), set()
        async with asyncio.timeout(DEADLINE):
            while health.state != "error":
                health = await process.ensure(health)
                told.add(health.message)
                await asyncio.sleep(0.02)
        again = await process.ensure(Health("offline"))
        assert again == health
        assert health.message == (
            f"The folder {private / 'no-folder' / 'codestral-ls'} for the host's socket cannot be made: Not a directory."
        )
        assert told == {"The model host is starting.", health.message}
        process.forget()

    asyncio.run(main())


def test_two_clients_share_one_real_host_and_survive_its_death(private, tmp_path):
    sys.path.insert(0, str(ROOT))
    from benchmarks.random_model import SHAPES, write

    model = write(tmp_path / "m.gguf", SHAPES["tiny"], "bpe")
    options = LocalOptions(model=str(model), threads=1, idle_exit_seconds=20)

    async def ready(client):
        async with asyncio.timeout(DEADLINE):
            while (await client.health()).state != "ready":  # noqa: ASYNC110 - another process changes it
                await asyncio.sleep(0.02)

    async def main():
        clients = [HostClient(options), HostClient(options)]
        for client in clients:
            await client.start()
        for client in clients:
            await ready(client)
        answers = [await collect(client, FimRequest("def f(", ")", 6, timeout=DEADLINE)) for client in clients]
        assert "".join(p.text for p in answers[0]) == "".join(p.text for p in answers[1])
        assert answers[1][-1].usage.cached_tokens > 0
        pids = hosts_of(options)
        assert len(pids) == 1
        os.kill(pids[0], signal.SIGKILL)
        with pytest.raises(BackendUnavailable):
            await collect(clients[0], FimRequest("def f(", ")", 6, timeout=DEADLINE))
        await ready(clients[0])
        await ready(clients[1])
        assert (await collect(clients[1], FimRequest("def f(", ")", 6, timeout=DEADLINE)))[-1].finish_reason
        (pid,) = hosts_of(options)
        assert pid != pids[0]
        for client in clients:
            await client.aclose()
        os.kill(pid, signal.SIGTERM)

    asyncio.run(main())


def hosts_of(options):
    """Process ids of the hosts that load this very model."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if options.model.encode() in command and b"codestral_ls.host" in command and state != "Z":
                found.append(int(entry.name))
    return found


def test_a_refused_model_reaches_the_user_through_real_processes(private, tmp_path):
    (tmp_path / "m.gguf").write_bytes(b"GGUF" + bytes(100))
    options = LocalOptions(model=str(tmp_path / "m.gguf"))

    async def main():
        client = HostClient(options)
        await client.start()
        async with asyncio.timeout(DEADLINE):
            while (health := await client.health()).state != "error":  # noqa: ASYNC110 - another process changes it
                await asyncio.sleep(0.02)
        assert "GGUF file of version 0" in health.message
        with pytest.raises(BackendRefused, match="version 0"):
            await collect(client)
        await client.aclose()
        for pid in hosts_of(options):
            os.kill(pid, signal.SIGTERM)

    asyncio.run(main())
