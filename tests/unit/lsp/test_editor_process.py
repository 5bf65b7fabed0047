"""Waiting for another process to end, with the kernel's help and without it."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from codestral_ls.lsp import editor_process
from codestral_ls.lsp.editor_process import is_alive, wait_for_end
from support.waiting import turns


@pytest.mark.parametrize("has_descriptor", [True, False])
async def test_the_end_of_a_process_is_noticed(has_descriptor: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not has_descriptor:
        monkeypatch.delattr(os, "pidfd_open", raising=False)

    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=pipe)
    waiting = asyncio.create_task(wait_for_end(process.pid, poll_seconds=0.01))
    await asyncio.sleep(0)
    assert not waiting.done()
    assert is_alive(process.pid)
    await process.communicate(b"\n")
    assert await asyncio.wait_for(waiting, 20)


@pytest.mark.parametrize("process_id", [0, -1, 2**22 + 5, 2**70])
async def test_what_cannot_be_seen_is_not_waited_for(process_id: int) -> None:
    assert not await wait_for_end(process_id)


async def test_waiting_can_be_cancelled() -> None:
    waiting = asyncio.create_task(wait_for_end(os.getpid()))
    await turns()
    assert not waiting.done()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_somebody_elses_process_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_process_id: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(editor_process.os, "kill", refuse)  # type: ignore[attr-defined]
    assert is_alive(1)
