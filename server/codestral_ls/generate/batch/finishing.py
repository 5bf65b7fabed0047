"""The last pass: a finished file is announced in the journal, written, and confirmed; or only kept to be shown."""

from __future__ import annotations

import asyncio
from typing import Literal

from codestral_ls.generate.batch.counts import Counts
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.work import FilePlan, FileResult
from codestral_ls.generate.editing.replacing import create, replace_if_unchanged, why_not_replaced
from codestral_ls.generate.editing.source import FileLeftAlone, SourceFile, digest_of, read_source
from codestral_ls.system.beneath import is_real

Mode = Literal["write", "show"]


class Finisher:
    """Concludes files in ``journal`` and counts them."""

    def __init__(self, journal: Journal, counts: Counts, mode: Mode) -> None:
        self._journal = journal
        self._counts = counts
        self._mode = mode

    def why_not_written(self, plan: FilePlan) -> str:
        """Why the file could not be written later, checked before anything is paid for; "" if it can."""
        if self._mode != "write" or plan.target_digest != plan.digest:
            return ""
        try:
            return why_not_replaced(plan.path)
        except OSError as error:
            return f"it cannot be written: {error.strerror}"

    async def conclude(self, result: FileResult) -> None:
        """Write the file, or keep its new text to be shown."""
        if result.data is None or result.target is None:
            self.settle(result, result.state)
            return
        if self._mode == "show":
            self.settle(result, "proposed")
            return
        digest_after = digest_of(result.data)
        self._journal.announce(result, digest_after)
        try:
            await asyncio.to_thread(_write, result)
        except FileLeftAlone as error:
            self.settle(result, "left_alone", reason=str(error))
            return
        self.settle(result, "written", digest_after)

    def settle(self, result: FileResult, state: str, digest_after: str = "", reason: str | None = None) -> None:
        """Record a file's outcome."""
        self._journal.keep_file(result, state, digest_after, reason)
        self._counts.settled(state, result, result.reason if reason is None else reason)


def _write(result: FileResult) -> None:
    """Write the data to its file. Raises: FileLeftAlone."""
    assert result.data is not None
    assert result.target is not None
    if not is_real(result.target):
        raise FileLeftAlone("a link leads to it by now")
    if not result.target_digest:
        create(result.target, result.data)
        return
    source: SourceFile = read_source(result.target)
    if source.digest != result.target_digest:
        raise FileLeftAlone("it changed while its text was being written")
    replace_if_unchanged(source, result.data)
