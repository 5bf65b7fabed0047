"""Weights in files small enough to carry from one machine to another: half precision, in parts, without moments."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from training.checkpoint import Checkpoint
from training.model import Shape

PART_BYTES = 15_000_000
TOLD = "weights.json"


def write(state: Checkpoint, folder: Path) -> None:
    """Write `weights.json` and `weights.N.npy` in a folder. Each file is replaced whole, the description last."""
    folder.mkdir(parents=True, exist_ok=True)
    halves = state.weights.detach().cpu().half().numpy()
    parts = np.array_split(halves, -(-halves.nbytes // PART_BYTES))
    for number, part in enumerate(parts):
        partial = folder / f"weights.{number}.partial.npy"
        np.save(partial, part)
        os.replace(partial, folder / f"weights.{number}.npy")
    told = {"shape": asdict(state.shape), "parts": len(parts), "step": state.step, "tokens": state.tokens, "seconds": state.seconds}
    (folder / TOLD).write_text(json.dumps(told), "utf-8")


def read(folder: Path) -> Checkpoint:
    """Read the state for further training; the moments start from zero."""
    told = json.loads((folder / TOLD).read_text("utf-8"))
    parts = [np.load(folder / f"weights.{number}.npy") for number in range(told["parts"])]
    weights = torch.from_numpy(np.concatenate(parts)).float()
    zeros = torch.zeros_like(weights)
    return Checkpoint(Shape(**told["shape"]), weights, zeros, zeros.clone(), told["step"], told["tokens"], told["seconds"])
