"""The decoder, its update rule and its checkpoints, so small that a test takes a second."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="training needs torch (extra [training])")

from training import checkpoint, muon, parcel  # noqa: E402
from training.checkpoint import Checkpoint  # noqa: E402
from training.control import END  # noqa: E402
from training.ending import without_end  # noqa: E402
from training.flat import attach, flatten, places, siblings  # noqa: E402
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
    ids = torch.randint(6, 40, (4, 12))  # text, no control tokens
    found = []
    for step in range(1, 21):
        gradient.zero_()
        loss = model.loss(ids[:, :-1], ids[:, 1:], torch.ones(4, 11)) / 44
        loss.backward()
        found.append(float(loss.detach()))
        for alike in siblings(model):
            muon.update(alike, flat, gradient, first, second, muon.Rates(), step, 1.0)
    assert found[-1] < 0.7 * found[0]


def test_parameters_that_are_equal_are_the_same_views(model: Any) -> None:
    flat = flatten(model)
    found = {place.name: place.of(flat) for place in places(model)}
    for alike in siblings(model):
        views = alike.of(flat)
        for number in range(alike.count):
            name = alike.name.replace("blocks.", f"blocks.{number}.", 1) if alike.count > 1 else alike.name
            assert torch.equal(views[number], found.pop(name))
    assert not found, "every parameter belongs to one of them"


def test_blocks_move_as_each_would_alone(model: Any) -> None:
    torch.manual_seed(1)
    flat, gradient = flatten(model), torch.randn_like(flatten(model))
    alike = next(one for one in siblings(model) if one.name.endswith("qkv.weight"))
    place = next(one for one in places(model) if one.name == "blocks.1.attention.qkv.weight")
    expected = flat.clone()
    alone = muon.orthogonal(place.of(gradient * 0.0975).view(3, -1, place.shape[1])).reshape(place.shape).float()
    place.of(expected).mul_(1 - 0.015 * 0.05).add_(alone, alpha=-0.015)
    muon.update(alike, flat, gradient, torch.zeros_like(flat), torch.zeros_like(flat), muon.Rates(), 1, 1.0)
    assert torch.allclose(place.of(flat), place.of(expected), atol=1e-3)


def test_inside_a_prompt_the_end_is_left_out(model: Any) -> None:
    ids, targets = torch.randint(6, 40, (1, 12)), torch.randint(6, 40, (1, 12))
    weights = torch.cat([torch.full((1, 6), PROMPT_WEIGHT), torch.full((1, 6), MIDDLE_WEIGHT)], dim=1)
    with torch.no_grad():
        logits = model(ids)[0]
        changed = without_end(logits.clone(), weights[0])
    assert torch.equal(changed[6:], logits[6:])
    assert bool((changed[:6].softmax(-1)[:, END] == 0).all())
    model.loss(ids, targets, weights).backward()  # gradients still flow through what was changed in place
    alone = model.loss(ids[:, :6], targets[:, :6], weights[:, :6])
    assert float(alone.detach()) < float(torch.nn.functional.cross_entropy(logits[:6], targets[0, :6], reduction="sum"))


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


def test_a_parcel_comes_back_in_half_precision(model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcel, "PART_BYTES", 4_000)
    weights = flatten(model)
    parcel.write(Checkpoint(SHAPE, weights, weights, weights, 3, 30, 1.5), tmp_path)
    assert len(list(tmp_path.glob("weights.*.npy"))) > 1
    read = parcel.read(tmp_path)
    assert (read.shape, read.step, read.tokens, read.seconds) == (SHAPE, 3, 30, 1.5)
    assert torch.allclose(read.weights, weights, atol=1e-3)
    assert not read.first.any()
