"""A deeper model that starts as the same function as the shallower model."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="training needs torch (extra [training])")

from training.checkpoint import Checkpoint  # noqa: E402
from training.deepen import deepened, sources  # noqa: E402
from training.flat import flatten  # noqa: E402
from training.model import Decoder, Shape  # noqa: E402

SHAPE = Shape(vocabulary=40, width=16, layers=3, heads=2, feed_forward=32, context=12)


@pytest.fixture
def state() -> Any:
    torch.manual_seed(0)
    model = Decoder(SHAPE)
    for block in model.blocks:
        torch.nn.init.normal_(block.attention.out.weight)
        torch.nn.init.normal_(block.feed_forward.down.weight)
    weights = flatten(model)
    return Checkpoint(SHAPE, weights, torch.ones_like(weights), torch.ones_like(weights), 7, 8, 9.0)


@pytest.mark.parametrize("layers", [3, 4, 5, 6])
def test_it_computes_the_same(state: Any, layers: Any) -> None:
    deeper = deepened(state, layers)
    ids = torch.randint(0, 40, (2, 12))
    assert deeper.shape.layers == layers
    assert torch.allclose(deeper.model()(ids), state.model()(ids), atol=1e-5)
    assert not deeper.first.any()
    assert len(deeper.first) == len(deeper.weights)


def test_copies_are_spread_and_each_layer_is_kept_once() -> None:
    assert sources(5, 7) == [(0, False), (1, False), (1, True), (2, False), (3, False), (3, True), (4, False)]
    for deeper in range(5, 11):
        assert [layer for layer, copy in sources(5, deeper) if not copy] == [0, 1, 2, 3, 4]
        assert len(sources(5, deeper)) == deeper


@pytest.mark.parametrize("layers", [2, 7])
def test_neither_shallower_nor_more_than_twice_as_deep(state: Any, layers: Any) -> None:
    with pytest.raises(ValueError, match="can be deepened to 6"):
        deepened(state, layers)
