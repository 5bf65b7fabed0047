"""llama.cpp's own llama-server as a process, from the development package ``xllamacpp``, to compare our host with.

It ends when its standard input is closed, so that it cannot outlive the benchmark.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from codestral_ls.backends.base import Backend
from codestral_ls.backends.build_backend import build_backend
from codestral_ls.backends.ready import until_ready
from codestral_ls.config.sections import BackendOptions, LlamaServerOptions, Options
from codestral_ls.embedded import model_path

START_SECONDS = 90.0

PROGRAM = """
import sys
import xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx, params.n_parallel, params.port, params.n_gpu_layers = 2048, int(sys.argv[2]), 0, 0
params.hostname = "127.0.0.1"
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
params.ui = False
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


class RunningLlamaServer:
    """A running llama-server and a backend that sends requests to it."""

    def __init__(self, process: asyncio.subprocess.Process, address: str, backend: Backend) -> None:
        self._process = process
        self.address = address
        self.backend = backend

    @classmethod
    async def start(cls, folder: Path, model: Path | None = None, slots: int = 1) -> RunningLlamaServer:
        """Start a llama-server with the embedded model or another. Raises: RuntimeError where it does not start."""
        with (folder / "llama-server.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", PROGRAM, str(model or model_path()), str(slots),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        address = line.decode().strip()
        if not address.startswith("http"):
            raise RuntimeError(f"llama-server did not start: {address!r}")
        options = replace(
            Options(), backend=BackendOptions(primary="llama_server"), llama_server=LlamaServerOptions(address=address)
        )
        backend = build_backend(options)
        await until_ready(backend, START_SECONDS)
        return cls(process, address, backend)

    async def aclose(self) -> None:
        """End the server."""
        await self.backend.aclose()
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
