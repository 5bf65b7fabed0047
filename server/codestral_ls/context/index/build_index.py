"""Updates the index of a folder: walk, compare times and contents, extract new facts, write them in batches.

Each batch is one transaction, so a kill at any point loses one batch, and the next run continues from there. After a change of an
ignore file every file is judged again. Extraction may run in several processes; only this process writes.
"""

from __future__ import annotations

import gc
import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codestral_ls.context.index import store
from codestral_ls.context.index.extract import extract
from codestral_ls.context.index.indexed_files import SKIPPED_FOLDERS, FileStamp, Walk, is_source, is_text, read_source
from codestral_ls.context.index.write import Indexed, IndexWriter
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.privacy import FileRules, file_rules
from codestral_ls.system.processes import worker_pool

BATCH_FILES = 48
BATCH_BYTES = 600_000
"""A batch is extracted by one process and written in one transaction: about 0.3 s of work."""
MAIN_LANGUAGES = 3
"""Languages whose grammars are loaded before one of their files is saved."""

Progress = Callable[[int, int], None]
"""(files done, files to do); called after every batch, the first time before any."""


@dataclass(slots=True)
class BuildResult:
    """The work of one run, in files, and its duration in seconds."""

    indexed: int = 0
    unchanged: int = 0
    removed: int = 0
    private: int = 0
    lines: int = 0
    seconds: float = 0.0
    skipped: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Extracted:
    """The result of a batch: files to write, stamps of files whose content has not changed, files that cannot be indexed."""

    new: list[Indexed]
    same: list[FileStamp]
    unusable: list[FileStamp]


def refresh(
    root: Path, writer: IndexWriter, ignore: tuple[str, ...] = (), jobs: int = 1, progress: Progress = lambda _done, _all: None
) -> BuildResult:
    """Make the index agree with the folder. Raises: sqlite3.Error, OSError (the pool's).

    If much has changed, ``jobs`` processes extract in parallel; with 1, this process does it.
    """
    began = time.monotonic()
    result = BuildResult()
    walk = Walk(root)
    stamps = list(walk.stamps())
    known = writer.known()
    rules_digest = hashlib.sha256(f"{walk.rules_digest}\0{ignore}".encode()).hexdigest()
    rejudge = writer.meta("rules") != rules_digest
    rules = file_rules(ignore)
    unusable = set(writer.meta("unusable").split("\n"))
    work: list[tuple[FileStamp, str]] = []
    gone = set(known)
    for stamp in stamps:
        before = known.get(stamp.path)
        same = before is not None and before[:2] == (stamp.mtime_ns, stamp.size)
        if (not same or rejudge) and rules.why_private(root / stamp.path):
            result.private += 1
            continue
        gone.discard(stamp.path)
        if same:
            result.unchanged += 1
        elif before is not None or _mark(stamp) not in unusable:
            work.append((stamp, before[2] if before is not None else ""))
    if gone:
        writer.remove(sorted(gone))
        result.removed = len(gone)
    progress(0, len(work))
    done = 0
    still = {_mark(stamp) for stamp in stamps} & unusable
    for batch in _extracted(root, _batches(work), jobs if len(work) > 4 * BATCH_FILES else 1):
        if batch.new:
            writer.write(batch.new)
        if batch.same:
            writer.touch(batch.same)
        if lost := [stamp.path for stamp in batch.unusable if stamp.path in known]:
            writer.remove(lost)
        still.update(_mark(stamp) for stamp in batch.unusable)
        result.indexed += len(batch.new)
        result.unchanged += len(batch.same)
        result.lines += sum(one.facts.lines for one in batch.new)
        result.skipped += [stamp.path for stamp in batch.unusable]
        done += len(batch.new) + len(batch.same) + len(batch.unusable)
        progress(done, len(work))
    if rejudge:
        writer.set_meta("rules", rules_digest)
    if still != unusable:
        writer.set_meta("unusable", "\n".join(sorted(still)))
    if result.indexed + result.removed > len(stamps) // 20 or writer.meta("counted") != "yes":
        writer.count_names()
        writer.set_meta("counted", "yes")
    result.seconds = time.monotonic() - began
    return result


def update(root: Path, writer: IndexWriter, paths: Sequence[Path], rules: FileRules) -> int:
    """Index single files again (saved, created or deleted), or remove the files of deleted folders; returns how many were
    examined. Raises: sqlite3.Error.
    """
    stamps: list[tuple[FileStamp, str]] = []
    gone: list[str] = []
    for file in paths:
        try:
            path = file.relative_to(root)
        except ValueError:
            continue
        if not SKIPPED_FOLDERS.isdisjoint(path.parts[:-1]) or not is_text(path.as_posix()):
            continue
        if not is_source(file.name):
            if not file.exists():  # editors report a deleted folder, and not every file in it
                gone += writer.under(path.as_posix())
            continue
        stamp = _stamp(file, path.as_posix())
        if stamp is None or rules.why_private(file):
            gone.append(path.as_posix())
        else:
            stamps.append((stamp, ""))
    for batch in _batches(stamps):
        found = extract_batch(root, batch)
        if found.new:
            writer.write(found.new)
        gone += [stamp.path for stamp in found.unusable]
    if gone:
        writer.remove(gone)
    return len(stamps) + len(gone)


def warm_up(writer: IndexWriter) -> None:
    """Load the grammars and queries of the index's main languages, so that the first saved file does not take 40 ms longer."""
    for language in writer.languages(MAIN_LANGUAGES):
        extract("\n", language)


def extract_batch(root: Path, batch: Sequence[tuple[FileStamp, str]]) -> Extracted:
    """Read and extract files, of which the last known digests are given. Runs in any process."""
    found = Extracted([], [], [])
    for stamp, digest in batch:
        source = read_source(root, stamp.path)
        if source is None:
            found.unusable.append(stamp)
        elif source[1] == digest:
            found.same.append(stamp)
        else:
            found.new.append(Indexed(stamp, source[1], extract(source[0], language_id_for_path(stamp.path))))
    return found


def open_writer(root: Path) -> tuple[IndexWriter, sqlite3.Connection]:
    """The writer for a root's database; a damaged database is deleted first. Raises: sqlite3.Error, OSError."""
    file = store.database_file(root)
    try:
        connection = store.open_for_writing(file)
    except store.UnusableIndexError:
        store.delete(file)
        connection = store.open_for_writing(file)
    return IndexWriter(connection), connection


def _extracted(root: Path, batches: Iterator[list[tuple[FileStamp, str]]], jobs: int) -> Iterator[Extracted]:
    if jobs <= 1:
        for batch in batches:
            yield extract_batch(root, batch)
        return
    from concurrent.futures import FIRST_COMPLETED, Future, wait

    with worker_pool(jobs, "spawn", _quietly) as pool:
        running: set[Future[Extracted]] = set()
        for batch in batches:
            running.add(pool.submit(extract_batch, root, batch))
            if len(running) >= 2 * jobs:  # a bounded queue, because facts that wait to be written take memory
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)


def _quietly() -> None:
    gc.disable()  # facts are plain tuples without cycles, and a garbage collection would walk all of them


def _batches(work: Sequence[tuple[FileStamp, str]]) -> Iterator[list[tuple[FileStamp, str]]]:
    batch: list[tuple[FileStamp, str]] = []
    size = 0
    for stamp, digest in work:
        batch.append((stamp, digest))
        size += stamp.size
        if len(batch) >= BATCH_FILES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _mark(stamp: FileStamp) -> str:
    """A file as it was when it could not be indexed; it is examined again when it has changed."""
    return f"{stamp.mtime_ns}:{stamp.size}:{stamp.path}".replace("\n", " ")


def _stamp(file: Path, path: str) -> FileStamp | None:
    try:
        status = file.lstat()
    except OSError:
        return None
    return FileStamp.of(path, status)
