"""Starts the model host: one attempt at a time on this machine, longer pauses after crashes, and no attempt that must fail.

``host_client.py`` asks the host for its state over HTTP.
"""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from codestral_ls.backends.aborts import ABORTS, MOST_ABORTS, Aborts
from codestral_ls.backends.base import Health
from codestral_ls.config.host_address import HostAddress, model_path, with_whole_paths
from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import ConfigError
from codestral_ls.system import file_lock, processes
from codestral_ls.system.private_files import owned_folder, private_file
from codestral_ls.timing import Clock, monotonic

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0
ENGINE = ("llama_cpp", "numpy")
"""Packages that a host imports and that a plain installation does not have."""
NO_ENGINE = (
    "The local model needs llama.cpp, which is not installed with this server. "
    "Run `codestral-ls local install`, or choose another backend (`backend.primary`)."
)
CANNOT_SERVE, SAYS = 2, "codestral-ls host: "
"""The exit status of a host that cannot serve here, and the text before the reason in its log."""
IN_VAIN = 4
"""How many starts may find the lock taken, with pauses of 7 s in all, before that is reported: a host that is ending needs some
seconds.
"""
LOG_BYTES = 1_000_000
OPEN_SECONDS = 20.0
"""Seconds. A started host opens its socket before it loads anything (0.4 s measured) and answers whatever else it does: silence for
this long means that it hangs."""
LASTING_SECONDS = 600.0
"""Seconds after which a host that became ready has shown that it can use its model: earlier aborts no longer count."""
END_SECONDS = 1.0
"""Seconds for a killed host to disappear; one that hangs in a driver may never do so."""


class HostProcess:
    """Starts a host for ``options``, detached: it outlives this process. Everything returns at once, except for one second after
    a hanging host was killed.
    """

    def __init__(self, options: LocalOptions, address: HostAddress, *, clock: Clock = monotonic) -> None:
        self._options = options
        self._address = address
        self._clock = clock
        self._process: processes.Process[bytes] | None = None
        self._started = float("-inf")
        self._ready_since = float("inf")
        self._silent_since: float | None = None
        self._crashes = 0
        self._in_vain = 0
        self._not_before = float("-inf")
        self._refusal: tuple[str, object] | None = None
        self._spawn_lock: int | None = None
        self._aborts = Aborts(address.log.with_suffix(".aborts"))
        self._failure: Health | None = None

    @property
    def young(self) -> bool:
        """True if a host was started in the last few seconds, so that frequent checks make sense."""
        return self._clock() - self._started < 5.0

    @property
    def refused(self) -> bool:
        """True if the host refused this very model file."""
        return self._refusal is not None and self._refusal[1] == self._model_state()

    def refuse(self, message: str) -> None:
        """The host reported that it cannot use the model."""
        self._refusal = (message, self._model_state())
        self._let_others()

    def heard(self) -> None:
        """A host answered, whatever its answer."""
        self._silent_since = None

    def worked(self) -> None:
        """The host is ready: earlier crashes no longer count, earlier aborts only once it has lasted."""
        self._crashes, self._in_vain, self._failure, self._refusal = 0, 0, None, None
        self._ready_since = min(self._ready_since, self._clock())
        self._not_before = float("-inf")
        self._let_others()

    def forget(self) -> None:
        """Release the process without ending it."""
        self._let_others()
        if self._process is not None and self._process.poll() is None:
            self._process.returncode = 0  # it is meant to outlive us, so Popen must not warn that it does
        self._process = None

    async def ensure(self, known: Health) -> Health:
        """Called when no host answers: start one unless it is starting, being started by another, or was refused."""
        if self.refused and self._refusal is not None:
            return Health("error", self._refusal[0])
        if self._process is None and (missing := _missing_engine()):
            return Health("error", missing, refusal="engine")
        if self._process is None and self._aborts.too_many(self._model_state()):
            return self._given_up()
        now = self._clock()
        if self._process is not None:
            status = self._process.poll()
            hung = status is None
            if status is None:
                self._silent_since = now if self._silent_since is None else self._silent_since
                if now - self._silent_since < OPEN_SECONDS:
                    return Health("loading", "The model host is starting.", 0.0)
                self._process.kill()
                try:
                    status = await asyncio.to_thread(self._process.wait, END_SECONDS)
                except processes.OutOfTimeError:
                    return self._undying(self._process.pid)
            self._process, self._silent_since = None, None
            self._let_others()
            lasted, self._ready_since = now - self._ready_since >= LASTING_SECONDS, float("inf")
            if lasted:
                self._aborts.forget()
            if -status in ABORTS and self._aborts.another(self._model_state()):
                return self._given_up()
            if status != 0:
                self._crashes += 1
                self._not_before = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self._crashes - 1))
                self._failure = self._crashed(status, hung)
                return self._failure
            if now - self._started < OPEN_SECONDS:
                return self._held_by_another(now)
        if now < self._not_before:
            return known if known.state == "error" or self._failure is None else self._failure
        if not self._take_turn():
            return Health("loading", "The model host is starting.", 0.0)
        return self._spawn()

    def _spawn(self) -> Health:
        try:
            if self._address.log.exists() and self._address.log.stat().st_size > LOG_BYTES:
                self._address.log.replace(self._address.log.with_suffix(".log.1"))
            options = json.dumps(asdict(with_whole_paths(self._options)))
            with private_file(self._address.log).open("ab") as log:
                self._process = processes.start_own("codestral_ls.host", "--options", options, stdout=log, stderr=log)
        except OSError as error:
            self._let_others()
            self._crashes += 1
            self._not_before = self._clock() + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self._crashes - 1))
            self._failure = Health("error", f"The model host cannot be started: {error.strerror or error}.")
            return self._failure
        self._started = self._clock()
        return Health("loading", "The model host is starting.", 0.0)

    def _held_by_another(self, now: float) -> Health:
        """Our host ended at once: another host has the lock but does not answer. It may be ending; if not, a person must end it."""
        self._in_vain += 1
        self._not_before = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self._in_vain - 1))
        if self._in_vain > IN_VAIN:
            self._failure = Health(
                "error",
                f"Another model host holds {self._address.lock} and does not answer; end it. Its log is {self._address.log}.",
            )
        return self._failure or Health("loading", "The model host is starting.", 0.0)

    def _crashed(self, status: int, hung: bool) -> Health:
        line = _last_line(self._address.log)
        if status == CANNOT_SERVE and line.startswith(SAYS):
            return Health("error", line.removeprefix(SAYS))
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        if hung:
            how, line = "did not answer and was ended", ""  # its last words do not explain why it became silent
        return Health(
            "error" if self._crashes > 1 else "offline",
            f"The model host {how}{line and ': '}{line.rstrip('.')}. It is started again; its log is {self._address.log}.",
        )

    def _given_up(self) -> Health:
        """The same file ended the host too often: it is tried again once it changes, or on another day."""
        message = (
            f"llama.cpp ended the model host {MOST_ABORTS} times with {model_path(self._options.model)}: the file may be "
            "damaged, or of a kind that it does not know. Fetch it again or name another in local.model; the host "
            f"is not started with it again today. Its log is {self._address.log}."
        )
        self.refuse(message)
        return Health("error", message)

    def _undying(self, process_id: int) -> Health:
        return Health(
            "error",
            f"The model host (process {process_id}) does not answer and cannot be ended: its device or disk may hang. "
            f"Its log is {self._address.log}.",
        )

    def _take_turn(self) -> bool:
        """True if this process is the one that starts the host; its turn ends when the host answers or ends."""
        if self._spawn_lock is not None:
            return True
        try:
            owned_folder(self._address.lock.parent)  # the user who made it first could also have made the lock
            self._spawn_lock = file_lock.take(self._address.lock.with_suffix(".start"))
        except (OSError, ConfigError):
            return True  # the host itself reports what is wrong with the folder, and ends
        return self._spawn_lock is not None

    def _let_others(self) -> None:
        if self._spawn_lock is not None:
            os.close(self._spawn_lock)
            self._spawn_lock = None

    def _model_state(self) -> object:
        try:
            found = model_path(self._options.model).stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size)


def _missing_engine() -> str:
    """Why no host can run here, "" if one can: looks for the packages that a host imports, without importing them."""
    if all(find_spec(name) is not None for name in ENGINE):
        return ""
    return NO_ENGINE


def _last_line(path: Path) -> str:
    """The last line of the host's log, for the user."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 2000))
            lines = file.read().decode(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][:300] if lines else ""
