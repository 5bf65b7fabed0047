"""The project's other files, for commands that make one request: the updated index, and snippets as JSON.

An editor's server keeps the index current in the background; a command updates it first, within a deadline if it has one.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestral_ls.config.sections import Options

if TYPE_CHECKING:
    from codestral_ls.context.project import ProjectContext
    from codestral_ls.context.snippet_format import Snippet
    from codestral_ls.documents.snapshot import Snapshot


class CommandContext:
    """The project's context for one request. ``snippets`` are those in the prompt; ``index_seconds`` limits the wait
    for the index. Close it with ``aclose``.
    """

    def __init__(self, options: Options, index_seconds: float) -> None:
        self._options = options
        self._index_seconds = index_seconds
        self._project: ProjectContext | None = None
        self._gathered = False
        self.snippets: Sequence[Snippet] = ()

    async def gather(self, snapshot: Snapshot, characters: int, seconds: float) -> Sequence[Snippet]:
        """Update the index and collect snippets, the first time only.

        Only called if a model has room for them: else nothing is imported.
        """
        if not self._gathered:
            self._gathered = True
            root = project_of(self._options, snapshot.path)
            await asyncio.to_thread(bring_up_to_date, self._options, root, self._index_seconds)
            self.snippets = await self._opened().collect(snapshot, characters, seconds)
        return self.snippets

    async def neighbour_texts(self, snapshot: Snapshot, seconds: float) -> Sequence[str]:
        """Texts of the document's neighbours, if a small model's prompt has room for lines of them."""
        return await self._opened().neighbour_texts(snapshot, seconds)

    def _opened(self) -> ProjectContext:
        if self._project is None:
            from codestral_ls.context.project import ProjectContext

            self._project = ProjectContext(self._options, keep_index=False)
        return self._project

    async def aclose(self) -> None:
        """End the context's thread."""
        if self._project is not None:
            await self._project.aclose()


class _LateError(Exception):
    """The deadline is over; files indexed until then stay in the index."""


def bring_up_to_date(options: Options, root: Path | None, seconds: float = float("inf")) -> None:
    """Update the index of ``root``, as far as ``seconds`` allow.

    If it cannot be written, that is reported and the index is used as it is.
    """
    from contextlib import closing

    from codestral_ls.commands.spinner import Bar
    from codestral_ls.context.index.build_index import open_writer, refresh

    if root is None:
        return
    try:
        writer, connection = open_writer(root)
        with closing(connection), Bar("Indexing") as bar:
            refresh(root, writer, options.privacy.ignore, 1, _until(time.monotonic() + seconds, bar.update))
    except _LateError:
        print("codestral-ls: the project is only indexed in part; `codestral-ls index` does the rest.", file=sys.stderr)
    except (sqlite3.Error, OSError) as error:
        print(f"codestral-ls: the index could not be brought up to date: {error}", file=sys.stderr)


def project_of(options: Options, path: Path | None) -> Path | None:
    """The folder whose index holds ``path``; None if there is none, or none is wanted."""
    from codestral_ls.context.roots import root_of

    return root_of(path, ()) if options.context.index else None


def as_json(snippets: Iterable[Snippet]) -> list[dict[str, Any]]:
    """Snippets as ``--json`` prints them."""
    return [
        {
            "path": one.path,
            "start_line": one.start_line,
            "end_line": one.end_line,
            "text": one.text,
            "source": one.source,
            "score": round(one.score, 4),
            "tokens": one.tokens,
        }
        for one in snippets
    ]


def _until(ends: float, show: Callable[[int, int], None]) -> Callable[[int, int], None]:
    def progress(done: int, everything: int) -> None:
        show(done, everything)
        if done < everything and time.monotonic() > ends:
            raise _LateError

    return progress
