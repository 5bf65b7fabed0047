"""Processes that make rows during the training, so that the learning device never waits for cuts and tokenization.

Each has its own share of the files, and all files as neighbours. This module and what it imports do not import torch, so every
process starts in a second. Rows are sent as bytes: two for an id, one for a weight.
"""

from __future__ import annotations

import os
import queue
import random
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event

import numpy as np
from numpy.typing import NDArray

from training import corpus, tokenizer
from training.neighbours import within_packages
from training.rows import TrainingRow, rows

CHUNK = 32
"""Rows that are sent together."""
WAITING = 2_048
"""The most chunks that wait, as many as are made while the training is compiled; then the processes rest."""
PATIENCE = 0.5
"""Seconds after which a resting process checks whether it is still wanted."""

Chunk = tuple[NDArray[np.uint16], NDArray[np.uint8]]
"""Ids, (rows, context + 1), and weights, (rows, context)."""


def encode(text: str) -> list[int]:
    return list(tokenizer.load().encode(text, add_special_tokens=False).ids)


def supply(part: str, context: int, seed: int, rank: int = 0, of: int = 1, language: str | None = None) -> Iterator[TrainingRow]:
    """Endless rows from a part of the corpus: from every `of`-th file beginning with `rank`, or from one language's files."""
    sources = [source for source in corpus.read(part) if language in (None, source.language)]
    beside = within_packages(sources)
    own = range(rank, len(sources), of)
    return rows([sources[index].text for index in own], context, encode, random.Random(seed), lambda index: beside(own[index]))


def chunk(made: Iterator[TrainingRow], count: int = CHUNK) -> Chunk:
    some = [next(made) for _ in range(count)]
    return np.array([row.ids for row in some], np.uint16), np.array([row.weights for row in some], np.uint8)


@dataclass(frozen=True, slots=True)
class Makers:
    """Running processes, the chunks they have made, and the event that ends them."""

    made: Queue[Chunk]
    ended: Event

    def waiting(self) -> Iterator[Chunk]:
        """The chunks that are ready."""
        while True:
            try:
                yield self.made.get_nowait()
            except queue.Empty:
                return

    def first(self) -> Chunk:
        """Wait for a chunk."""
        return self.made.get()


def start(processes: int, context: int, seed: int) -> Makers:
    """Start the processes as daemons: they end with the process that starts them, or when `ended` is set."""
    spawn = get_context("spawn")
    makers = Makers(spawn.Queue(WAITING), spawn.Event())
    for rank in range(processes):
        spawn.Process(target=_make, args=(makers, rank, processes, context, seed), daemon=True).start()
    return makers


def _make(makers: Makers, rank: int, of: int, context: int, seed: int) -> None:
    os.nice(5)  # the training itself, and its compilers, have priority
    made = supply(corpus.TRAIN, context, seed + rank, rank, of)
    parent = parent_process()
    makers.made.cancel_join_thread()
    while not makers.ended.is_set() and (parent is None or parent.is_alive()):
        some = chunk(made)
        while not makers.ended.is_set() and (parent is None or parent.is_alive()):
            try:
                makers.made.put(some, timeout=PATIENCE)
                break
            except queue.Full:
                continue
