"""The state of the model host as the local backend reports it (ready, loading, hanging, gone), and two clients of a real host."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from codestral_ls.backends import host_client
from codestral_ls.backends.base import FimRequest, Health
from codestral_ls.backends.host_client import HostClient
from codestral_ls.backends.ready import until_ready
from codestral_ls.config.host_address import host_address
from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import BackendLoading, BackendRefused, BackendUnavailable
from support.backends.host_stand_in import DEADLINE, NoProcess, against, collect, status
from support.waiting import until

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("body", "health"),
    [
        ({"status": "ready", "model": "m"}, Health("ready")),
        ({"status": "unloaded"}, Health("ready")),
        ({"status": "loading", "progress": 0.5}, Health("loading", "The model is loading.", 0.5)),
        ({"status": "refused", "message": "bad model"}, Health("error", "bad model")),
    ],
)
async def test_health(private: Path, body: Any, health: Any) -> None:
    async with against(status(503, {}), body) as client:
        assert await client.health() == health


@pytest.mark.parametrize("first", ["asked", "on its way"])
async def test_a_host_that_hangs_is_said_to_hang_until_it_answers(
    private: Path, monkeypatch: pytest.MonkeyPatch, first: Any
) -> None:
    body, answers = {"status": "ready"}, asyncio.Event()

    async def health(request: pytest.FixtureRequest) -> Any:
        await answers.wait()
        return web.json_response(body)

    async with against(status(503, {}), health) as client:
        answers.set()
        assert (await client.health()).state == "ready"
        answers.clear()
        monkeypatch.setattr(host_client, "HEALTH_SECONDS", 0.02)
        if first == "on its way":
            await client.start()
            await until(lambda: client._process.asked, "a start asked for")
        for looks in range(1, 4):  # once by the editor's server, and once by the client before it would start a host
            assert (await client.health()).message == f"The model host does not answer. Its log is {client._address.log}."
            await until(lambda: client._process.asked >= looks, "a start asked for again")  # noqa: B023 - awaited here
        monkeypatch.setattr(host_client, "HEALTH_SECONDS", DEADLINE)
        answers.set()
        assert await client.health() == Health("ready")


@pytest.mark.parametrize(
    ("left", "error", "state", "words"),
    [(True, BackendLoading, "loading", "long idle time"), (False, BackendUnavailable, "offline", "not running")],
)
async def test_a_host_that_left_is_started_and_one_that_died_is_missed(
    private: Path, left: Any, error: Any, state: Any, words: Any
) -> None:
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


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"status": "' + b"x" * 3_000_000 + b'"}', b"\xff", b"[]"])
async def test_a_body_without_end_or_bottom_is_no_answer(private: Path, body: bytes) -> None:
    async def hostile(request: web.Request) -> web.Response:
        return web.Response(body=body, status=503 if request.method == "POST" else 200)

    async with against(hostile, hostile) as client:
        assert (await client.health()).state == "offline"
        with pytest.raises(BackendUnavailable):
            await collect(client)


async def test_the_first_request_after_an_idle_unload_finds_a_model_that_loads(private: Path) -> None:
    body = {"status": "unloaded"}

    async def complete(request: pytest.FixtureRequest) -> Any:
        body["status"] = "loading"
        return web.json_response({"type": "loading", "message": "The model is loading; try again soon."}, status=503)

    async with against(complete, body) as client:
        assert await client.health() == Health("ready")
        with pytest.raises(BackendLoading, match="try again soon"):
            await collect(client)
        assert (await client.health()).state == "loading"
        body["status"] = "ready"
        assert await client.health() == Health("ready")


async def test_a_start_wakes_a_host_whose_model_left_memory(private: Path) -> None:
    body = {"status": "unloaded"}

    async def complete(request: pytest.FixtureRequest) -> Any:
        body["status"] = "ready"
        return web.json_response({"type": "loading", "message": "soon"}, status=503)

    async with against(complete, body) as client:
        states = []
        health = await until_ready(client, 30.0, lambda health: states.append(health.state))
        assert (states[0], health) == ("loading", Health("ready"))


async def test_a_model_that_loads_for_ever_is_called_broken(private: Path) -> None:
    now = [0.0]
    async with against(status(503, {}), {"status": "loading"}) as client:
        client._clock = lambda: now[0]
        assert (await client.health()).state == "loading"
        now[0] = 121.0
        health = await client.health()
        assert (health.state, "more than 120 s" in health.message) == ("error", True)


async def test_info_comes_from_the_host(private: Path) -> None:
    async with against(status(503, {})) as client:
        assert (client.info().name, client.info().remote) == ("local", False)
        await client.health()
        assert (client.info().model, client.info().prompt_style, client.info().context_tokens) == ("m", "qwen", 2048)


async def test_without_a_host_a_request_fails_at_once_and_a_start_begins(private: Path) -> None:
    options = LocalOptions(model="/nowhere/model.gguf")
    process = NoProcess(options, host_address(options))
    client = HostClient(options, process=process)
    with pytest.raises(BackendUnavailable):
        await collect(client)
    await until(lambda: process.asked, "a start asked for")
    assert (await client.health()).state == "loading"
    await client.aclose()
    await client.aclose()
    with pytest.raises(BackendUnavailable):
        await collect(client)


async def test_two_clients_share_one_real_host_and_survive_its_death(private: Path, tmp_path: Path) -> None:
    from support.models.random_model import SHAPES, write

    model = write(tmp_path / "m.gguf", SHAPES["tiny"], "bpe")
    options = LocalOptions(model=str(model), threads=1, idle_exit_seconds=20, self_test="off")

    async def ready(client: Any) -> None:
        await until(lambda: in_state(client, "ready"), "the host ready", DEADLINE)

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


async def in_state(client: HostClient, state: str) -> bool:
    return (await client.health()).state == state


def hosts_of(options: Any) -> Any:
    """Process ids of the hosts that have loaded this model."""
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


async def test_a_refused_model_reaches_the_user_through_real_processes(private: Path, tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF" + bytes(100))
    options = LocalOptions(model=str(tmp_path / "m.gguf"))

    client = HostClient(options)
    await client.start()
    await until(lambda: in_state(client, "error"), "the host's error", DEADLINE)
    assert "GGUF file of version 0" in (await client.health()).message
    with pytest.raises(BackendRefused, match="version 0"):
        await collect(client)
    await client.aclose()
    for pid in hosts_of(options):
        os.kill(pid, signal.SIGTERM)
