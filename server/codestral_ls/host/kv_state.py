"""Keeps evaluated prompts over a rest: the slots' KV caches are written when the model leaves memory and read when it
is back.

A state is used only with the very model file, llama.cpp and shape it was written with. It holds the user's text (as
tokens), so
the folder is private. Deliberately best effort: whatever fails here only costs the evaluation that was to be saved.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.host.session import Session
from codestral_ls.host.slot_table import Slot

log = logging.getLogger("codestral_ls.host")

LEAST_TOKENS = 64
"""Shorter prompts are evaluated again faster than a file is read."""
MOST_BYTES = 2_000_000_000
"""Of all states of one host together: one slot of Codestral 22B with 8,192 tokens in f16 is 1.9 GB."""
INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class Saved:
    """One written slot."""

    file: str
    tokens: int
    used: float
    priority: int


def save(folder: Path, identity: str, session: Session, slots: Sequence[Slot]) -> int:
    """Write the slots that are worth it, the most recently used first; how many were written."""
    saved: list[Saved] = []
    room = MOST_BYTES
    try:
        clear(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for slot in sorted(slots, key=lambda slot: (slot.priority, -slot.used)):
            size = session.state_bytes(slot.number) if len(slot.tokens) >= LEAST_TOKENS else room + 1
            if size > room:
                continue
            path = folder / f"slot-{slot.number}"
            path.touch(mode=0o600)
            if session.save(slot.number, slot.tokens, path):
                room -= size
                saved.append(Saved(path.name, len(slot.tokens), slot.used, slot.priority))
        entries = [[entry.file, entry.tokens, entry.used, entry.priority] for entry in saved]
        index = folder / INDEX
        index.touch(mode=0o600)
        index.write_text(json.dumps({"identity": identity, "slots": entries}), "utf-8")
    except OSError as error:
        log.warning("evaluated prompts could not be kept: %s", error)
        clear(folder)
        return 0
    log.info("kept %d evaluated prompts", len(saved))
    return len(saved)


def restore(folder: Path, identity: str, session: Session, slots: Sequence[Slot]) -> int:
    """Read what ``save`` wrote into the first slots, and delete the files; how many came back."""
    restored = 0
    for entry, slot in zip(_read(folder, identity), slots, strict=False):
        tokens = session.restore(slot.number, folder / entry.file)
        if len(tokens) == entry.tokens == session.length(slot.number):
            slot.tokens, slot.priority, slot.prompt = tokens, entry.priority, len(tokens)
            restored += 1
        else:
            session.cut(slot.number, 0)
    # Of several slots the most recently used came first; the order of use is kept by counting back from now.
    for age, slot in enumerate(slots):
        if slot.tokens:
            slot.used -= age * 1e-6
    clear(folder)
    return restored


def _read(folder: Path, identity: str) -> list[Saved]:
    try:
        index = json.loads((folder / INDEX).read_text("utf-8"))
        if index["identity"] != identity:
            return []
        return [Saved(str(Path(file).name), int(tokens), float(used), int(p)) for file, tokens, used, p in index["slots"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def clear(folder: Path) -> None:
    """Delete every state in ``folder``."""
    for path in (*folder.glob("slot-*"), folder / INDEX):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s could not be deleted: %s", path, error)
