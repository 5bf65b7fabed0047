"""The server ends when its editor ends, however that happens."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest

from support.lsp.lsp_client import drawn, fake, serving

URI = "file:///nowhere/project/sums.py"
TEXT, POSITION = drawn("def add(a, b):\n    │\n")


async def test_exit_without_shutdown_is_an_error() -> None:
    async with serving(fake("x")) as editor:
        await editor.initialize()
        editor.notify("exit", None)
        assert await editor.ended() == 1


async def test_exit_is_understood_at_any_time() -> None:
    async with serving(fake("x")) as editor:
        editor.notify("exit", None)
        assert await editor.ended() == 1


@pytest.mark.parametrize("initialized", [True, False])
async def test_a_closed_pipe_ends_the_server(initialized: bool) -> None:
    async with serving(fake("return a + b", first_delay_ms=60_000)) as editor:
        if initialized:
            await editor.initialize()
            editor.open(URI, TEXT)
            await editor.ready()
            editor.ask_inline(URI, POSITION)
        assert editor.process.stdin is not None
        editor.process.stdin.close()
        assert await editor.ended() == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_server_in_order(number: signal.Signals) -> None:
    async with serving(fake("return a + b", first_delay_ms=60_000)) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.ready()
        message_id = editor.ask_inline(URI, POSITION)
        await editor.inline("file:///not/open", POSITION)  # by now the server is working on the first request
        editor.process.send_signal(number)
        assert await editor.ended() == 1
        assert "error" in editor.answers[message_id][0]
        assert "Traceback" not in editor.log


async def test_the_death_of_the_editors_process_ends_the_server_though_the_pipe_stays_open() -> None:
    pipe = asyncio.subprocess.PIPE
    sleeper = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=pipe)
    async with serving(fake("x")) as editor:
        await editor.initialize(processId=sleeper.pid)
        await editor.ready()
        sleeper.kill()
        assert await editor.ended() == 1
    await sleeper.wait()


async def test_a_process_that_cannot_be_seen_is_not_waited_for() -> None:
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    async with serving(fake("return a + b")) as editor:
        await editor.initialize(processId=gone.pid)
        editor.open(URI, TEXT)
        await editor.ready()
        assert await editor.inline(URI, POSITION)
        assert await editor.shutdown() == 0


async def test_an_editor_that_stops_reading_and_dies_leaves_no_server_running() -> None:
    """The server blocks on a full pipe; when the reading end is closed, its write fails, and it ends."""

    read_end, write_end = os.pipe()
    async with serving(fake("x")) as editor:
        await editor.initialize()
        await editor.ready()
        os.close(read_end)
        os.close(write_end)
        assert editor.process.stdout is not None
        editor.process.stdout._transport.close()  # type: ignore[attr-defined]
        for _ in range(50):
            editor.ask_inline(URI, POSITION)
        assert await editor.ended() == 1


async def test_nothing_but_protocol_is_ever_on_standard_output() -> None:
    """Not even what a library prints goes there: only the protocol may use the descriptor."""

    code = "import sys, runpy; import codestral_ls.lsp.lifecycle as l; old = l._start\n"
    code += "def noisy(session):\n    import os; print('noise'); os.system('echo noise'); return old(session)\n"
    code += "l._start = noisy; sys.argv[0:] = ['codestral-ls', 'serve']\n"
    code += "from codestral_ls.cli import main; sys.exit(main())"
    async with serving(fake("return a + b"), python=["-c", code]) as editor:
        await editor.initialize()
        editor.open(URI, TEXT)
        await editor.ready()
        assert await editor.inline(URI, POSITION)
        assert await editor.shutdown() == 0
        assert editor.log.count("noise") == 2
