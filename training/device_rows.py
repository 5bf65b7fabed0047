"""Training rows on the device that learns from them: new rows first; while there are none, older rows again."""

from __future__ import annotations

import torch
from torch import Tensor

from training.makers import Chunk

CAPACITY = 600_000
"""The most rows; with 1,024 tokens each they take 1.8 GB. Later rows replace the oldest."""


class DeviceRows:
    """`added` counts all rows, `drawn` those that were drawn while they were new."""

    def __init__(self, context: int, device: str, capacity: int = CAPACITY) -> None:
        self._ids = torch.empty((capacity, context + 1), dtype=torch.int16, device=device)
        self._weights = torch.empty((capacity, context), dtype=torch.uint8, device=device)
        self.capacity, self.device = capacity, device
        self.added = self.drawn = self.repeated = 0

    def add(self, some: Chunk) -> None:
        ids, weights = some
        at = torch.arange(self.added, self.added + len(ids), device=self.device) % self.capacity
        self._ids[at] = torch.from_numpy(ids.view("int16")).to(self.device, non_blocking=True)
        self._weights[at] = torch.from_numpy(weights).to(self.device, non_blocking=True)
        self.added += len(ids)

    def draw(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Inputs, targets and weights of `count` rows."""
        if self.added - self.drawn >= count:
            at = torch.arange(self.drawn, self.drawn + count, device=self.device) % self.capacity
            self.drawn += count
        else:
            at = torch.randint(0, min(self.added, self.capacity), (count,), device=self.device)
            self.repeated += count
        ids = self._ids[at].long()  # no vocabulary here has 32,768 pieces, so the sign bit is free
        return ids[:, :-1], ids[:, 1:], self._weights[at].float()
