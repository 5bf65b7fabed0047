"""The real server, which also writes every message it receives to a file: ``tapped_server.py FILE serve``."""

from __future__ import annotations

import sys

from codestral_ls.cli import main
from codestral_ls.lsp.protocol import Protocol

_receive = Protocol.receive


def tapped(self: Protocol, body: bytes) -> bool:
    """Write the message to the file as one line, then handle it as usual."""
    with open(sys.argv[1], "ab") as log:
        log.write(body.replace(b"\n", b" ") + b"\n")
    return _receive(self, body)


Protocol.receive = tapped  # type: ignore[method-assign]

if __name__ == "__main__":
    sys.exit(main(sys.argv[2:]))
