"""A process that has imported the language server and forks a server when a test asks: ``python -m support.lsp.server_nursery
FD``.

A server's start is mostly imports. A fork has them already, and is otherwise what ``codestral-ls serve`` is: a process with its
own environment and streams. A test sends a request over the socket FD: the server's command line and environment as JSON, with
the descriptors of its three streams and of a pipe for news of it. On that pipe comes first the server's process id, then its exit
code (negative: the signal).
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys

from codestral_ls.cli import main

LOADED_LATER = (
    "backends.fake",
    "commands.serve",
    "completion.completer",
    "completion.pipeline",
    "context.project",
    "documents.syntax",
    "edits.next_edits",
    "edits.project_modules",
    "lsp.server",
)
"""Modules of the package that a server imports while it starts."""
LONGEST = 1 << 18
"""Bytes of the longest request: an environment has some thousands."""


def nursed(asked: socket.socket) -> list[str]:
    """Wait for requests; return the command line in each forked server.

    Raises: SystemExit in the other processes, when they are done.
    """
    while True:
        data, descriptors, _, _ = socket.recv_fds(asked, LONGEST, 4)
        if not data:
            sys.exit(0)
        *streams, news = descriptors
        if os.fork() == 0:
            asked.close()
            return _with_streams(json.loads(data), streams, news)
        for descriptor in descriptors:
            os.close(descriptor)


def _with_streams(request: dict[str, object], streams: list[int], news: int) -> list[str]:
    """Fork the server from a process that reports its id and exit code; return the command line in the server."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    server = os.fork()
    if server:
        for descriptor in streams:
            os.close(descriptor)
        os.write(news, b"%d\n" % server)
        _, status = os.waitpid(server, 0)
        os.write(news, b"%d\n" % os.waitstatus_to_exitcode(status))
        os._exit(0)
    os.close(news)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    # Python's own stream objects remember properties of the nursery's streams, for example that a file can seek.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update({str(name): str(value) for name, value in dict(request["environment"]).items()})  # type: ignore[call-overload]
    return [str(word) for word in request["words"]]  # type: ignore[attr-defined]


if __name__ == "__main__":
    for module in LOADED_LATER:
        importlib.import_module(f"codestral_ls.{module}")
    gc.collect()
    gc.freeze()  # objects that are collected later would be copied in every fork
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    words = nursed(socket.socket(fileno=int(sys.argv[1])))
    sys.argv = ["codestral-ls", *words]
    sys.exit(main(words))
