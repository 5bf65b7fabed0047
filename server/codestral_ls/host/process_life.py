"""The life of the host process: one per lock, a channel that only its user can open, and its end when it is idle or told to end.

The routes are in ``app.py``, the model in ``model_supervisor.py``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import math
import os
import secrets
import sys
from dataclasses import fields, replace
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from aiohttp import web

from codestral_ls.config.host_address import host_address, model_path
from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import CodestralLsError, ConfigError
from codestral_ls.host import scheduler
from codestral_ls.host.app import make_app
from codestral_ls.host.doorkeeper import BACKLOG, Doorkeeper, raised_limit
from codestral_ls.host.lock import HeldError, hold
from codestral_ls.host.model_supervisor import ModelSupervisor
from codestral_ls.host.quiet_log import quiet
from codestral_ls.host.reception import Bounds, Reception
from codestral_ls.system import private_channel
from codestral_ls.system.core_dumps import forbid_core_dumps
from codestral_ls.system.private_files import owned_folder
from codestral_ls.system.signals import when_told_to_end

log = logging.getLogger("codestral_ls.host")

REFUSED_SECONDS = 60.0
"""Seconds that a host stays if its model was refused, so that every client can learn the reason."""
STOP_SECONDS = 10.0
SERVER = Bounds(finish=30.0, waiting=256, per_client=128)
"""For a host that others reach through ``--listen``; ``finish`` is in seconds."""
CLOSE_SECONDS = 2.0
"""Seconds, for requests whose client never sends the rest; aiohttp alone would wait for a minute."""
TOKEN_VARIABLE = "CODESTRAL_LS_TOKEN"  # noqa: S105 - a variable's name


def main(argv: list[str] | None = None) -> int:
    """Run the process's command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="codestral-ls host", description="Serve a model in Mistral's FIM API.")
    parser.add_argument("--listen", metavar="ADDRESS:PORT", help="serve on TCP with a token instead of a Unix socket")
    parser.add_argument("--options", default="{}", help="options of the [local] section as a JSON object")
    given = parser.parse_args(argv)
    try:
        return serve(parse_options(given.options), given.listen)
    except CodestralLsError as error:
        print(f"codestral-ls host: {error}", file=sys.stderr)  # noqa: T201 - the log may not be set up yet
        return 2


def parse_options(text: str) -> LocalOptions:
    """Options from JSON. Raises: ConfigError."""
    try:
        values = json.loads(text)
        known = {field.name for field in fields(LocalOptions)}
        if not isinstance(values, dict) or not set(values) <= known:
            raise ConfigError(f"--options wants a JSON object with keys of the [local] section, not {text}")
        return LocalOptions(**values)
    except ValueError:
        raise ConfigError(f"--options is not JSON: {text}") from None


def serve(options: LocalOptions, listen: str | None = None, bounds: Bounds = SERVER) -> int:
    """Serve until signalled, or on a socket of the user's until idle. Returns the exit status, which is also 0 when another process
    already serves these options. ``bounds`` belong to a server with ``listen``, which waits ``local.start_timeout_seconds`` for
    a model.

    Raises: ConfigError for an address that cannot be used.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    forbid_core_dumps()
    os.umask(0o077)
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")  # otherwise an abort in llama.cpp starts a debugger on the user's code
    address = host_address(options)
    if listen is not None:
        stays = replace(options, idle_exit_seconds=0)
        return asyncio.run(_serve(stays, parse_listen(listen), replace(bounds, wait=options.start_timeout_seconds)))
    if reason := private_channel.unfit(str(address.socket)):
        raise ConfigError(reason)
    owned_folder(address.lock.parent)
    try:
        with hold(address.lock):
            return asyncio.run(_serve(options, address.socket, Bounds()))
    except HeldError:
        log.info("another host already serves %s", address.socket)
        return 0


def parse_listen(listen: str) -> tuple[str, int]:
    """``ADDRESS:PORT`` in two parts; port 0 takes any free port. Raises: ConfigError."""
    name, _, port = listen.rpartition(":")
    if not name or not port.isdigit() or int(port) > 65535:
        raise ConfigError(f"--listen wants ADDRESS:PORT such as 127.0.0.1:8012, not {listen!r}")
    return name.strip("[]"), int(port)


async def _serve(options: LocalOptions, where: tuple[str, int] | Path, bounds: Bounds) -> int:
    # Only one process at a time holds the lock, so only that process may save state.
    kv_folder = host_address(options).kv_folder if isinstance(where, Path) else None
    verdicts = host_address(options).verdicts
    queue = partial(scheduler.Queue, bounds.waiting, bounds.per_client)
    keeper = ModelSupervisor(model_path(options.model), options, kv_folder=kv_folder, verdicts=verdicts, queue=queue)
    reception = Reception(keeper, bounds)
    token = None
    if isinstance(where, tuple):
        token = os.environ.get(TOKEN_VARIABLE) or secrets.token_urlsafe(24)
    asyncio.get_running_loop().set_exception_handler(quiet().handle_stray)
    door = Doorkeeper(lambda: cast("asyncio.Protocol", runner.server()), raised_limit())  # type: ignore[misc]
    # The handler is cancelled when its client goes away: that is what frees a slot at once.
    application = make_app(keeper, token, door.heard, reception)
    runner = web.AppRunner(application, handler_cancellation=True, access_log=None, shutdown_timeout=CLOSE_SECONDS)
    await runner.setup()
    listener: private_channel.Listener | None = None
    try:
        if isinstance(where, tuple):
            listener = await _listen_tcp(door, where, token or "")
        else:
            listener = await _listen_privately(door, where)
        keeper.start()  # report an unusable address before a model is loaded for nothing
        over = _signals()
        await _until_over(keeper, options, over)
        if over.is_set() and bounds.finish > 0:
            over.clear()
            listener.close()
            await _finished(reception, over)
    finally:
        if isinstance(where, Path):
            private_channel.gone(str(where))
        if listener is not None:
            listener.close()
        refused = keeper.phase == "refused"
        await asyncio.to_thread(keeper.stop, STOP_SECONDS)
        await runner.cleanup()
    return 1 if refused and isinstance(where, tuple) else 0


async def _finished(reception: Reception, again: asyncio.Event) -> None:
    """Wait for the answers under way, until their time is over or the host is told to end a second time."""
    log.info("ending; answers under way are finished first")
    finishing, told = asyncio.ensure_future(reception.close()), asyncio.ensure_future(again.wait())
    await asyncio.wait((finishing, told), return_when=asyncio.FIRST_COMPLETED)
    if not (finishing.done() and finishing.result()):
        log.warning("answers under way were cut off")
    for task in (finishing, told):
        task.cancel()


async def _listen_privately(door: Doorkeeper, where: Path) -> private_channel.Listener:
    address = str(where)
    private_channel.gone(address)  # we hold the lock, so the process that created this file is dead
    try:
        listener = await private_channel.listen(door, address, BACKLOG)
    except OSError as error:
        raise ConfigError(f"The host cannot listen on {address}: {error.strerror or error}.") from None
    log.info("serving on %s", address)
    return listener


async def _listen_tcp(door: Doorkeeper, where: tuple[str, int], token: str) -> asyncio.Server:
    try:
        listener = await asyncio.get_running_loop().create_server(door, *where, backlog=BACKLOG)
    except OSError as error:
        raise ConfigError(f"The host cannot listen on {where[0]}:{where[1]}: {error.strerror or error}.") from None
    bound: Any = listener.sockets[0].getsockname()
    print(f"codestral-ls host: serving on http://{bound[0]}:{bound[1]}", flush=True)  # noqa: T201 - for whoever started it
    if not os.environ.get(TOKEN_VARIABLE):
        print(f"codestral-ls host: token {token}", flush=True)  # noqa: T201 - printed once, never logged
    if not ip_address(bound[0]).is_loopback:
        log.warning("token and code cross the network unencrypted: let others in only through a TLS proxy or an SSH tunnel")
    return listener


def _signals() -> asyncio.Event:
    """An event that is set when this process is told to end."""
    over = asyncio.Event()
    when_told_to_end(lambda _: over.set())
    return over


async def _until_over(keeper: ModelSupervisor, options: LocalOptions, over: asyncio.Event) -> None:
    while not over.is_set():
        wait = next_look(keeper, options)
        if wait <= 0:
            log.info("idle; leaving")
            return
        try:
            async with asyncio.timeout(wait):
                await over.wait()
        except TimeoutError:
            if 0 < options.idle_unload_seconds <= keeper.idle_seconds and keeper.phase == "ready":
                log.info("idle; the model leaves memory")
                await asyncio.to_thread(keeper.rest, STOP_SECONDS)


def next_look(keeper: ModelSupervisor, options: LocalOptions) -> float:
    """Seconds until idleness must be checked again; 0 if the process should end."""
    limits = [float(options.idle_exit_seconds)] if options.idle_exit_seconds else []
    if keeper.phase == "refused":
        limits.append(REFUSED_SECONDS)
    left = min(limits, default=math.inf) - keeper.idle_seconds
    if left <= 0 and keeper.phase != "loading":
        return 0.0
    if options.idle_unload_seconds and keeper.phase in ("ready", "loading"):  # a model that is loading is soon ready
        left = min(left, options.idle_unload_seconds - keeper.idle_seconds)
    return min(max(left, 0.05), 60.0)
