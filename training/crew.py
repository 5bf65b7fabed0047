"""A crew of training processes that share one model in memory, without waiting for each other.

On a CPU one-thread processes are faster than threads: there is nothing to wait for inside a matrix product, and a core that
others use slows only its own worker. Each adds up the gradient of its own rows and then, alone with a lock, updates the shared
weights; the other's gradient is then one update old, which at these rates does no harm. On a GPU the crew is one, whose rows
are made by other processes (makers.py).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import parent_process
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier

import torch
from torch import Tensor

from training import muon, schedule
from training.flat import attach, siblings
from training.model import Decoder, Shape
from training.muon import Rates
from training.rows import TrainingRow


@dataclass(frozen=True, slots=True)
class CrewPlan:
    """The same for every worker. `row`: tokens of a row, at most the shape's context; `began`, `ends`: seconds of the epoch;
    `earlier`: seconds that runs before this one took.
    """

    shape: Shape
    workers: int
    device: str
    row: int
    rows_a_step: int
    rows_at_once: int
    rates: Rates
    began: float
    ends: float
    earlier: float = 0.0
    compile: bool = True

    def progress(self) -> float:
        return min(1.0, (time.time() - self.began) / (self.ends - self.began))


@dataclass(frozen=True, slots=True)
class Shared:
    """The state that all workers share and change. `step` also is the lock of the weights and moments. `losses` has a row a worker:
    the sum of its losses and of their weights since the last report.
    """

    weights: Tensor
    first: Tensor
    second: Tensor
    losses: Tensor
    step: Synchronized[int]
    tokens: Synchronized[int]
    finish: Barrier


def tensors(rows: list[TrainingRow], device: str) -> tuple[Tensor, Tensor, Tensor]:
    """Inputs, targets and the targets' weights."""
    ids = torch.tensor([row.ids for row in rows], device=device)
    weights = torch.tensor([row.weights for row in rows], device=device)
    return ids[:, :-1], ids[:, 1:], weights


Batches = Callable[[int], tuple[Tensor, Tensor, Tensor]]
"""So many rows' inputs, targets and weights."""


def work(rank: int, plan: CrewPlan, shared: Shared, batches: Batches, after: Callable[[CrewPlan, Shared, Decoder], None]) -> None:
    """One worker's life. Worker 0 calls `after` between its steps and once when all have ended: it logs and saves."""
    if plan.device == "cpu":
        torch.set_num_threads(1)
        os.environ["OMP_NUM_THREADS"] = "1"
    model = Decoder(plan.shape).to(plan.device)
    gradient = torch.zeros_like(shared.weights)
    attach(model, shared.weights, gradient)
    loss_of = torch.compile(model.loss) if plan.compile else model.loss
    found = siblings(model)
    first = parent_process()

    def learn() -> None:
        ids, targets, weights = batches(plan.rows_at_once)
        with torch.autocast(plan.device, torch.bfloat16):
            loss = loss_of(ids, targets, weights)
        torch.autograd.backward(loss / (plan.rows_a_step * plan.row))
        shared.losses[rank, 0] += loss.detach()
        shared.losses[rank, 1] += weights.sum()

    if plan.compile and plan.workers == 1:  # it takes a part of so short a run that the schedule would begin in the middle
        before = time.time()
        learn()
        gradient.zero_()
        float(shared.losses.sum())  # waits for the device
        shared.losses.zero_()
        plan = replace(plan, began=plan.began + time.time() - before)
    while plan.progress() < 1.0:
        if first is not None and not first.is_alive():
            raise SystemExit("The first worker is gone.")
        for _ in range(plan.rows_a_step // plan.rows_at_once):
            learn()
        factor = schedule.factor(plan.progress())
        with shared.step.get_lock():
            shared.step.value += 1
            shared.tokens.value += plan.rows_a_step * plan.row
            for alike in found:
                muon.update(alike, shared.weights, gradient, shared.first, shared.second, plan.rates, shared.step.value, factor)
        gradient.zero_()
        if rank == 0 and plan.progress() < 1.0:
            after(plan, shared, model)
    shared.finish.wait()
    if rank == 0:
        after(plan, shared, model)
