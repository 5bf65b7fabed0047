"""Texts from a Ray cluster: one actor per GPU (or as many as configured), each with its own backend and so its own model host.

Only requests travel; files, journal, proofs and the door to remote backends stay on the driver, so the results are those of one
machine and no actor needs the project's ignore files. Only the primary backend is asked: a cluster has no fallbacks. Ray starts
a dead actor again somewhere else; a request that was lost with it is sent to another. Without an address Ray is started here.

For many machines a shared server is often simpler than actors: ``vllm serve mistralai/Codestral-22B-v0.1 --tensor-parallel-size 2
--max-model-len 16384 --api-key $KEY`` on the cluster, and ``--set backend.primary=openai --set openai.address=http://HOST:8000``
here, with ``--concurrency 64`` or more: vLLM batches by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Protocol, TypeVar

from codestral_ls import errors
from codestral_ls.backends.base import FimRequest
from codestral_ls.backends.build_backend import build_bare, needs_door
from codestral_ls.backends.door import expected_tokens, open_door
from codestral_ls.config.sections import Options
from codestral_ls.errors import BackendError, BackendUnavailable, BudgetSpent, GenerateError
from codestral_ls.generate.batch.seam import Written
from codestral_ls.generate.writers.backend import BackendAsker
from codestral_ls.system.processes import protect_workers

_T_co = TypeVar("_T_co", covariant=True)
_LIVES = 20
"""How often one request may lose its actor before it is given up."""
_READY_SECONDS = 300.0
_CLOSING_SECONDS = 10.0
_HOST_SECONDS = 120
"""Seconds. A model host outlives its actor by at most this long."""


class Actor:
    """The object inside an actor: one asker on one backend, in a private runtime folder so that every actor has its own host."""

    def __init__(self, options: Options, concurrency: int) -> None:
        self._folder = ""
        if options.backend.primary == "local":
            self._folder = os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="cls-")
            seconds = min(options.local.idle_exit_seconds or _HOST_SECONDS, _HOST_SECONDS)
            options = replace(options, local=replace(options.local, idle_exit_seconds=seconds))
        self._asker = BackendAsker(build_bare(options.backend.primary, options), concurrency)
        self._started = False

    async def write(self, request: FimRequest) -> tuple[str, Written | str]:
        """("", Written), or (the error's class, its message): our errors do not travel as exceptions."""
        try:
            if not self._started:
                self._started = True
                await self._asker.start()
            return "", await self._asker.write(request)
        except errors.CodestralLsError as error:
            return type(error).__name__, str(error)

    async def close(self) -> None:
        """Close the backend and remove the folder made for it."""
        await self._asker.aclose()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def pid(self) -> int:
        """The process this runs in, for tests that end it."""
        return os.getpid()


class RemoteMethod(Protocol[_T_co]):
    """A method of an actor, as Ray provides it."""

    def remote(self, *arguments: object) -> Awaitable[_T_co]:
        """Begin the call; the result is awaited, or given to Ray."""
        ...


class RemoteActor(Protocol):
    """An actor, as Ray provides it."""

    write: RemoteMethod[tuple[str, Written | str]]
    close: RemoteMethod[None]
    pid: RemoteMethod[int]


class RayAsker:
    """``concurrency`` requests in all, spread over ``workers`` actors (None: one per GPU, or one)."""

    def __init__(
        self,
        options: Options,
        concurrency: int,
        address: str = "",
        workers: int | None = None,
        allowed: Collection[Path] = (),
    ) -> None:
        info = build_bare(options.backend.primary, options).info()
        self._info = info
        self._door = open_door(options, info, allowed) if needs_door(info) else None
        self._model = f"{info.name}/{info.model}"
        self._options = options
        self._concurrency = concurrency
        self._address = address
        self._wanted = workers
        self._load: dict[int, int] = {}
        self.actors: list[RemoteActor] = []
        self._ray: ModuleType | None = None
        self._began_ray = False
        self._quiet = contextlib.ExitStack()

    @property
    def model(self) -> str:
        """The backend's and the model's name, as on one machine."""
        return self._model

    async def start(self) -> None:
        """Join or start the cluster and make the actors. Idempotent. Raises GenerateError."""
        if self.actors:
            return
        try:
            import ray
        except ImportError as error:
            raise GenerateError('Ray is not installed. Install it with: pip install "ray>=2.40"') from error
        self._ray = ray
        self._quiet.enter_context(_stdout_to_stderr())
        await asyncio.to_thread(self._start)

    @property
    def _library(self) -> ModuleType:
        """Ray, which ``start`` imported."""
        assert self._ray is not None
        return self._ray

    def _start(self) -> None:
        ray = self._library
        try:
            if not ray.is_initialized():
                protect_workers()
                given: dict[str, str | bool] = {"address": self._address} if self._address else {"include_dashboard": False}
                ray.init(log_to_driver=False, logging_level="error", **given)
                self._began_ray = True
            gpus = int(ray.cluster_resources().get("GPU", 0)) if self._options.backend.primary == "local" else 0
            count = self._wanted or max(1, gpus)
            each = -(-self._concurrency // count)
            remote = ray.remote(Actor).options(
                num_cpus=0,
                num_gpus=1 if gpus >= count else 0,
                max_restarts=-1,
                max_task_retries=0,
                max_concurrency=each + 1,
                scheduling_strategy="SPREAD",
            )
            self.actors = [remote.remote(self._options, each) for _ in range(count)]
            self._load = dict.fromkeys(range(count), 0)
            ray.get([actor.pid.remote() for actor in self.actors], timeout=_READY_SECONDS)
        except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            raise GenerateError(f"The Ray cluster cannot be used: {error}") from error

    async def write(self, request: FimRequest) -> Written:
        """Answer one request through the door, on some actor."""
        if self._door is None:
            return await self._on_an_actor(request)
        sealed = self._door.sealed(request)
        expected = sum(expected_tokens(self._info, sealed))
        try:
            await self._door.admit(request, expected)
        except BudgetSpent as error:
            raise GenerateError(str(error)) from error
        written = await self._on_an_actor(sealed)
        self._door.count(self._info, written.usage, expected)
        return replace(written, text=self._door.unmask(written.text))

    async def _on_an_actor(self, request: FimRequest) -> Written:
        """Answer one request by the actor with least to do; by another if that dies."""
        ray = self._library
        for _ in range(_LIVES):
            number = min(self._load, key=lambda one: self._load[one])
            self._load[number] += 1
            try:
                name, value = await self.actors[number].write.remote(request)
            except (ray.exceptions.RayActorError, ray.exceptions.RaySystemError):
                await asyncio.sleep(0.2)
                continue
            except ray.exceptions.RayError as error:
                raise BackendUnavailable(f"Ray could not run the request: {error}") from error
            finally:
                self._load[number] -= 1
            if isinstance(value, Written):
                return value
            kind = getattr(errors, name, BackendError)
            raise kind(value)
        raise BackendUnavailable("The actors of this cluster keep dying.")

    def stop(self) -> None:
        """Nothing waits here for long."""

    async def aclose(self) -> None:
        """End the actors, and Ray if it was started here; write the last counts. Idempotent."""
        if self._door is not None:
            await self._door.aclose()
        if self._ray is None:
            return
        actors, self.actors = self.actors, []
        try:
            await asyncio.to_thread(self._end, actors)
        finally:
            self._quiet.close()

    def _end(self, actors: list[RemoteActor]) -> None:
        ray = self._library
        with contextlib.suppress(ray.exceptions.RayError, ValueError):  # a cluster that is gone, no actor at all
            ray.wait([actor.close.remote() for actor in actors], num_returns=len(actors), timeout=_CLOSING_SECONDS)
        for actor in actors:
            ray.kill(actor)
        if self._began_ray:
            self._began_ray = False
            ray.shutdown()


@contextlib.contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """While Ray runs, its own output goes to standard error: standard output is the command's alone."""
    try:
        out, err = sys.__stdout__.fileno(), sys.__stderr__.fileno()  # type: ignore[union-attr]
        kept = os.dup(out)
    except (AttributeError, OSError, ValueError):  # no such streams here
        yield
        return
    try:
        sys.stdout.flush()
        os.dup2(err, out)
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, out)
        os.close(kept)
