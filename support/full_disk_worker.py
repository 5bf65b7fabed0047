"""The index worker on a disk that can be full: ``full_disk_worker.py -P -m codestral_ls.context.index.worker ROOT``.

While the file named by FULL_DISK exists, every write fails: as on a full disk if the file says "full", as with a used-up quota if
it says "quota".
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from codestral_ls.context.index import worker
from codestral_ls.context.index.write import IndexWriter

FULL = Path(os.environ["FULL_DISK"])
PAGES = 30
_opened = worker.Worker._opened


def opened(self: worker.Worker) -> IndexWriter:
    """The index's writer, with as much room as there is now."""
    told = FULL.read_text() if FULL.exists() else ""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096 * PAGES if told == "quota" else hard, hard))
    writer = _opened(self)
    assert self._connection is not None
    self._connection.execute(f"PRAGMA max_page_count = {PAGES if told == 'full' else 1_000_000}")
    return writer


worker.Worker._opened = opened  # type: ignore[method-assign]
worker.RETRY_SECONDS = 0.3
sys.argv = sys.argv[sys.argv.index("-m") + 1 :]
worker.main()
