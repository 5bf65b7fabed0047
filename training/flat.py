"""All parameters of a model in one flat tensor, so that workers can share it, add up gradients and save it in one operation."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class ParameterSpan:
    """Where one parameter is in the flat tensor."""

    name: str
    shape: tuple[int, ...]
    start: int

    @property
    def stop(self) -> int:
        return self.start + math.prod(self.shape)

    def of(self, flat: Tensor) -> Tensor:
        """This parameter's view of a flat tensor."""
        return flat[self.start : self.stop].view(self.shape)


@dataclass(frozen=True, slots=True)
class Siblings:
    """The same parameter in every block: `count` of them, `stride` apart; or a single parameter outside of the blocks.

    `name` has no block number. They are updated together, because a device is slow at many small products.
    """

    name: str
    shape: tuple[int, ...]
    start: int
    count: int
    stride: int

    def of(self, flat: Tensor) -> Tensor:
        """These parameters' view of a flat tensor: (count, *shape)."""
        inner = [math.prod(self.shape[axis + 1 :]) for axis in range(len(self.shape))]
        return flat.as_strided((self.count, *self.shape), (self.stride, *inner), flat.storage_offset() + self.start)


def places(model: nn.Module) -> list[ParameterSpan]:
    found, start = [], 0
    for name, parameter in model.named_parameters():
        place = ParameterSpan(name, tuple(parameter.shape), start)
        found.append(place)
        start = place.stop
    return found


def siblings(model: nn.Module) -> list[Siblings]:
    """All parameters, grouped as siblings. Blocks are alike and follow each other in the flat tensor."""
    members: dict[str, list[ParameterSpan]] = {}
    for place in places(model):
        members.setdefault(re.sub(r"^blocks\.\d+\.", "blocks.", place.name), []).append(place)
    found = []
    for name, alike in members.items():
        stride = alike[1].start - alike[0].start if len(alike) > 1 else 0
        found.append(Siblings(name, alike[0].shape, alike[0].start, len(alike), stride))
    return found


def flatten(model: nn.Module) -> Tensor:
    """A copy of all parameters, in order."""
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def attach(model: nn.Module, flat: Tensor, gradient: Tensor | None = None) -> None:
    """Make the model's parameters views of flat tensors, and also their gradients, which then add up in place."""
    for parameter, place in zip(model.parameters(), places(model), strict=True):
        parameter.data = place.of(flat)
        if gradient is not None:
            parameter.grad = place.of(gradient)
