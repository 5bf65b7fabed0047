"""Is a model host running? Every host's socket in the runtime folder is asked for its health.

Starts none: the look at the backends does that. Speaks the few words of HTTP that ``GET /health`` needs itself, so that
a host that hangs or answers nonsense is a finding and no exception.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

from codestral_ls.config.paths import runtime_dir
from codestral_ls.doctor.finding import Finding

GROUP = "Model host"
_ASK = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_MOST_BYTES = 1_000_000


async def hosting(timeout: float = 2.0) -> list[Finding]:
    """A finding for each host of this user that has a socket; ``timeout`` (seconds) is for each of them."""
    try:
        sockets = sorted(runtime_dir().glob("host-*.sock"))
    except OSError:
        sockets = []  # the finding about the folders says why
    found = [finding for socket in sockets if (finding := await _one(socket, timeout)) is not None]
    if found:
        return found
    return [Finding(GROUP, "host", "ok", "not running; the first editor window starts it", "", {"running": False})]


async def ask_health(socket: Path, timeout: float) -> Mapping[str, object] | None:
    """What the host at ``socket`` says of its health; None when nobody listens there.

    ``{"error": sentence}`` stands for a host that listens and does not answer properly.
    """
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_unix_connection(str(socket))
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


async def _one(socket: Path, timeout: float) -> Finding | None:
    said = await ask_health(socket, timeout)
    if said is None:
        return None
    facts = {"running": True, "socket": str(socket), **said}
    if "error" in said:
        advice = f"End the process that listens on {socket}; the next window starts a new host."
        return Finding(GROUP, socket.stem, "warning", f"the host at {socket} {said['error']}", advice, facts)
    text = f"running, {said.get('status', 'state unknown')}: {said.get('model', 'no model')}"
    if "device" in said:
        text += f" on {said['device']}, {said.get('gpu_layers', 0)} layers on the GPU, {said.get('threads')} threads"
    if said.get("message"):
        return Finding(GROUP, socket.stem, "warning", f"{text}; {said['message']}", str(said["message"]), facts)
    return Finding(GROUP, socket.stem, "ok", text, "", facts)
