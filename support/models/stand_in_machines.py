"""Machines that are not here, by figures of their makers: what ``models recommend`` says on them."""

from __future__ import annotations

from dataclasses import replace

from codestral_ls.host.ladder import MachineFigures

LAPTOP = MachineFigures(16 * 10**9, 10 * 10**9, 40e9, 150e9, told="stand-in")
"""16 GB and no GPU."""
CARD = replace(
    LAPTOP, memory=64 * 10**9, free=50 * 10**9, gpu="RTX 4090", gpu_free=23 * 10**9, gpu_bandwidth=1008e9, gpu_operations=120e12
)
"""A card with 24 GB."""
H100 = replace(CARD, memory=256 * 10**9, gpu="H100", gpu_free=79 * 10**9, gpu_bandwidth=3350e9, gpu_operations=400e12)
