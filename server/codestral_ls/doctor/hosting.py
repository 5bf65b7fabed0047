"""Is a model host running? Hosts whose locks are in the runtime folder are asked for their health.

Starts none: the check of the backends does that. It speaks the little HTTP that ``GET /health`` needs itself, so that a host that
hangs or answers nonsense is a finding and not an exception.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

from codestral_ls.config.host_address import host_address
from codestral_ls.config.paths import runtime_dir
from codestral_ls.config.sections import LocalOptions
from codestral_ls.doctor.finding import Finding
from codestral_ls.system import private_channel

GROUP = "Model host"
_ASK = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_MOST_BYTES = 1_000_000


async def hosting(options: LocalOptions, timeout: float = 2.0) -> list[Finding]:
    """A finding for the host of ``options``, and one for each other host of this user that runs.

    ``timeout`` (seconds) is for each of them.
    """
    own = host_address(options).socket
    try:
        locks = sorted(runtime_dir().glob("host-*.lock"))  # a named pipe is in no folder
        others = [channel for lock in locks if (channel := Path(private_channel.channel(runtime_dir(), lock.stem))) != own]
    except OSError:
        others = []  # the finding about the folders states the reason
    found = [await _own(own, timeout)]
    for socket in others:
        said = await ask_health(socket, timeout)
        if said is not None:
            text = f"another one, for other options: {_words(said)}"
            found.append(Finding(GROUP, socket.stem, "note", text, "", {"running": True, "socket": str(socket), **said}))
    return found


async def ask_health(socket: Path, timeout: float) -> Mapping[str, object] | None:
    """The health that the host at ``socket`` reports; None if nothing listens there.

    ``{"error": sentence}`` if a host listens but does not answer properly.
    """
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await private_channel.connect(str(socket))
            try:
                writer.write(_ASK)
                answer = await reader.read(_MOST_BYTES)
                while more := await reader.read(_MOST_BYTES):
                    answer += more
                    if len(answer) > _MOST_BYTES:
                        break
            finally:
                writer.close()
    except TimeoutError:
        return {"error": f"does not answer within {timeout:.0f} s"}
    except private_channel.StrangersChannelError as error:
        return {"error": f"is not asked. {error}"}
    except ConnectionResetError:
        return {"error": "closed the connection without an answer"}
    except OSError:
        return None
    _, _, body = answer.partition(b"\r\n\r\n")
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {"error": "answers something that is not its protocol"}


async def _own(socket: Path, timeout: float) -> Finding:
    said = await ask_health(socket, timeout)
    if said is None:
        text = "not running; the first editor window starts it"
        return Finding(GROUP, "host", "ok", text, "", {"running": False, "socket": str(socket)})
    facts = {"running": True, "socket": str(socket), **said}
    text = f"running, {_words(said)}"
    if "error" in said:
        advice = f"End the process that listens on {socket}; the next window starts a new host."
        return Finding(GROUP, "host", "warning", text, advice, facts)
    if said.get("message"):
        return Finding(GROUP, "host", "warning", text, str(said["message"]), facts)
    return Finding(GROUP, "host", "ok", text, "", facts)


def _words(said: Mapping[str, object]) -> str:
    """A host's health in a line."""
    if "error" in said:
        return f"but {said['error']}"
    text = f"{said.get('status', 'state unknown')}: {said.get('model', 'no model')}"
    if "device" in said:
        text += f" on {said['device']}, {said.get('gpu_layers', 0)} layers on the GPU, {_threads(said)}"
    return f"{text}; {said['message']}" if said.get("message") else text


def _threads(said: Mapping[str, object]) -> str:
    """How many threads write, the time of a token, and why there are fewer threads than possible."""
    count = said.get("threads")
    text = f"{count} thread" if count == 1 else f"{count} threads"
    if step := said.get("decode_step_ms"):
        text += f", {step} ms a token"
    if said.get("machine_busy"):
        text += f" (of {said.get('threads_most')}: other programs keep {said.get('other_work_cores')} cores busy)"
    return text
