"""File events for the index: a few files by name, many at once as "everything", and no files that are not indexed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from lsprotocol import types

from codestral_ls.lsp import watched_files
from codestral_ls.lsp.watched_files import MOST_KEPT, did_change_watched_files
from support.waiting import time_passes

KINDS = types.FileChangeType


@pytest.mark.parametrize(
    ("names", "kind", "told"),
    [
        pytest.param(["/p/a.py", "/q/b.py", "/p/a.py"], KINDS.Changed, [["/p/a.py", "/q/b.py"]], id="each once"),
        pytest.param(["/p/a.md"], KINDS.Deleted, [], id="no source"),
        pytest.param(["/p/folder"], KINDS.Deleted, [["/p/folder"]], id="a deleted folder"),
        pytest.param(["/p/folder"], KINDS.Created, [], id="a new folder"),
        pytest.param([f"/p/{i}.py" for i in range(MOST_KEPT + 50)] + ["/q/b.py"], KINDS.Changed, [[]], id="a flood"),
    ],
)
async def test_what_the_index_hears(names: list[str], kind: KINDS, told: list[list[str]]) -> None:
    heard: list[list[str]] = []

    def files_changed(paths: Sequence[Path]) -> None:
        heard.append([path.as_posix() for path in paths])

    session = SimpleNamespace(changed_files={}, completer=SimpleNamespace(files_changed=files_changed))
    changes = [types.FileEvent(Path(name).as_uri(), kind) for name in names]

    for start in range(0, len(changes), 100):  # in several messages
        did_change_watched_files(session, types.DidChangeWatchedFilesParams(changes[start : start + 100]))  # type: ignore[arg-type]  # all it uses of one
    assert heard == []
    await time_passes(watched_files.SETTLE_SECONDS)
    assert heard == told
