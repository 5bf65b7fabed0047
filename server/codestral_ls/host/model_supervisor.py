"""Supervises the model: loads it in a thread of its own, reports progress, and hands requests to the engine that runs there.

One thread at a time owns llama.cpp: it loads, decodes and frees. HTTP is in ``app.py``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import ModelError
from codestral_ls.fim.self_test_holes import unsuited
from codestral_ls.host import kv_state, scheduler
from codestral_ls.host.cores import cores
from codestral_ls.host.draft_model import DraftModel
from codestral_ls.host.engine import Engine
from codestral_ls.host.llama import llama_cpp
from codestral_ls.host.metrics import Metrics
from codestral_ls.host.model_loading import Model, Progress, open_draft, open_model
from codestral_ls.host.model_session import DecodeError
from codestral_ls.host.other_work import OtherWork
from codestral_ls.host.self_test import NOT_BEGUN, Remembered, examine
from codestral_ls.host.threads import Threads
from codestral_ls.timing import Clock, monotonic

log = logging.getLogger("codestral_ls.host")

MOST_STOPS = 3
"""An engine that has failed this often is not started again by this process."""

Phase = Literal["loading", "ready", "refused", "unloaded"]
Open = Callable[[Path, LocalOptions, Progress], Model]


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that can answer, and the engine that runs it."""

    model: Model
    engine: Engine


class ModelSupervisor:
    """Loads, runs and unloads one model. Every method may be called from any thread."""

    def __init__(
        self,
        path: Path,
        options: LocalOptions,
        *,
        kv_folder: Path | None = None,
        verdicts: Path | None = None,
        queue: Callable[[], scheduler.Queue] = scheduler.Queue,
        open_model: Open = open_model,
        clock: Clock = monotonic,
    ) -> None:
        self._watchers: list[Callable[[], None]] = []
        self.path = path
        self.options = options
        self.metrics = Metrics()
        self.progress = 0.0
        self.refusal = ""
        self.phase = "unloaded"
        self.last_used = clock()
        self._queue = queue
        self._open = open_model
        self._kv_folder = kv_folder
        self._verdicts = verdicts
        self._clock = clock
        self._loaded: LoadedModel | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stops = 0
        self._to_end = False

    @property
    def phase(self) -> Phase:
        """How far the model is."""
        return self._phase

    @phase.setter
    def phase(self, phase: Phase) -> None:
        self._phase: Phase = phase
        for tell in self._watchers:
            tell()

    def watch(self, tell: Callable[[], None]) -> None:
        """Call ``tell`` after every change of ``phase``, on the thread that changes it."""
        self._watchers.append(tell)

    def start(self) -> None:
        """Start loading unless that has begun; returns at once."""
        with self._lock:
            if self.phase in ("loading", "ready", "refused"):
                return
            self.phase, self.progress, self._to_end = "loading", 0.0, False
            self._thread = threading.Thread(target=self._live, name="engine", daemon=True)
            self._thread.start()

    @property
    def loaded(self) -> LoadedModel | None:
        """The model while it is ready, else None."""
        return self._loaded if self.phase == "ready" else None

    @property
    def idle_seconds(self) -> float:
        """Seconds since the last request ended; 0 while one runs."""
        loaded = self._loaded
        if loaded is not None and loaded.engine.busy:
            return 0.0
        return self._clock() - max(self.last_used, loaded.engine.last_used if loaded is not None else 0.0)

    def touch(self) -> None:
        """A request arrived."""
        self.last_used = self._clock()

    def stop(self, timeout: float) -> bool:
        """End the engine and free the model; True if that was done within ``timeout`` seconds."""
        self._to_end = True  # a model that is still loading is freed as soon as it is loaded
        loaded, thread = self._loaded, self._thread
        if loaded is not None:
            loaded.engine.stop()
        if thread is not None:
            thread.join(timeout)
            return not thread.is_alive()
        return True

    def rest(self, timeout: float) -> None:
        """Like ``stop``, unless a request has arrived in the meantime."""
        loaded = self._loaded
        if loaded is None or loaded.engine.stop_if_idle():
            self.stop(timeout)

    def _live(self) -> None:
        try:
            model = self._open(self.path, self.options, self._report)
        except ModelError as error:
            self.refusal, self.phase = str(error), "refused"
            log.error("%s", error)
            return
        except Exception:
            log.exception("the model could not be loaded")
            self.refusal = f"The model {self.path} could not be loaded; see the host's log."
            self.phase = "refused"
            return
        if self._verdicts is not None and not self._passes(model, self._verdicts):
            model.close()
            return
        draft = self._open_draft(model)
        engine = Engine(
            model.session,
            model.vocabulary,
            share=model.shape.device != "cpu",
            draft_model=_guesser(draft, self._clock) if draft is not None else None,
            metrics=self.metrics,
            queue=self._queue(),
            threads=_threads(model),
            clock=self._clock,
        )
        identity = _identity(model)
        if self._kv_folder is not None:
            kv_state.forget_old(self._kv_folder.parent)
            kv_state.restore(self._kv_folder, identity, model.session, engine.table.slots)
        try:
            engine.warm_up()
        except DecodeError as error:
            self.refusal, self.phase = f"The model was loaded but cannot be run: {error}.", "refused"
            _close(model, draft)
            return
        self._loaded = LoadedModel(model, engine)
        self.progress, self.phase = 1.0, "ready"
        after: Phase = "unloaded"
        if self._to_end:
            engine.stop()
        try:
            engine.run()
        except Exception:
            log.exception("the engine stopped")
            self.refusal = "The engine stopped on an error of its own, again and again; see the host's log."
            self._stops += 1
            # The next request loads the model again: the failure may have been caused by this one request.
            after = "unloaded" if self._stops < MOST_STOPS else "refused"
        else:
            if self._kv_folder is not None:
                kv_state.save(self._kv_folder, identity, model.session, engine.table.idle())
        finally:
            self._loaded = None
            _close(model, draft)
            self.phase = after

    def _passes(self, model: Model, folder: Path) -> bool:
        """True if the model fills in the middle, or may be used without that.

        The order is corrected if the self-test found another.
        """
        remembered = Remembered(folder, self.path, model.family, llama_cpp())
        examined = remembered.read()
        try:
            if examined is None or not examined.verdict.decided:
                begun = NOT_BEGUN if examined is None else examined.verdict
                examined = examine(model.session, model.vocabulary, model.family, clock=self._clock, begun=begun)
                remembered.keep(examined)
        except DecodeError as error:
            self.refusal, self.phase = f"The model was loaded but cannot be run: {error}.", "refused"
            return False
        if examined.family != model.family:
            found = f"Prompts are written {examined.family.order.replace('_', ' ')}, as the self-test found."
            model.notice = f"{model.notice} {found}".strip()
            model.family = examined.family
        if examined.verdict.suited is not False:
            return True
        sentence = unsuited(model.header.name, examined.verdict)
        if self.options.self_test == "off":
            model.notice = f"{model.notice} {sentence}".strip()
            return True
        self.refusal, self.phase = f'{sentence} Set local.self_test = "off" to use it all the same.', "refused"
        log.error("%s", self.refusal)
        return False

    def _open_draft(self, model: Model) -> Model | None:
        """The draft model, if one is configured and can be loaded; otherwise the model's notice says why not."""
        if not self.options.draft_model.strip():
            return None
        try:
            return open_draft(self.options, model)
        except ModelError as error:
            log.warning("no draft model: %s", error)
            reason = str(error)
        except Exception:  # as for the model itself: nobody would see an exception in a thread
            log.exception("the draft model could not be loaded")
            reason = "it could not be loaded; see the host's log."
        model.notice = f"{model.notice} The draft model is not used: {reason}".strip()
        return None

    def _report(self, value: float) -> None:
        self.progress = min(value, 0.99)


def _threads(model: Model) -> Threads:
    other = OtherWork(cores().usable)
    other.look()  # the first look starts the first interval
    return Threads(model.shape.threads, other.look)


def _guesser(draft: Model, clock: Clock) -> DraftModel:
    return DraftModel(draft.session, len(draft.vocabulary.pieces), draft.vocabulary.ends, clock)


def _close(model: Model, draft: Model | None) -> None:
    if draft is not None:
        draft.close()
    model.close()


def _identity(model: Model) -> str:
    """What a saved KV state depends on: the model file as it is now, how it was loaded, and the version of llama.cpp."""
    path = model.header.path
    found = path.stat() if path.exists() else None
    file = (found.st_size, found.st_mtime_ns) if found else ()
    return repr((str(path), file, model.shape, llama_cpp(), model.session.context))
