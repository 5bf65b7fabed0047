"""The sides of the engine benchmark as processes: our host and llama-servers, with the same model file, slots and context.

Our host chooses its number of threads itself (``threads`` 0); llama-server is started once for each number of threads that could
be its best.

llama-server comes from ``LLAMA_SERVER`` (a path; build it from the sources in llama-cpp-python's source distribution, with the
same flags) or from the package xllamacpp, whose wheel is built without this machine's own CPU flags.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp

DEADLINE = 300.0


@dataclass(frozen=True)
class Setup:
    """Settings that are the same for both sides."""

    model: Path
    threads: int
    slots: int
    context: int
    batch: int = 0
    """Tokens in a batch of our host; 0 lets it choose."""

    def threaded(self, threads: int) -> Setup:
        """These settings with another number of threads."""
        return replace(self, threads=threads)


@dataclass
class PeerAnswer:
    """One answer. ``evaluated`` counts the prompt tokens that were not reused."""

    seconds: float
    text: str
    evaluated: int
    generated: int
    prompt: int
    raw: dict[str, object] = field(default_factory=dict)
    cpu: float = 0.0
    """Seconds of processor time of all the side's threads together; meaningful on a busy machine too."""


@dataclass
class PeerRequest:
    """One request: text for us, the token ids of the same text for llama-server, whose own FIM template is not Codestral's."""

    prefix: str
    suffix: str
    ids: list[int]
    count: int
    priority: str = "interactive"
    client: str = "bench"
    heal: bool = False
    draft: str = "auto"


class OurHost:
    """`python -m codestral_ls.host` over loopback TCP, like llama-server."""

    name = "codestral-ls host"

    def __init__(self, setup: Setup) -> None:
        self.cache = tempfile.TemporaryDirectory()  # so that no saved KV state of an earlier run makes a cold prompt hot
        options = {
            "model": str(setup.model),
            "threads": setup.threads,
            "slots": setup.slots,
            "idle_exit_seconds": 0,
            "self_test": "off",
        }
        options["context_tokens"] = setup.context
        options["batch_tokens"] = setup.batch
        self.log = tempfile.NamedTemporaryFile("w+")  # noqa: SIM115 - as long as the process
        self.process = subprocess.Popen(
            [sys.executable, "-m", "codestral_ls.host", "--listen", "127.0.0.1:0", "--options", json.dumps(options)],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env={
                **os.environ,
                "CODESTRAL_LS_TOKEN": "bench",
                "XDG_CACHE_HOME": self.cache.name,
                "PYTHONFAULTHANDLER": "1",
            },
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline().split()
        if not said:
            raise RuntimeError(_ended(self, ""))
        self.url = said[-1]

    def headers(self, ask: PeerRequest) -> dict[str, str]:
        """The headers for a request's priority and client."""
        return {
            "Authorization": "Bearer bench",
            "X-Codestral-Priority": ask.priority,
            "X-Codestral-Client": ask.client,
            "X-Codestral-Heal": "on" if ask.heal else "off",
            "X-Codestral-Draft": ask.draft,
        }

    async def ready(self, session: aiohttp.ClientSession) -> None:
        """Wait until the model is loaded."""
        await _ready(session, self, {"Authorization": "Bearer bench"})

    async def ask(self, session: aiohttp.ClientSession, ask: PeerRequest) -> PeerAnswer:
        """One whole answer; ``min_tokens`` keeps a model with random weights from ending early."""
        body = {"model": "m", "prompt": ask.prefix, "suffix": ask.suffix, "max_tokens": ask.count, "min_tokens": ask.count}
        began, cpu = time.perf_counter(), cpu_seconds(self.process.pid)
        async with session.post(
            f"{self.url}/v1/fim/completions", json=body, headers=self.headers(ask), timeout=aiohttp.ClientTimeout(DEADLINE)
        ) as response:
            answer = await response.json()
        seconds = time.perf_counter() - began
        usage = answer["usage"]
        own = usage["codestral_ls"]
        text = answer["choices"][0]["message"]["content"]
        spent = cpu_seconds(self.process.pid) - cpu
        return PeerAnswer(seconds, text, own["evaluated_tokens"], usage["completion_tokens"], usage["prompt_tokens"], own, spent)

    def close(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.communicate(timeout=30)
        self.cache.cleanup()


class LlamaServerPeer:
    """llama-server, from a binary or from xllamacpp. ``more`` are further arguments for a binary."""

    def __init__(self, setup: Setup, gpu_layers: int = 0, more: Sequence[str] = ()) -> None:
        binary = os.environ.get("LLAMA_SERVER")
        self.threads = setup.threads
        self.name = f"llama-server, {setup.threads} thread{'s' if setup.threads > 1 else ''}"
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        if binary:
            command = [binary, "-m", str(setup.model), "--port", str(port), "-t", str(setup.threads), "-tb", str(setup.threads)]
            command += ["-c", str(setup.context * setup.slots), "-np", str(setup.slots), "-ngl", str(gpu_layers)]
            command += ["--no-webui", *more]
        else:
            command = [sys.executable, "-m", "benchmarks.engine_peers", str(setup.model), str(port), str(setup.threads)]
            command += [str(setup.context), str(setup.slots)]
        self.log = tempfile.NamedTemporaryFile("w+")  # noqa: SIM115 - as long as the process
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.log)

    async def ready(self, session: aiohttp.ClientSession) -> None:
        """Wait until the model is loaded."""
        await _ready(session, self, {})

    async def ask(self, session: aiohttp.ClientSession, ask: PeerRequest) -> PeerAnswer:
        """One whole answer, greedy, of exactly ``count`` tokens."""
        body = {
            "prompt": ask.ids,
            "n_predict": ask.count,
            "temperature": 0,
            "samplers": ["top_k"],
            "top_k": 1,
            "cache_prompt": True,
            "ignore_eos": True,
        }
        began, cpu = time.perf_counter(), cpu_seconds(self.process.pid)
        async with session.post(f"{self.url}/completion", json=body, timeout=aiohttp.ClientTimeout(DEADLINE)) as response:
            answer = await response.json()
        seconds = time.perf_counter() - began
        timings = answer["timings"]
        spent = cpu_seconds(self.process.pid) - cpu
        return PeerAnswer(seconds, answer["content"], timings["prompt_n"], timings["predicted_n"], len(ask.ids), timings, spent)

    def close(self) -> None:
        """End the process."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(15)


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has used, as exact as the scheduler's clock (Linux; 0 elsewhere)."""
    total = 0
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0.0
    return total / 1e9


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _ready(session: aiohttp.ClientSession, side: OurHost | LlamaServerPeer, headers: dict[str, str]) -> None:
    """Wait for a side's model. Raises: RuntimeError with its output, if it ended or refuses the model."""
    async with asyncio.timeout(DEADLINE):
        while True:
            try:
                async with session.get(f"{side.url}/health", headers=headers) as response:
                    if response.status == 200:
                        return
                    said = await response.text()
            except aiohttp.ClientError:
                said = ""
            if side.process.poll() is not None or '"refused"' in said:
                raise RuntimeError(_ended(side, said))
            await asyncio.sleep(0.1)


def _ended(side: OurHost | LlamaServerPeer, said: str) -> str:
    """Why a side does not serve, in one line: its answer, its exit status or its signal; the end of its log follows."""
    with suppress(subprocess.TimeoutExpired):
        side.process.wait(2)
    status = side.process.poll()
    how = signal.Signals(-status).name if status and status < 0 else f"status {status}"
    log = Path(side.log.name).read_text("utf-8", errors="replace")[-3000:]
    return f"{side.name} does not start: {said.strip() or how}\n{log}"


def serve_xllamacpp(model: str, port: int, threads: int, context: int, slots: int) -> None:
    """Run xllamacpp's server in this process until it is ended."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.hostname = "127.0.0.1"
    params.port = port
    params.n_ctx = context * slots
    params.n_parallel = slots
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.n_gpu_layers = 0
    params.warmup = True
    params.kv_unified = False
    params.fit_params = False
    params.endpoint_metrics = True
    params.n_threads_http = 2
    params.ui = False
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    serve_xllamacpp(sys.argv[1], *(int(value) for value in sys.argv[2:6]))
