"""The state of one editor's connection: its documents, its options, the completer, and background tasks.

It is the only mutable state in ``lsp/``; handlers get it as their first argument and keep nothing themselves. The protocol's
methods are in their own files.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pygls.lsp.server import LanguageServer

from codestral_ls.config.by_folder import ByFolder
from codestral_ls.config.sections import Options
from codestral_ls.lsp.client import Client
from codestral_ls.lsp.open_documents import OpenDocuments
from codestral_ls.lsp.protocol import Protocol, report
from codestral_ls.lsp.status import StatusReporter
from codestral_ls.lsp.superseding import OpenRequests

if TYPE_CHECKING:
    from codestral_ls.backends.base import Backend
    from codestral_ls.completion.completer import Completer
    from codestral_ls.config.load import LoadedOptions
    from codestral_ls.edits.next_edits import NextEdits
    from codestral_ls.edits.project_modules import ProjectModules

log = logging.getLogger(__name__)

LoadOptions = Callable[[Path | None, Mapping[str, object] | None], "LoadedOptions"]
"""Returns the options for a workspace and the editor's settings; it reads files, so it is called in a thread."""


class Session:
    """State of one connection.

    ``ended`` is set, with a ``reason`` in words, when the server is to stop; ``failed`` when the backend's health is in
    doubt; ``configuring`` is held while options are read, and ``configuring_again`` says that another run waits for that.
    ``backend`` is the one that the completer asks; ``stoppable`` ends the work that a progress bar shows; ``explained`` has by
    document how its last answer was made; ``next_edits`` knows the changes since the documents were opened; ``changed_files`` will
    be reported to the index in a moment; ``diagnostics`` has by document those that arrived before there was a completer.
    """

    def __init__(self, server: LanguageServer, load_options: LoadOptions) -> None:
        self.server = server
        self.load_options = load_options
        self.client = Client()
        self.by_folder = ByFolder(Options())
        self.settings: Mapping[str, object] = {}
        self.folders: list[Path] = []
        self.documents = OpenDocuments(self.client.encoding)
        self.open_requests = OpenRequests()
        self.completer: Completer | None = None
        self.backend: Backend | None = None
        self.stoppable: dict[int | str, Callable[[], object]] = {}
        self.explained: dict[str, str] = {}
        self.changed_files: dict[Path, None] = {}
        self.diagnostics: dict[str, Sequence[tuple[int, str]]] = {}
        self.status = StatusReporter(server)
        self.ended = asyncio.Event()
        self.reason = ""
        self.configuring = asyncio.Lock()
        self.configuring_again = False
        self.failed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def options(self) -> Options:
        """The options where no document is involved; see `ByFolder` for what project files change in them."""
        return self.by_folder.elsewhere

    @cached_property
    def next_edits(self) -> NextEdits:
        """Created with the first document, not before ``initialize``."""
        from codestral_ls.edits.next_edits import NextEdits

        return NextEdits(self.project_modules)

    @cached_property
    def project_modules(self) -> ProjectModules:
        """How the project imports names, for next edits; asked and closed in their thread."""
        from codestral_ls.edits.project_modules import ProjectModules

        return ProjectModules(lambda: [folder for folder in self.folders if self.by_folder.at(folder).context.index])

    @cached_property
    def proposing(self) -> ThreadPoolExecutor:
        """The thread in which next edits are searched for."""
        return ThreadPoolExecutor(max_workers=1, thread_name_prefix="next-edits")

    @property
    def protocol(self) -> Protocol:
        """Our own protocol, for which pygls declares its base class."""
        protocol = self.server.protocol
        assert isinstance(protocol, Protocol)
        return protocol

    def end(self, reason: str) -> None:
        """Let the server stop. The first reason counts."""
        if not self.ended.is_set():
            self.reason = reason
            self.ended.set()

    def spawn(self, work: Coroutine[Any, Any, None], what: str) -> None:
        """Run ``work`` in the background; its failure is logged under ``what``, and it ends with the session."""
        task = asyncio.get_running_loop().create_task(work, name=what)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            report(f"{task.get_name()} failed", error)

    async def aclose(self, deadline: float) -> None:
        """End the tasks and close the completer, within ``deadline`` seconds."""
        tasks = list(self._tasks)
        if "proposing" in self.__dict__:
            self.proposing.submit(self.project_modules.close)
            self.proposing.shutdown(wait=False)
        for task in tasks:
            task.cancel()
        completer, self.completer = self.completer, None
        closing = [asyncio.ensure_future(completer.aclose())] if completer is not None else []
        if not tasks and not closing:
            return
        done, late = await asyncio.wait([*tasks, *closing], timeout=deadline)
        for closed in done.intersection(closing):
            if not closed.cancelled() and (error := closed.exception()) is not None:
                report("closing the completer failed", error)
        for unfinished in late:
            unfinished.cancel()
            log.warning("%s did not end in time", unfinished)
