"""Typed-along answers over stdio: the time from writing a keystroke's two messages until the reply has been read.

python -m benchmarks.typing_latency [--lines 2000 20000] [--keys 600]

Types lines that the fake backend has completed into the real ``serve`` process, with a didChange and a request per key, in the
middle of Python files of several lengths. Only answers whose source is ``typed_along`` in the server's own log count. Writes
``benchmarks/results/typing_latency.md``. There is no model: only our own time is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.replaying.record import quantile
from benchmarks.replaying.report import machine

RESULT = Path(__file__).parent / "results" / "typing_latency.md"
WANTED_P99_MS = {2_000: 10.0, 20_000: 20.0}
LOG_LINE = re.compile(r"request (\d+) \S+ .+? source=(\w+) total=([\d.]+)")
FUNCTION = '''def area_{n}(width: float, height: float) -> float:
    """The area of rectangle {n}, in square metres."""
    if width < 0 or height < 0:
        raise ValueError("rectangle {n} has a negative side")
    corrected_{n} = width * height * {n} + height ** 2
    return corrected_{n} if corrected_{n} > {n} else 0.0


'''
TYPED_LINE = 4
"""The line that is typed in each function."""
INDENT = 4


class TimedServer:
    """A ``serve`` process with the fake backend, read with blocking calls, so that nothing but the server is timed."""

    def __init__(self, folder: Path, truth: Path, options: Mapping[str, str] | None = None) -> None:
        private = {f"XDG_{name}": str(folder) for name in ("RUNTIME_DIR", "CACHE_HOME", "STATE_HOME", "CONFIG_HOME")}
        chosen = {"CODESTRAL_LS_BACKEND_PRIMARY": "fake", "CODESTRAL_LS_FAKE_TRUTH": str(truth), **(options or {})}
        self._log_file = folder / "log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "codestral_ls", "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log_file.open("wb"),
            env={**os.environ, **private, **chosen},
        )
        self._id = 0
        self.notified: list[dict[str, Any]] = []
        self.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self.notify("initialized", {})
        while not any(m.get("params", {}).get("state") == "ready" for m in self.notified):
            self.notified.append(self._read())

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: object) -> None:
        """Send a request; its answer is read together with a later one."""
        self._id += 1
        self._send({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})

    def request(self, method: str, params: object) -> Any:
        """Send a request and read until its answer arrives."""
        self.ask(method, params)
        while (message := self._read()).get("id") != self._id:
            self.notified.append(message)
        return message["result"]

    @property
    def last_id(self) -> int:
        """The id of the last request."""
        return self._id

    def end(self) -> dict[int, tuple[str, float]]:
        """Shut down; returns the source and milliseconds of every request, from the server's log."""
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.wait(30)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
        found = LOG_LINE.findall(self._log_file.read_text(encoding="utf-8"))
        return {int(number): (source, float(ms)) for number, source, ms in found}

    def _send(self, message: object) -> None:
        assert self.process.stdin is not None
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message


def main() -> None:
    """Measure every length and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, nargs="+", default=list(WANTED_P99_MS), help="lengths of the files")
    parser.add_argument("--keys", type=int, default=600, help="keys typed in each file")
    arguments = parser.parse_args()
    rows = [measure(lines, arguments.keys) for lines in arguments.lines]
    text = report(rows, arguments.keys)
    print(text)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text, encoding="utf-8")


def measure(lines: int, keys: int) -> tuple[int, list[float], list[float], Counter[str]]:
    """Type ``keys`` keys in a file of ``lines`` lines; returns (lines, ms per key from outside, ms inside, keys by source)."""
    per_function = FUNCTION.count("\n")
    functions = [FUNCTION.format(n=n) for n in range(lines // per_function)]
    with tempfile.TemporaryDirectory(prefix="cls") as name:
        truth = Path(name) / "truth.py"
        truth.write_text("".join(functions), encoding="utf-8")
        server = TimedServer(Path(name), truth)
        timed = type_lines(server, functions, keys)
        logged = server.end()
    along = {key: ms for key, ms in timed.items() if logged[key][0] == "typed_along"}
    return lines, list(along.values()), [logged[key][1] for key in along], Counter(logged[key][0] for key in timed)


def type_lines(
    server: TimedServer,
    functions: list[str],
    keys: int,
    before_key: Callable[[TimedServer, dict[str, Any]], None] | None = None,
) -> dict[int, float]:
    """Empty a line of the middle function, ask, type the line, go to the next function; returns milliseconds by request id.

    ``before_key`` is called with the place of each key before its time starts.
    """
    uri, version = "file:///nowhere/areas.py", 1
    item = {"uri": uri, "languageId": "python", "version": version, "text": "".join(functions)}
    server.notify("textDocument/didOpen", {"textDocument": item})
    timed: dict[int, float] = {}
    number = len(functions) // 2
    while len(timed) < keys:
        line = functions[number].split("\n")[TYPED_LINE]
        row = number * FUNCTION.count("\n") + TYPED_LINE
        begin, end = {"line": row, "character": INDENT}, {"line": row, "character": len(line)}
        for column in range(INDENT, len(line) + 1):
            if column == INDENT:
                change = {"range": {"start": begin, "end": end}, "text": ""}
            else:
                cursor = {"line": row, "character": column - 1}
                change = {"range": {"start": cursor, "end": cursor}, "text": line[column - 1]}
            version += 1
            where = {"textDocument": {"uri": uri}, "position": {"line": row, "character": column}}
            if before_key is not None:
                before_key(server, {"textDocument": {"uri": uri, "version": version - 1}, "position": begin})
            began = time.perf_counter()
            identifier = {"uri": uri, "version": version}
            server.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": [change]})
            server.request("textDocument/inlineCompletion", {**where, "context": {"triggerKind": 2}})
            if column > INDENT:
                timed[server.last_id] = (time.perf_counter() - began) * 1000.0
            time.sleep(0.002)  # no typist is faster, and the server may work in between
        number += 1
    return timed


def report(rows: list[tuple[int, list[float], list[float], Counter[str]]], keys: int) -> str:
    """The results as Markdown."""
    lines = [
        "# Typed-along answers through stdio",
        "",
        f"Machine: {machine()}. `python -m benchmarks.typing_latency --keys {keys}`, fake backend.",
        "",
        "| lines in the file | keys answered typed along | p50 ms | p95 ms | p99 ms | wanted p99 | inside the server p99 ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for count, outside, inside, sources in rows:
        wanted = f"{WANTED_P99_MS[count]:.0f}" if count in WANTED_P99_MS else "-"
        p50, p95, p99 = (f"{quantile(outside, q):.1f}" for q in (0.5, 0.95, 0.99))
        along = f"{len(outside)} of {sources.total()}"
        lines.append(f"| {count} | {along} | {p50} | {p95} | {p99} | {wanted} | {quantile(inside, 0.99):.1f} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
