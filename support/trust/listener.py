"""A port of this machine that only records who connects: hostile settings would send text or a key there."""

from __future__ import annotations

import socket
import threading


class RecordingListener:
    """Listens on a free loopback port until it is closed; ``came`` has the first bytes of every connection."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.came: list[bytes] = []
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed
                return
            with connection:
                connection.settimeout(1.0)
                try:
                    self.came.append(connection.recv(4096))
                except OSError:
                    self.came.append(b"")

    def close(self) -> None:
        """Close the port and end the thread."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5.0)
