"""The decoder, its update rule and its checkpoints; small enough for a second."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="training needs torch (extra [training])")

from training import checkpoint, muon  # noqa: E402
from training.checkpoint import Checkpoint  # noqa: E402
from training.control import END  # noqa: E402
from training.ending import without_end  # noqa: E402
from training.flat import attach, flatten, places  # noqa: E402
from training.model import Decoder, Shape  # noqa: E402
from training.rows import MIDDLE_WEIGHT, PROMPT_WEIGHT  # noqa: E402

SHAPE = Shape(vocabulary=40, width=16, layers=2, heads=2, feed_forward=32, context=12)


@pytest.fixture
def model() -> Any:
    torch.manual_seed(0)
    return Decoder(SHAPE)


def test_what_comes_later_does_not_change_what_came_before(model: Any) -> None:
    for block in model.blocks:
        torch.nn.init.normal_(block.attention.out.weight)
    ids = torch.randint(0, 40, (1, 12))
    changed = ids.clone()
    changed[0, 8:] = 1
    assert torch.allclose(model(ids)[0, :8], model(changed)[0, :8], atol=1e-5)


def test_a_few_updates_lower_the_loss(model: Any) -> None:
    flat, gradient = flatten(model), torch.zeros_like(flatten(model))
    first, second = torch.zeros_like(flat), torch.zeros_like(flat)
    attach(model, flat, gradient)
    ids = torch.randint(6, 40, (4, 12))  # text: no control tokens
    found = []
    for step in range(1, 21):
        gradient.zero_()
        loss = model.loss(ids[:, :-1], ids[:, 1:], torch.ones(4, 11)) / 44
        loss.backward()
        found.append(float(loss.detach()))
        for place in places(model):
            muon.update(place, flat, place.of(gradient), first, second, muon.Rates(), step, 1.0)
    assert found[-1] < 0.7 * found[0]


def test_inside_a_prompt_the_end_is_no_question(model: Any) -> None:
    ids, targets = torch.randint(6, 40, (1, 12)), torch.randint(6, 40, (1, 12))
    weights = torch.cat([torch.full((1, 6), PROMPT_WEIGHT), torch.full((1, 6), MIDDLE_WEIGHT)], dim=1)
    with torch.no_grad():
        logits = model(ids)[0]
        changed = without_end(logits.clone(), weights[0])
    assert torch.equal(changed[6:], logits[6:])
    assert bool((changed[:6].softmax(-1)[:, END] == 0).all())
    model.loss(ids, targets, weights).backward()  # what is changed in place can still be learned from
    alone = model.loss(ids[:, :6], targets[:, :6], weights[:, :6])
    assert float(alone) < float(torch.nn.functional.cross_entropy(logits[:6], targets[0, :6], reduction="sum"))


def test_orthogonal_brings_singular_values_near_one() -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(muon.orthogonal(torch.randn(2, 24, 16)).float())
    assert 0.5 < float(values.min()) <= float(values.max()) < 1.4


def test_a_checkpoint_comes_back(model: Any, tmp_path: Path) -> None:
    weights = flatten(model)
    state = Checkpoint(SHAPE, weights, weights * 0, weights * 0, 3, 30, 1.5)
    checkpoint.save(state, tmp_path / "last.pt")
    loaded = checkpoint.load(tmp_path / "last.pt")
    assert (loaded.shape, loaded.step, loaded.tokens) == (SHAPE, 3, 30)
    ids = torch.randint(0, 40, (1, 5))
    assert torch.equal(loaded.model()(ids), model(ids))
