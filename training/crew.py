"""A crew of training processes that share one model in memory, without waiting for each other.

On a CPU, processes with one thread are faster than threads: nothing waits inside a matrix product, and a core that other programs
use slows only its own worker. Each worker adds up the gradient of its own rows and then, under a lock, updates the shared
weights. The gradient of another worker is then one update old, which does no harm at these rates. On a GPU there is one worker,
and other processes make its rows (makers.py).
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
    """What is the same for every worker.

    `row`: tokens of a row, at most the shape's context; `began`, `ends`: seconds of the epoch; `earlier`: seconds of training
    before this run.
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
    """The state that all workers share and change.

    `step` is also the lock of the weights and moments. `losses` has a row per worker: the sum of its losses and of their weights
    since the last report.
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
"""Returns the inputs, targets and weights of this many rows."""


def work(rank: int, plan: CrewPlan, shared: Shared, batches: Batches, after: Callable[[CrewPlan, Shared, Decoder], None]) -> None:
    """Run one worker. Worker 0 also calls `after` between its steps, and once when all have ended: it logs and saves."""
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

    if plan.compile and plan.workers == 1:  # compiling takes so much of a short run that the schedule would start half-way
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
