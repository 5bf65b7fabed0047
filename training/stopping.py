"""`python -m training.stopping`: train only the row of `</s>` again, by logistic regression on the final features.

`</s>` is never an input, so its row of the tied embedding only decides when to stop; nothing else in the model changes. It is for
a run whose last stage has unlearned stopping, and takes a minute on one core instead of another stage.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from training import checkpoint, control, corpus
from training.flat import places
from training.makers import encode
from training.model import Decoder
from training.neighbours import within_packages
from training.rows import MIDDLE_WEIGHT, rows
from training.runs import RUNS

CLOSENESS = 1e-4
"""Weight of the squared distance from the old row."""


@torch.no_grad()
def gathered(model: Decoder, part: str, count: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """For every token in the middles of `count` rows: the features before it, the log-sum of all other logits, and whether it is
    `</s>`.
    """
    sources = corpus.read(part)
    texts = [source.text for source in sources]
    supply = rows(texts, model.shape.context, encode, random.Random(seed), within_packages(sources))
    features, others, ends = [], [], []
    for _ in range(count):
        row = next(supply)
        middle = torch.tensor(row.weights) == MIDDLE_WEIGHT
        with torch.autocast("cpu", torch.bfloat16):
            found = model.features(torch.tensor([row.ids[:-1]]))[0].float()[middle]
        logits = found @ model.embedding.weight.T
        logits[:, control.END] = -torch.inf
        features.append(found)
        others.append(logits.logsumexp(1))
        ends.append((torch.tensor(row.ids[1:])[middle] == control.END).float())
    return torch.cat(features), torch.cat(others), torch.cat(ends)


def fitted(row: Tensor, features: Tensor, others: Tensor, ends: Tensor) -> Tensor:
    """The row of `</s>` that makes stopping likeliest where middles end and least likely elsewhere."""
    new = row.clone().requires_grad_(True)
    optimizer = torch.optim.LBFGS([new], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(features @ new - others, ends) + CLOSENESS * (new - row).square().sum()
        torch.autograd.backward(loss)
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return new.detach()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=RUNS / "tiny" / "last.pt")
    parser.add_argument("--to", type=Path, default=RUNS / "stopping" / "last.pt")
    parser.add_argument("--rows", type=int, default=260)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    state = checkpoint.load(arguments.checkpoint)
    model = state.model()
    place = next(place for place in places(model) if place.name == "embedding.weight")
    row = place.of(state.weights)[control.END].clone()
    learned = fitted(row, *gathered(model, corpus.TRAIN, arguments.rows, seed=11))
    features, others, ends = gathered(model, corpus.HELD_FILE, max(1, arguments.rows // 6), seed=5)
    for name, candidate in (("before", row), ("after", learned)):
        likely = torch.sigmoid(features @ candidate - others)
        at_ends, elsewhere = likely[ends > 0].mean(), likely[ends == 0].mean()
        print(f"{name}: held-out files, probability of </s> at ends {at_ends:.3f}, elsewhere {elsewhere:.3f}")
    place.of(state.weights)[control.END] = learned
    checkpoint.save(state, arguments.to)


if __name__ == "__main__":
    main()
