"""The time from starting a server to its reply to ``initialize``: ``codestral-ls serve`` and an empty pygls server take turns.

python -m benchmarks.startup [--rounds 20]

Prints a table and the ratio, and writes ``benchmarks/results/startup.md``. Nothing is asserted, because machines differ in load;
a test checks the imports of ``serve`` instead (tests/e2e/test_light_start.py).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.replaying.report import machine

RESULT = Path(__file__).parent / "results" / "startup.md"
LIMIT = 1.2
EMPTY = "from pygls.lsp.server import LanguageServer\nLanguageServer('empty', '1').start_io()"
SERVERS = {"empty pygls server": ["-c", EMPTY], "codestral-ls serve": ["-m", "codestral_ls", "serve"]}
CAPABILITIES = {"textDocument": {"inlineCompletion": {}}, "general": {"positionEncodings": ["utf-16"]}}


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="measured pairs; one more warms the file cache")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="cls") as folder:
        for command in SERVERS.values():
            seconds_to_initialize(command, folder)
        pairs = [[seconds_to_initialize(command, folder) for command in SERVERS.values()] for _ in range(rounds)]
    text = report(pairs)
    print(text)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text, encoding="utf-8")


def seconds_to_initialize(command: list[str], folder: str) -> float:
    """Start a server, send initialize, and measure the time until its reply is complete."""
    private = {f"XDG_{name}": folder for name in ("RUNTIME_DIR", "CACHE_HOME", "STATE_HOME", "CONFIG_HOME")}
    params = {"processId": os.getpid(), "rootUri": None, "capabilities": CAPABILITIES}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **private, "CODESTRAL_LS_BACKEND_PRIMARY": "none"},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    send(process, {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})
    length = 0
    while line := process.stdout.readline().strip():
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    reply = json.loads(process.stdout.read(length))
    took = time.perf_counter() - began
    assert "capabilities" in reply["result"]
    send(process, {"jsonrpc": "2.0", "id": 2, "method": "shutdown"})
    send(process, {"jsonrpc": "2.0", "method": "exit"})
    process.stdin.close()
    process.stdout.read()
    process.wait(30)
    process.stdout.close()
    return took


def send(process: subprocess.Popen[bytes], message: dict[str, object]) -> None:
    """Write one message."""
    assert process.stdin is not None
    body = json.dumps(message).encode()
    process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    process.stdin.flush()


def report(pairs: list[list[float]]) -> str:
    """The results as Markdown."""
    empty, ours = ([pair[which] * 1000.0 for pair in pairs] for which in (0, 1))
    times = zip(SERVERS, (empty, ours), strict=True)
    lines = [
        "# Spawn to the reply to `initialize`",
        "",
        f"Machine: {machine()}. `python -m benchmarks.startup --rounds {len(pairs)}`, in turns, file cache warm.",
        "",
        "| server | median ms | best ms | worst ms |",
        "|---|---|---|---|",
        *(f"| {n} | {statistics.median(t):.0f} | {min(t):.0f} | {max(t):.0f} |" for n, t in times),
        "",
        f"Ratio of the medians: {statistics.median(ours) / statistics.median(empty):.2f}; "
        f"of the best: {min(ours) / min(empty):.2f}; "
        f"median of the ratios of each pair: {statistics.median(o / e for e, o in zip(empty, ours, strict=True)):.2f}. "
        f"Wanted: at most {LIMIT}.",
        "",
    ]  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    main()
