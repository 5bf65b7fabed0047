"""Checkpoints: the weights, both moments of the optimizer, and the run's progress. A checkpoint is written whole or not at all."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from training.flat import attach
from training.model import Decoder, Shape


@dataclass(slots=True)
class Checkpoint:
    """`seconds` of training in all; `earlier`: the part of them before this run, which the run's schedule does not count."""

    shape: Shape
    weights: Tensor
    first: Tensor
    second: Tensor
    step: int
    tokens: int
    seconds: float
    earlier: float = 0.0

    def model(self) -> Decoder:
        model = Decoder(self.shape)
        attach(model, self.weights.clone())
        return model.eval()


def save(checkpoint: Checkpoint, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    fields = {name: getattr(checkpoint, name) for name in Checkpoint.__slots__}
    torch.save(fields | {"shape": asdict(checkpoint.shape)}, partial)
    os.replace(partial, path)


def load(path: Path) -> Checkpoint:
    fields = torch.load(path, map_location="cpu", weights_only=True)
    return Checkpoint(**(fields | {"shape": Shape(**fields["shape"])}))
