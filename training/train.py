"""`python -m training.train`: train until a time of day or for a number of minutes, from nothing or from a checkpoint.

The learning rate follows the wall clock. Checkpoints and a line of figures are written every few minutes; a run that is
killed goes on with `--resume`.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.context import SpawnContext
from pathlib import Path

import torch
import torch.multiprocessing as processes
from torch import Tensor

from training import checkpoint, corpus, crew, restore, tokenizer
from training.checkpoint import Checkpoint
from training.crew import Plan, Shared
from training.deepen import deepened
from training.ending import without_end
from training.flat import flatten
from training.model import Decoder, Shape
from training.muon import Rates
from training.neighbours import within_packages
from training.rows import MIDDLE_WEIGHT, Row, rows
from training.runs import RUNS

VALIDATION_ROWS = 16
SIZES = ("width", "layers", "heads", "feed_forward", "context")


def encode(text: str) -> list[int]:
    return list(tokenizer.load().encode(text, add_special_tokens=False).ids)


def supply(part: str, context: int, seed: int) -> Iterator[Row]:
    sources = corpus.read(part)
    return rows([source.text for source in sources], context, encode, random.Random(seed), within_packages(sources))


@torch.no_grad()
def losses(model: Decoder, held: list[Row], device: str) -> tuple[float, float]:
    """Nats a token, of all tokens that are learned from and of the middles alone."""
    sums = torch.zeros(4)
    for row in held:
        ids, targets, weights = crew.tensors([row], device)
        with torch.autocast(device, torch.bfloat16):
            logits = without_end(model(ids)[0].float(), weights[0])
        nats = torch.nn.functional.cross_entropy(logits, targets[0], reduction="none")
        every, middle = (weights[0] > 0).float(), (weights[0] == MIDDLE_WEIGHT).float()
        sums += torch.stack([(nats * every).sum(), every.sum(), (nats * middle).sum(), middle.sum()]).cpu()
    return float(sums[0] / sums[1]), float(sums[2] / sums[3])


@dataclass(slots=True)
class Keeper:
    """Called between steps by the first worker: prints, logs, measures and saves now and then."""

    folder: Path
    every: float
    held: dict[str, list[Row]]
    seconds: float
    last: float
    clock: float

    def __call__(self, plan: Plan, shared: Shared, model: Decoder) -> None:
        now = time.time()
        ended = plan.progress() >= 1.0
        if now - self.last < self.every and not ended:
            return
        loss = float(shared.losses[:, 0].sum() / shared.losses[:, 1].sum())
        shared.losses.zero_()
        self.last = now
        seconds = self.seconds + now - self.clock
        figures = {
            "minutes": round(seconds / 60, 2),
            "step": shared.step.value,
            "tokens": shared.tokens.value,
            "train": round(loss, 4),
        }
        for part, held in self.held.items():
            every, middle = losses(model, held, plan.device)
            figures |= {part: round(every, 4), f"{part}, middle": round(middle, 4)}
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(figures) + "\n")
        print(f"{plan.progress():6.1%} {figures}", flush=True)
        weights, first, second = (tensor.detach().cpu() for tensor in (shared.weights, shared.first, shared.second))
        with shared.step.get_lock():
            state = Checkpoint(plan.shape, weights, first, second, shared.step.value, shared.tokens.value, seconds, plan.earlier)
            checkpoint.save(state, self.folder / "last.pt")


def _worker(rank: int, plan: Plan, shared: Shared, seed: int, folder: Path, every: float, seconds: float) -> None:
    held: dict[str, list[Row]] = {}
    if rank == 0:
        for part in (corpus.HELD_FILE, corpus.HELD_PACKAGE):
            source = supply(part, plan.shape.context, 0)
            held[part] = [next(source) for _ in range(VALIDATION_ROWS)]
    keeper = Keeper(folder, every, held, seconds, time.time(), time.time())
    crew.work(rank, plan, shared, supply(corpus.TRAIN, plan.row, seed + rank), keeper)


def start(path: Path | None, shape: Shape, fresh: bool) -> Checkpoint:
    """The state to begin with: a checkpoint's, its weights alone (`fresh`; deepened where `shape` is deeper), or a new model's."""
    if path is None:
        torch.manual_seed(0)
        weights = flatten(Decoder(shape))
        return Checkpoint(shape, weights, torch.zeros_like(weights), torch.zeros_like(weights), 0, 0, 0.0)
    state = restore.from_gguf(path) if path.suffix == ".gguf" else checkpoint.load(path)
    if fresh and shape.layers > state.shape.layers:
        state = deepened(state, shape.layers)
    if fresh:
        state.first.zero_()
        state.second.zero_()
        state.step = 0
        state.earlier = state.seconds
    return state


def deadline(text: str) -> float:
    """`HH:MM` (the next one, UTC as the machine's clock goes) or a number of minutes from now."""
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
    parser.add_argument("--init-from", type=Path, help="start with the weights of this checkpoint or F16 GGUF")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--workers", type=int, default=2, help="processes on a CPU; a GPU has one")
    parser.add_argument(
        "--row", type=int, help="tokens of a row (default: the context); short rows first, long ones later, save time"
    )
    parser.add_argument("--rows", type=int, default=8, help="rows of one worker's step")
    parser.add_argument("--rows-at-once", type=int, default=1)
    parser.add_argument("--save-minutes", type=float, default=4.0)
    parser.add_argument("--no-compile", action="store_true")
    for name, default in (("muon", Rates().muon), ("adam", Rates().adam)):
        parser.add_argument(f"--{name}", type=float, default=default, help="peak learning rate")
    for name in SIZES:
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(Shape(), name))
    return parser.parse_args()


def planned(arguments: argparse.Namespace, state: Checkpoint) -> Plan:
    """What the command line and the state to begin with ask for. A resumed run counts the time it has already had."""
    return Plan(
        shape=state.shape,
        workers=arguments.workers if arguments.device == "cpu" else 1,
        device=arguments.device,
        row=arguments.row or state.shape.context,
        rows_a_step=arguments.rows,
        rows_at_once=arguments.rows_at_once,
        rates=Rates(muon=arguments.muon, adam=arguments.adam),
        began=time.time() - (state.seconds - state.earlier),
        ends=deadline(arguments.until),
        earlier=state.earlier,
        compile=not arguments.no_compile,
    )


def shared_by(plan: Plan, state: Checkpoint, context: SpawnContext) -> Shared:
    """The state in memory that every worker sees; on a GPU, where there is one worker, on the device."""

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
    told = (plan, shared, random.SystemRandom().randrange(2**32), folder, arguments.save_minutes * 60, state.seconds)
    others = [context.Process(target=_worker, args=(rank, *told)) for rank in range(1, plan.workers)]
    for process in others:
        process.start()
    _worker(0, *told)
    for process in others:
        process.join()


if __name__ == "__main__":
    main()
