"""Makes a deeper model that computes the same as the shallower one: copies of blocks whose outputs are zero change nothing.

What the shallower model learned is kept, and the copies have features to start from (progressive stacking, Gong et al., 2019,
with the outputs at zero as in a new model).
"""

from __future__ import annotations

from dataclasses import replace

import torch

from training.checkpoint import Checkpoint
from training.flat import flatten
from training.model import Decoder


def sources(layers: int, deeper: int) -> list[tuple[int, bool]]:
    """For each layer of the deeper model, the layer it comes from and whether it is a copy. Copies are spread evenly."""
    if not layers <= deeper <= 2 * layers:
        raise ValueError(f"a model of {layers} layers can be deepened to {2 * layers} at most, not to {deeper}")
    more = deeper - layers
    copied = {(2 * number + 1) * layers // (2 * more) for number in range(more)} if more else set()
    return [(layer, copy) for layer in range(layers) for copy in ((False, True) if layer in copied else (False,))]


def deepened(state: Checkpoint, layers: int) -> Checkpoint:
    """The same function with `layers` layers; the optimizer's moments start from zero."""
    old, shape = state.model(), replace(state.shape, layers=layers)
    new = Decoder(shape)
    new.embedding.load_state_dict(old.embedding.state_dict())
    new.norm.load_state_dict(old.norm.state_dict())
    with torch.no_grad():
        for block, (source, copy) in zip(new.blocks, sources(state.shape.layers, layers), strict=True):
            block.load_state_dict(old.blocks[source].state_dict())
            if copy:
                block.attention.out.weight.zero_()  # type: ignore[union-attr, operator]
                block.feed_forward.down.weight.zero_()  # type: ignore[union-attr, operator]
    weights = flatten(new)
    return replace(state, shape=shape, weights=weights, first=torch.zeros_like(weights), second=torch.zeros_like(weights))
