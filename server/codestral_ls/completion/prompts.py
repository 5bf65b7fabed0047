"""From a snapshot to the request that a backend gets: context under a deadline, the frozen window, the prompt's text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from codestral_ls.backends.base import Backend, FimRequest, Priority
from codestral_ls.completion.trigger import Plan
from codestral_ls.config import Options
from codestral_ls.config.by_folder import ByFolder
from codestral_ls.context.budget import Budget, SteadyRate, budget
from codestral_ls.context.frozen import FrozenWindows
from codestral_ls.context.snippet_format import Snippet, render
from codestral_ls.documents.languages import language_for
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.timing import Stages

Gather = Callable[[Snapshot, int, float], Awaitable[Sequence[Snippet]]]
"""(snapshot, characters, seconds) → snippets of other files."""

NeighbourTexts = Callable[[Snapshot, float], Awaitable[Sequence[str]]]
"""(snapshot, seconds) → texts of neighbouring files, the nearest first."""

GATHER_AHEAD = 1.0
"""Seconds for collecting context while nobody waits: a prewarmed prompt must equal the prompt at the first key."""


async def no_snippets(_snapshot: Snapshot, _characters: int, _seconds: float) -> Sequence[Snippet]:
    """No other files."""
    return ()


async def no_neighbours(_snapshot: Snapshot, _seconds: float) -> Sequence[str]:
    """No neighbouring files."""
    return ()


class Prompts:
    """Builds the requests of all documents and remembers where their windows are."""

    def __init__(self, backend: Backend, options: Options, gather: Gather, neighbour_texts: NeighbourTexts = no_neighbours) -> None:
        self.backend = backend
        self.by_folder = ByFolder(options)
        self._gather = gather
        self._neighbour_texts = neighbour_texts
        self._windows = FrozenWindows()
        self._rate = SteadyRate()

    async def request(self, snapshot: Snapshot, plan: Plan, priority: Priority, stages: Stages) -> tuple[FimRequest, bool]:
        """The request for a snapshot, and whether its window is where an earlier window was."""
        info = self.backend.info()
        room, options = self.room(snapshot), self.by_folder.at(snapshot.path)
        with stages.stage("gather"):
            seconds = options.context.gather_ms / 1000 if priority == Priority.INTERACTIVE else GATHER_AHEAD
            snippets = await self._gather(snapshot, room.project, seconds) if room.project else ()
            others = await self._neighbour_texts(snapshot, seconds) if room.elsewhere else ()
        with stages.stage("window"):
            window, hot = self._windows.cut(
                snapshot.uri, snapshot.text, snapshot.offset, room.prefix, room.suffix, _scope_starts(snapshot, priority),
                room.elsewhere, priority != Priority.INTERACTIVE, others,
            )  # fmt: skip
            # Models are trained on \n; the file's own line ends come back in the filters.
            shown = (window.elsewhere + window.prefix, window.suffix)
            prefix, suffix = (part.replace("\r\n", "\n").replace("\r", "\n") for part in shown)
            suffix = _sendable(suffix)
            comment = language_for(snapshot.language).line_comment or "#"
            prompt, files = render(info.prompt_style, snippets, _name(snapshot), prefix, comment)
            prompt = _sendable(prompt)
        request = FimRequest(
            prefix=prompt,
            suffix=suffix,
            max_tokens=plan.max_tokens,
            stop=("\n",) if plan.single_line and plan.kind == "rest_of_line" else (),
            priority=priority,
            source=snapshot.uri,
            timeout=options.completion.deadline_ms / 1000 + 1,
            files=files,
        )
        return request, hot

    def room(self, snapshot: Snapshot) -> Budget:
        """The characters that a document's prompt may hold now, by part."""
        info = self.backend.info()
        rate = self._rate.after(info.prefill_rate)
        return budget(self.by_folder.at(snapshot.path).context, info.context_tokens, info.chars_per_token, info.remote, rate)

    def forget(self, uri: str) -> None:
        """A document was closed, or its prompt's text may not be shown any more."""
        self._windows.forget(uri)

    def forget_all(self) -> None:
        """The rules about which files may be shown have changed."""
        self._windows = FrozenWindows()


def _scope_starts(snapshot: Snapshot, priority: Priority) -> tuple[int, ...]:
    if priority != Priority.INTERACTIVE:
        return ()
    return tuple(scope.start for scope in snapshot.scopes())


def _sendable(text: str) -> str:
    """``text`` with a question mark for each lone surrogate: an editor may send them, and UTF-8 cannot encode them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _name(snapshot: Snapshot) -> str:
    return snapshot.path.name if snapshot.path is not None else snapshot.uri.rsplit("/", 1)[-1]
