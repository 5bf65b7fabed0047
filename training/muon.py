"""The two update rules: Muon for the matrices of the blocks, AdamW for the embedding and the gains.

Muon (Jordan et al., 2024): the momentum of a matrix, made nearly orthogonal by five Newton-Schulz steps. A product that holds
several matrices side by side (query, key, value; gate, up) is updated as those matrices.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from training.flat import Siblings

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
STACKED = {"qkv.weight": 3, "gate_up.weight": 2}


@dataclass(frozen=True, slots=True)
class Rates:
    """Peak learning rates; the schedule's factor multiplies both."""

    muon: float = 0.015
    adam: float = 0.004
    momentum: float = 0.95
    betas: tuple[float, float] = (0.9, 0.98)
    decay: float = 0.05


def is_matrix(alike: Siblings) -> bool:
    return alike.name.startswith("blocks.") and len(alike.shape) == 2


def orthogonal(matrices: Tensor) -> Tensor:
    """Each matrix of (n, rows, columns) with its singular values moved close to 1; in bf16."""
    a, b, c = NEWTON_SCHULZ
    x: Tensor = matrices.bfloat16()
    turned = x.shape[-2] > x.shape[-1]
    if turned:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        product = x @ x.mT
        x = a * x + (b * product + c * (product @ product)) @ x
    return x.transpose(-1, -2) if turned else x


@torch.no_grad()
def update(
    alike: Siblings, flat: Tensor, gradients: Tensor, first: Tensor, second: Tensor, rates: Rates, step: int, factor: float
) -> None:
    """Update a group of sibling parameters. The tensors are flat and have all parameters. `step` counts from 1."""
    parameter, gradient, momentum = alike.of(flat), alike.of(gradients), alike.of(first)
    if is_matrix(alike):
        momentum.lerp_(gradient, 1 - rates.momentum)
        count = next((n for name, n in STACKED.items() if alike.name.endswith(name)), 1)
        direction = gradient.lerp(momentum, rates.momentum).reshape(alike.count * count, -1, alike.shape[1])
        scale = max(1.0, direction.shape[1] / direction.shape[2]) ** 0.5
        parameter.mul_(1 - factor * rates.muon * rates.decay)
        moved = orthogonal(direction).reshape(alike.count, *alike.shape).float()
        parameter.add_(moved, alpha=-factor * rates.muon * scale)
        return
    squares = alike.of(second)
    low, high = rates.betas
    momentum.lerp_(gradient, 1 - low)
    squares.lerp_(gradient.square(), 1 - high)
    spread = (squares / (1 - high**step)).sqrt_().add_(1e-10)
    parameter.addcdiv_(momentum, spread, value=-factor * rates.adam / (1 - low**step))
