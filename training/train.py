"""`python -m training.train`: train until a time of day or for a number of minutes, from nothing or from a checkpoint.

The learning rate follows the wall clock. Checkpoints and a line of figures are written every few minutes; a run that was killed
continues with `--resume`. On a GPU, other processes make the rows (makers.py) and the device keeps them (device_rows.py).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing.context import SpawnContext
from pathlib import Path

import torch
import torch.multiprocessing as processes
from torch import Tensor

from training import checkpoint, corpus, crew, makers, parcel, tokenizer, tongues
from training.checkpoint import Checkpoint
from training.crew import CrewPlan, Shared
from training.deepen import deepened
from training.device_rows import DeviceRows
from training.ending import without_end
from training.flat import flatten
from training.model import Decoder, Shape
from training.muon import Rates
from training.rows import MIDDLE_WEIGHT, TrainingRow
from training.runs import RUNS

VALIDATION_ROWS = 12
"""Rows of each language from each held-out part."""
MEASURED_AT_ONCE = 4
SIZES = ("width", "layers", "heads", "feed_forward", "context")


@torch.no_grad()
def losses(model: Decoder, held: list[TrainingRow], device: str) -> tuple[float, float]:
    """Nats per token, for all tokens that are learned from and for the middles alone."""
    sums = torch.zeros(4, device=device)
    for start in range(0, len(held), MEASURED_AT_ONCE):
        ids, targets, weights = crew.tensors(held[start : start + MEASURED_AT_ONCE], device)
        weights = weights.flatten()
        with torch.autocast(device, torch.bfloat16):
            logits = without_end(model(ids).float().flatten(0, 1), weights)
        nats = torch.nn.functional.cross_entropy(logits, targets.flatten(), reduction="none")
        every, middle = (weights > 0).float(), (weights == MIDDLE_WEIGHT).float()
        sums += torch.stack([(nats * every).sum(), every.sum(), (nats * middle).sum(), middle.sum()])
    return float(sums[0] / sums[1]), float(sums[2] / sums[3])


def held_out(context: int) -> dict[str, list[TrainingRow]]:
    """Rows of each held-out part by language, with the key `part, language`; a language without text there is left out."""
    found = {}
    for part in (corpus.HELD_FILE, corpus.HELD_PACKAGE):
        there = {source.language for source in corpus.read(part)}
        for language in (name for name in tongues.LANGUAGES if name in there):
            made = makers.supply(part, context, 0, language=language)
            found[f"{part}, {language}"] = [next(made) for _ in range(VALIDATION_ROWS)]
    return found


@dataclass(slots=True)
class TrainingMonitor:
    """The first worker calls it between steps: from time to time it prints, logs, measures and saves."""

    folder: Path
    every: float
    held: dict[str, list[TrainingRow]]
    seconds: float
    last: float
    clock: float
    parcel: Path | None = None

    def __call__(self, plan: CrewPlan, shared: Shared, model: Decoder) -> None:
        now = time.time()
        ended = plan.progress() >= 1.0
        if now - self.last < self.every and not ended:
            return
        weight = float(shared.losses[:, 1].sum())
        if not weight:  # nothing was learned since the last report
            return
        loss = float(shared.losses[:, 0].sum()) / weight
        shared.losses.zero_()
        self.last = now
        seconds = self.seconds + now - self.clock
        figures = {
            "minutes": round(seconds / 60, 2),
            "step": shared.step.value,
            "tokens": shared.tokens.value,
            "train": round(loss, 4),
        }
        for kind, held in self.held.items():
            every, middle = losses(model, held, plan.device)
            figures |= {kind: round(every, 4), f"{kind}, middle": round(middle, 4)}
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(figures) + "\n")
        print(f"{plan.progress():6.1%} {figures}", flush=True)
        weights, first, second = (tensor.detach().cpu() for tensor in (shared.weights, shared.first, shared.second))
        with shared.step.get_lock():
            state = Checkpoint(plan.shape, weights, first, second, shared.step.value, shared.tokens.value, seconds, plan.earlier)
            checkpoint.save(state, self.folder / "last.pt")
        if self.parcel is not None:
            parcel.write(state, self.parcel)
            shutil.copy(self.folder / "log.jsonl", self.parcel)


def _worker(rank: int, plan: CrewPlan, shared: Shared, seed: int, keeper: TrainingMonitor) -> None:
    if rank == 0:
        keeper.held = held_out(plan.shape.context)
    made = makers.supply(corpus.TRAIN, plan.row, seed + rank)
    crew.work(rank, plan, shared, lambda count: crew.tensors([next(made) for _ in range(count)], plan.device), keeper)


def _with_makers(plan: CrewPlan, shared: Shared, seed: int, keeper: TrainingMonitor, count: int) -> None:
    """Run the only worker, and `count` processes that make its rows."""
    began = time.time()
    running = makers.start(count, plan.row, seed)
    keeper.held = held_out(plan.shape.context)
    pool = DeviceRows(plan.row, plan.device)
    while pool.added < plan.rows_a_step:
        pool.add(running.first())
    print(f"{pool.added} rows after {time.time() - began:.1f} s", flush=True)

    def batches(count: int) -> tuple[Tensor, Tensor, Tensor]:
        for some in running.waiting():
            pool.add(some)
        return pool.draw(count)

    plan = replace(plan, began=plan.began + time.time() - began)
    try:
        crew.work(0, plan, shared, batches, keeper)
    finally:
        running.ended.set()
    print(f"{pool.added} rows made, {pool.drawn} learned from while new, {pool.repeated} again", flush=True)


def start(path: Path | None, shape: Shape, fresh: bool) -> Checkpoint:
    """The first state: a checkpoint's, only its weights (`fresh`; deepened if `shape` is deeper), or a new model's."""
    if path is None:
        torch.manual_seed(0)
        weights = flatten(Decoder(shape))
        return Checkpoint(shape, weights, torch.zeros_like(weights), torch.zeros_like(weights), 0, 0, 0.0)
    state = parcel.read(path) if path.is_dir() else checkpoint.load(path)
    if fresh and shape.layers > state.shape.layers:
        state = deepened(state, shape.layers)
    if fresh:
        state.first.zero_()
        state.second.zero_()
        state.step = 0
        state.earlier = state.seconds
    return state


def deadline(text: str) -> float:
    """The end as seconds of the epoch: `HH:MM` is the next such time on the machine's clock, a number is minutes from now."""
    now = datetime.now()
    if ":" not in text:
        return (now + timedelta(minutes=float(text))).timestamp()
    hour, minute = map(int, text.split(":"))
    end = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (end if end > now else end + timedelta(days=1)).timestamp()


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", default="tiny", help="name of the run's folder")
    parser.add_argument("--until", default="60", help="HH:MM, or a number of minutes")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    parser.add_argument("--init-from", type=Path, help="start with the weights of this checkpoint, or of this folder of a parcel")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--workers", type=int, default=2, help="processes on a CPU; a GPU has one")
    parser.add_argument(
        "--row", type=int, help="tokens of a row (default: the context); short rows first, long ones later, save time"
    )
    parser.add_argument("--rows", type=int, default=8, help="rows of one worker's step")
    parser.add_argument("--rows-at-once", type=int, default=1)
    parser.add_argument(
        "--makers",
        type=int,
        help="processes that make rows for one worker; by default a GPU has as many as cores but one",
    )
    parser.add_argument("--parcel", type=Path, help="folder for the weights in half precision, in small parts, at every save")
    parser.add_argument("--save-minutes", type=float, default=4.0)
    parser.add_argument("--no-compile", action="store_true")
    for name, default in (("muon", Rates().muon), ("adam", Rates().adam)):
        parser.add_argument(f"--{name}", type=float, default=default, help="peak learning rate")
    for name in SIZES:
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(Shape(), name))
    return parser.parse_args()


def made_by(arguments: argparse.Namespace) -> int:
    """How many processes make rows; 0 if each worker makes its own."""
    if arguments.makers is None:
        return 0 if arguments.device == "cpu" else max(1, (os.cpu_count() or 2) - 1)
    return int(arguments.makers)


def planned(arguments: argparse.Namespace, state: Checkpoint) -> CrewPlan:
    """The plan from the command line and the first state. A resumed run counts the time it has already had."""
    return CrewPlan(
        shape=state.shape,
        workers=1 if made_by(arguments) else arguments.workers,
        device=arguments.device,
        row=arguments.row or state.shape.context,
        rows_a_step=arguments.rows,
        rows_at_once=min(arguments.rows_at_once, arguments.rows),
        rates=Rates(muon=arguments.muon, adam=arguments.adam),
        began=time.time() - (state.seconds - state.earlier),
        ends=deadline(arguments.until),
        earlier=state.earlier,
        compile=not arguments.no_compile,
    )


def shared_by(plan: CrewPlan, state: Checkpoint, context: SpawnContext) -> Shared:
    """The state in memory that every worker sees; on a GPU, with its single worker, it is on the device."""

    def place(tensor: Tensor) -> Tensor:
        if plan.device != "cpu":
            return tensor.to(plan.device)
        tensor.share_memory_()  # type: ignore[no-untyped-call]
        return tensor

    return Shared(
        weights=place(state.weights),
        first=place(state.first),
        second=place(state.second),
        losses=place(torch.zeros(plan.workers, 2)),
        step=context.Value("q", state.step),
        tokens=context.Value("q", state.tokens),
        finish=context.Barrier(plan.workers),
    )


def main() -> None:
    arguments = asked()
    folder = RUNS / arguments.run
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {name: getattr(arguments, name) for name in SIZES}
    shape = Shape(vocabulary=tokenizer.load().get_vocab_size(), **sizes)
    state = start(folder / "last.pt" if arguments.resume else arguments.init_from, shape, fresh=not arguments.resume)
    plan = planned(arguments, state)
    print(f"{plan}\n{len(state.weights) / 1e6:.2f} M parameters", flush=True)
    context = processes.get_context("spawn")
    shared = shared_by(plan, state, context)
    seed = random.SystemRandom().randrange(2**31)
    keeper = TrainingMonitor(folder, arguments.save_minutes * 60, {}, state.seconds, time.time(), time.time(), arguments.parcel)
    if count := made_by(arguments):
        _with_makers(plan, shared, seed, keeper, count)
        return
    others = [context.Process(target=_worker, args=(rank, plan, shared, seed, keeper)) for rank in range(1, plan.workers)]
    for process in others:
        process.start()
    _worker(0, plan, shared, seed, keeper)
    for process in others:
        process.join()


if __name__ == "__main__":
    main()
