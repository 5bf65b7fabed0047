"""The server's log: lines on standard error, or in the file that ``server.log_file`` names.

Tracebacks are logged at level debug only: a user reads one line, and a developer sets the level.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler

from codestral_ls.config.paths import expanded
from codestral_ls.config.sections import ServerOptions

MOST_BYTES = 2_000_000
"""Bytes. A full log file becomes FILE.1, replacing the older one, so the log takes at most twice this."""
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_handler: logging.Handler | None = None


def configure_log(options: ServerOptions) -> None:
    """Write the log as ``options`` say, from now on. A file that cannot be written is reported on standard error."""
    problem = ""
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if options.log_file:
        try:
            handler = _PrivateFile(
                expanded(options.log_file),
                maxBytes=MOST_BYTES,
                backupCount=1,
                encoding="utf-8",
                errors="backslashreplace",
            )
        except OSError as error:
            problem = f"server.log_file: {error}"
    _install(handler, options.log_level.upper())
    if problem:
        logging.getLogger(__name__).warning("%s", problem)


class _PrivateFile(RotatingFileHandler):
    """Creates each file, also the one after a full one, readable only by its user; the folder is the user's choice."""

    def _open(self) -> TextIOWrapper:
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        return super()._open()


def _install(handler: logging.Handler, level: str) -> None:
    global _handler  # noqa: PLW0603 - logging itself is one of a process
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    if _handler is not None:
        root.removeHandler(_handler)
        _handler.close()
    _handler = handler
    root.setLevel("WARNING")
    logging.getLogger("codestral_ls").setLevel(level)
    logging.getLogger("pygls").setLevel("ERROR")  # pygls logs whole messages, and with them the user's code
