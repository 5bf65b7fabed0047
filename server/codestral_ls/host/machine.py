"""This machine's figures for the ladder: memory, its bandwidth, arithmetic from a short probe with the embedded model, the GPU."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

import numpy as np

from codestral_ls.config.host_address import EMBEDDED
from codestral_ls.config.sections import LocalOptions
from codestral_ls.host.devices import Device, devices, free_memory
from codestral_ls.host.ladder import WRITTEN, MachineFigures
from codestral_ls.host.model_loading import Model, open_model
from codestral_ls.host.model_session import TokenBatch

PROBE_TOKENS = 256
COPY_BYTES = 128_000_000
"""Bytes: larger than any cache."""
GPUS: Mapping[str, tuple[float, float]] = {
    "H200": (4800, 400), "H100": (3350, 400), "A100": (1555, 200), "5090": (1792, 160), "4090": (1008, 120), "3090": (936, 60),
    "4080": (717, 80), "4070": (504, 50), "3080": (760, 50), "4060": (272, 25), "3060": (360, 20), "L40": (864, 120), "L4":
    (300, 50),
    "A10": (600, 60), "T4": (320, 25), "7900 XTX": (960, 60), "M4 Max": (546, 15), "M3 Max": (400, 13), "M2 Max": (400, 12),
    "M1 Max": (400, 9), "M4 Pro": (273, 8), "M4": (120, 4), "M3": (100, 4), "M2": (100, 3), "M1": (68, 2),
}  # fmt: skip
"""By a part of the device's name: bandwidth in GB/s from the makers' data sheets (November 2026), and about half of the 16-bit
TFLOP/s.
"""
BUSY = 0.7
"""A load per core above which measured figures are too low to be trusted."""
UNKNOWN_GPU = (200.0, 10.0)
"""A cautious guess for a device that is not listed."""


def measure() -> MachineFigures:
    """Measure this machine; takes about a second. Raises: ModelError where llama.cpp is not installed."""
    operations, token_ms = _probe()
    gpus = [device for device in devices() if device.kind == "gpu"]
    best = max(gpus, key=lambda device: device.free, default=None)
    told = "memory, bandwidth, and the embedded model's reading and writing measured now"
    bandwidth, gpu_operations = (0.0, 0.0)
    if best is not None:
        bandwidth, gpu_operations, how = gpu_figures(best)
        told += f"; the GPU's by {how}"
    load, cores = (os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0), os.cpu_count() or 1
    if load > BUSY * cores:
        told += f", while other programs used the cores (load {load:.1f} on {cores}): ask again when they rest"
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else free_memory()
    return MachineFigures(
        memory=total,
        free=free_memory() or total,
        bandwidth=_bandwidth(),
        operations=operations,
        gpu=best.name if best is not None else "",
        gpu_free=best.free if best is not None else 0,
        gpu_bandwidth=bandwidth,
        gpu_operations=gpu_operations,
        told=told,
        token_ms=token_ms,
    )


def gpu_figures(device: Device) -> tuple[float, float, str]:
    """A GPU's bytes and operations per second, and the source of these figures."""
    for part, (gigabytes, teraflops) in GPUS.items():
        if part in device.name:
            return gigabytes * 1e9, teraflops * 1e12, "its maker's data sheet"
    gigabytes, teraflops = UNKNOWN_GPU
    return gigabytes * 1e9, teraflops * 1e12, "a cautious guess, as its name is not in our table"


def _bandwidth() -> float:
    """Bytes read per second: a sum over an array larger than any cache, the best of three."""
    values = np.ones(COPY_BYTES // 8, dtype=np.float64)
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        values.sum()
        best = min(best, time.perf_counter() - began)
    return COPY_BYTES / best


def _probe() -> tuple[float, float]:
    """What llama.cpp reaches on the CPU with the embedded model: arithmetic operations per second when it evaluates a prompt, and
    milliseconds per token when it writes. The best of several, because other programs only make them worse.
    """
    options = LocalOptions(gpu_layers=0, context_tokens=512, slots=1)
    model = open_model(EMBEDDED, options, lambda _progress: None)
    try:
        token = next(number for number, piece in enumerate(model.vocabulary.pieces) if piece)
        evaluated, written = [], []
        for _ in range(3):
            evaluated.append(_decode(model, [token] * PROBE_TOKENS, 0))
            written += [_decode(model, [token], PROBE_TOKENS + step) for step in range(WRITTEN)]
            model.session.cut(0, 0)
        return PROBE_TOKENS * 2 * model.header.parameters / min(evaluated), 1000 * min(written)
    finally:
        model.close()


def _decode(model: Model, tokens: list[int], position: int) -> float:
    """Seconds for evaluating ``tokens`` from ``position`` on in slot 0."""
    batch = TokenBatch(len(tokens))
    batch.clear()
    batch.add(tokens, position, 0, 1)
    began = time.perf_counter()
    model.session.decode(batch)
    return time.perf_counter() - began
