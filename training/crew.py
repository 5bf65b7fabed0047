"""A crew of training processes that share one model in memory.

On a CPU one-thread processes are faster than threads: there is nothing to wait for inside a matrix product, and a core that
others use slows only its own worker, because the rows of a step are handed out one by one. Each worker adds up the gradient of the
rows it took; then each updates its share of the parameters. On a GPU the crew is one.
"""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier

import torch
from torch import Tensor

from training import muon, schedule
from training.flat import Place, attach, places
from training.model import Decoder, Shape
from training.muon import Rates
from training.rows import Row


@dataclass(frozen=True, slots=True)
class Plan:
    """What every worker is told. `row`: tokens of a row, at most the shape's context; `began`, `ends`: seconds of the epoch."""

    shape: Shape
    workers: int
    device: str
    row: int
    rows_a_step: int
    rows_at_once: int
    rates: Rates
    began: float
    ends: float
    compile: bool = True

    def progress(self) -> float:
        return min(1.0, (time.time() - self.began) / (self.ends - self.began))


@dataclass(slots=True)
class Shared:
    """What every worker sees and changes. `gradients` and `losses` have one entry a worker."""

    weights: Tensor
    first: Tensor
    second: Tensor
    gradients: list[Tensor]
    losses: Tensor
    taken: Synchronized[int]
    barrier: Barrier
    step: int = 0
    tokens: int = 0
    ended: bool = field(default=False)


def shares(found: list[Place], workers: int) -> list[list[Place]]:
    """Parameters dealt out so that each worker has about as much to update."""
    hands: list[list[Place]] = [[] for _ in range(workers)]
    loads = [0.0] * workers
    for place in sorted(found, key=_labour, reverse=True):
        lightest = loads.index(min(loads))
        hands[lightest].append(place)
        loads[lightest] += _labour(place)
    return hands


def _labour(place: Place) -> float:
    size = math.prod(place.shape)
    return size * (min(place.shape) if muon.is_matrix(place) else 100)


def tensors(rows: list[Row], device: str) -> tuple[Tensor, Tensor, Tensor]:
    ids = torch.tensor([row.ids for row in rows], device=device)
    weights = torch.tensor([row.weights for row in rows], device=device)
    return ids[:, :-1], ids[:, 1:], weights


def work(rank: int, plan: Plan, shared: Shared, supply: Iterator[Row], after: Callable[[Plan, Shared, Decoder], None]) -> None:
    """One worker's life. `after` is called by worker 0 between steps, while the others wait: it logs and saves."""
    if plan.device == "cpu":
        torch.set_num_threads(1)
        os.environ["OMP_NUM_THREADS"] = "1"
    random.seed(rank)
    model = Decoder(plan.shape).to(plan.device)
    attach(model, shared.weights, shared.gradients[rank])
    loss_of = torch.compile(model.loss) if plan.compile else model.loss
    mine = shares(places(model), plan.workers)[rank]
    while True:
        while _take(plan, shared):
            ids, targets, weights = tensors([next(supply) for _ in range(plan.rows_at_once)], plan.device)
            with torch.autocast(plan.device, torch.bfloat16):
                loss = loss_of(ids, targets, weights)
            (loss / (plan.rows_a_step * plan.row)).backward()
            shared.losses[rank, 0] += loss.detach()
            shared.losses[rank, 1] += weights.sum()
        shared.barrier.wait()
        shared.step += 1
        shared.tokens += plan.rows_a_step * plan.row
        factor = schedule.factor(plan.progress())
        for place in mine:
            gradient = sum((place.of(other) for other in shared.gradients[1:]), place.of(shared.gradients[0]))
            muon.update(place, shared.weights, gradient, shared.first, shared.second, plan.rates, shared.step, factor)
        shared.barrier.wait()
        shared.gradients[rank].zero_()
        if rank == 0:
            after(plan, shared, model)
            shared.taken.value = plan.rows_a_step if plan.progress() < 1.0 else -1
        shared.barrier.wait()
        if shared.taken.value < 0:
            return


def _take(plan: Plan, shared: Shared) -> bool:
    """Take the next rows of this step; False when none are left."""
    with shared.taken.get_lock():
        if shared.taken.value <= 0:
            return False
        shared.taken.value -= plan.rows_at_once
        return True
