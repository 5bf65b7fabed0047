"""The model ladder on simulated machines: a laptop without a GPU, a 24 GB card, an H100, and a machine with too little memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codestral_ls.commands.recommending import in_words
from codestral_ls.host import catalogue
from codestral_ls.host.devices import Device
from codestral_ls.host.ladder import LADDER, WRITTEN, MachineFigures, advised, climb
from codestral_ls.host.machine import gpu_figures, measure
from support.models.stand_in_machines import CARD, H100, LAPTOP


def placed(machine: MachineFigures) -> dict[str, tuple[str, float | None]]:
    return {place.rung.label: (place.device, place.step) for place in climb(machine)}


def test_a_laptop_without_a_gpu() -> None:
    places = placed(LAPTOP)
    assert places["embedded (16 M)"] == ("CPU", 100.0)
    assert places["Falcon-H1-Tiny-Coder 90M"][1] == 100.0
    assert places["Codestral 22B"][0] == ""
    assert places["Qwen2.5-Coder 7B"] == ("", None)
    assert advised(climb(LAPTOP)).rung.name == "qwen2.5-coder-0.5b"


def test_a_card_with_24_gb() -> None:
    places = placed(CARD)
    assert places["Codestral 22B"][0] == "GPU"
    assert places["Codestral 22B"][1] == 500.0
    assert places["Qwen3-Coder 30B-A3B"][0] == ""
    assert advised(climb(CARD)).rung.name == "seed-coder-8b"


def test_an_h100() -> None:
    places = placed(H100)
    assert all(device == "GPU" for label, (device, _) in places.items() if label != "Codestral API")
    assert places["Codestral 22B"][1] == 100.0
    assert advised(climb(H100)).rung.name == "qwen3-coder-30b-a3b"


def test_a_machine_without_room_stays_with_the_embedded_model() -> None:
    small = replace(LAPTOP, free=300 * 10**6, operations=5e9, bandwidth=2e9)
    best = advised(climb(small))
    assert best.rung.name == "embedded"
    assert "stay with the embedded model" in in_words(small, climb(small))


def test_what_a_token_costs_was_measured_or_is_assumed() -> None:
    measured = {token_ms: climb(replace(LAPTOP, token_ms=token_ms)) for token_ms in (0.0, 0.7, 2.7)}
    embedded = {token_ms: places[0].ms for token_ms, places in measured.items()}
    assert embedded[2.7] == pytest.approx((embedded[0.7] or 0) + WRITTEN * 2.0)
    assert (embedded[0.7] or 0) >= WRITTEN * 0.7  # what was measured is what is told
    assert replace(LAPTOP, token_ms=0.1).overhead_ms == 0.0
    card = replace(CARD, token_ms=2.7)
    assert [place.ms for place in climb(card) if place.device == "GPU"] == [
        place.ms for place in climb(CARD) if place.device == "GPU"
    ]


def test_this_machine_can_be_measured() -> None:
    found = measure()
    assert found.free <= found.memory
    assert min(found.bandwidth, found.operations, found.token_ms) > 0
    assert "measured now" in found.told


@pytest.mark.parametrize("machine", [LAPTOP, CARD, H100])
def test_more_active_weights_are_never_faster(machine: MachineFigures) -> None:
    places = [place for place in climb(machine) if place.ms is not None and place.device == "GPU"]
    by_bytes = sorted(places, key=lambda place: place.rung.active_bytes)
    assert [place.ms for place in by_bytes] == sorted(place.ms for place in by_bytes if place.ms is not None)


def test_the_answer_names_what_to_pull_and_why() -> None:
    said = in_words(CARD, climb(CARD))
    assert "Pull it: codestral-ls models pull seed-coder-8b" in said
    assert "RTX 4090 with 23 GB free" in said
    assert "not measured" in said


def test_rungs_that_can_be_pulled_are_in_the_catalogue() -> None:
    assert all(rung.name in catalogue.KNOWN for rung in LADDER if rung.pull)
    assert all(rung.source for rung in LADDER)


def test_a_gpu_that_is_not_listed_is_guessed_carefully() -> None:
    known, unknown = Device("gpu", "NVIDIA H100 80GB HBM3", 1, 1), Device("gpu", "Something new", 1, 1)
    assert gpu_figures(known)[0] == 3350e9
    assert gpu_figures(unknown)[0] < gpu_figures(known)[0]
    assert "guess" in gpu_figures(unknown)[2]
