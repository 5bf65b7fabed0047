"""Keeps evaluated prompts while the model is unloaded: the slots' KV caches are written to disk before and read back after.

A state is used only with the same model file, llama.cpp and load settings, and only if every byte is unchanged: llama.cpp ends the
process on an incomplete state. The index is deleted before a state is read, so a state that ends one host does not end the next.
States contain the user's text (as tokens), so the folder is private and old states are deleted.
Best effort: a failure here costs only the evaluation that would have been saved.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.host.model_session import ModelSession
from codestral_ls.host.slot_table import Slot
from codestral_ls.system.bounded import read_bounded
from codestral_ls.system.private_files import is_of_others, private_file, private_folder

log = logging.getLogger("codestral_ls.host")

LEAST_TOKENS = 64
"""Shorter prompts are evaluated faster than a file is read."""
MOST_BYTES = 2_000_000_000
"""Bytes of all states of a host together: one slot of Codestral 22B with 8,192 tokens in f16 has 1.9 GB."""
MOST_AGE = 7 * 86_400.0
"""Seconds. A state that was not used for a week is deleted, whichever host wrote it."""
INDEX = "index.json"
VERSION = 2


@dataclass(frozen=True, slots=True)
class Saved:
    """One written slot."""

    file: str
    tokens: int
    used: float
    priority: int
    size: int
    digest: str


def save(folder: Path, identity: str, session: ModelSession, slots: Sequence[Slot], now: Callable[[], float] = time.time) -> int:
    """Write the slots that are worth it, the most recently used first; returns how many were written."""
    saved: list[Saved] = []
    room = MOST_BYTES
    try:
        clear(folder)
        private_folder(folder)
        for slot in sorted(slots, key=lambda slot: (slot.priority, -slot.used)):
            size = session.state_bytes(slot.number) if len(slot.tokens) >= LEAST_TOKENS else room + 1
            if size > room:
                continue
            path = folder / f"slot-{slot.number}"
            private_file(path)
            if session.save(slot.number, slot.tokens, path):
                room -= size
                length, digest = _measured(path)
                saved.append(Saved(path.name, len(slot.tokens), slot.used, slot.priority, length, digest))
        entries = [[entry.file, entry.tokens, entry.used, entry.priority, entry.size, entry.digest] for entry in saved]
        told = {"version": VERSION, "identity": identity, "saved": now(), "slots": entries}
        private_file(folder / INDEX).write_text(json.dumps(told), "utf-8")
    except OSError as error:
        log.warning("evaluated prompts could not be kept: %s", error)
        clear(folder)
        return 0
    log.info("kept %d evaluated prompts", len(saved))
    return len(saved)


def restore(folder: Path, identity: str, session: ModelSession, slots: Sequence[Slot], now: Callable[[], float] = time.time) -> int:
    """Read what ``save`` wrote into the first slots, and delete the files; returns how many slots were restored."""
    restored = 0
    if is_of_others(folder):
        log.warning("%s belongs to another user: no saved prompt of it is used", folder)
        return 0
    entries = _taken(folder, identity, now())
    for entry, slot in zip(entries, slots, strict=False):
        path = folder / entry.file
        if not _is_whole(path, entry):
            log.warning("the saved prompt %s is damaged and is not used", path)
            continue
        tokens = session.restore(slot.number, path)
        if len(tokens) == entry.tokens == session.length(slot.number):
            slot.tokens, slot.priority, slot.prompt = tokens, entry.priority, len(tokens)
            restored += 1
        else:
            session.cut(slot.number, 0)
    # The most recently used slot came first: counting back from now keeps the order of use.
    for age, slot in enumerate(slots):
        if slot.tokens:
            slot.used -= age * 1e-6
    clear(folder)
    return restored


def forget_old(root: Path, now: Callable[[], float] = time.time) -> None:
    """Delete the states of all hosts, each in a folder of ``root``, that are older than a week."""
    try:
        folders = [path for path in root.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return
    for folder in folders:
        try:
            newest = max(
                (path.lstat().st_mtime for path in (*folder.glob("slot-*"), folder / INDEX) if path.exists()), default=None
            )
            if newest is not None and now() - newest > MOST_AGE:
                clear(folder)
        except OSError as error:
            log.warning("%s could not be examined: %s", folder, error)


def _taken(folder: Path, identity: str, now: float) -> list[Saved]:
    """The entries of the index, which is deleted first: if reading a state ends this process, no later process reads it again."""
    try:
        index = json.loads(read_bounded(folder / INDEX, follow_links=False))
        (folder / INDEX).unlink()
        if index["version"] != VERSION or index["identity"] != identity or not 0 <= now - index["saved"] <= MOST_AGE:
            return []
        return [
            Saved(str(Path(file).name), int(tokens), float(used), int(priority), int(size), str(digest))
            for file, tokens, used, priority, size, digest in index["slots"]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _measured(path: Path) -> tuple[int, str]:
    """Size and checksum of a written file, once it is safely on the disk. Raises: OSError."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "blake2b")
        return file.tell(), digest.hexdigest()


def _is_whole(path: Path, entry: Saved) -> bool:
    try:
        found = path.lstat()
        fits = stat.S_ISREG(found.st_mode) and found.st_size == entry.size
        return fits and _measured(path) == (entry.size, entry.digest)
    except OSError:
        return False


def clear(folder: Path) -> None:
    """Delete every state in ``folder``."""
    for path in (*folder.glob("slot-*"), folder / INDEX):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s could not be deleted: %s", path, error)
