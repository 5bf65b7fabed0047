"""All parameters of a model in one flat tensor, so that workers share it, sum gradients and save it in one stroke."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Place:
    """Where one parameter lies in the flat tensor."""

    name: str
    shape: tuple[int, ...]
    start: int

    @property
    def stop(self) -> int:
        size = 1
        for extent in self.shape:
            size *= extent
        return self.start + size

    def of(self, flat: Tensor) -> Tensor:
        """This parameter's view of a flat tensor."""
        return flat[self.start : self.stop].view(self.shape)


def places(model: nn.Module) -> list[Place]:
    found, start = [], 0
    for name, parameter in model.named_parameters():
        place = Place(name, tuple(parameter.shape), start)
        found.append(place)
        start = place.stop
    return found


def flatten(model: nn.Module) -> Tensor:
    """A copy of the parameters, in order."""
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def attach(model: nn.Module, flat: Tensor, gradient: Tensor | None = None) -> None:
    """Make the model's parameters (and gradients, which then add up in place) views of flat tensors."""
    for parameter, place in zip(model.parameters(), places(model), strict=True):
        parameter.data = place.of(flat)
        if gradient is not None:
            parameter.grad = place.of(gradient)
