"""Which models are fast enough for a machine: arithmetic on the machine's measured figures. Pure.

A keystroke evaluates ``TYPED`` prompt tokens and writes ``WRITTEN`` tokens. Evaluating is limited by arithmetic (two operations
for each active weight and token), writing by reading the active weights from memory once per token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codestral_ls.host import catalogue

TYPED, WRITTEN = 8, 12
TOKEN_OVERHEAD_MS = 0.5
"""Milliseconds that llama.cpp needs per token on a GPU besides reading weights; not measured."""
EFFICIENCY = 0.65
"""The share of the memory's bandwidth that a decode reaches."""
STEPS_MS = (100.0, 250.0, 500.0)
FREE = ("Apache-2.0", "MIT")
"""Licences that allow any use."""
USABLE_MEMORY, USABLE_GPU = 0.6, 0.92
"""Shares of the free memory that a model may take; other programs need main memory too."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A model of the ladder, from the weakest to the strongest. ``active`` is the number of weights used for a token.

    ``name`` is what ``models pull`` and ``local.model`` take; ``bits`` are those of a weight in the file; ``remote`` is the API.
    """

    name: str
    label: str
    parameters: float
    active: float
    size_bytes: int
    kv_bytes: int
    licence: str
    pull: str
    source: str
    remote: bool = False

    @property
    def active_bytes(self) -> float:
        """Bytes that are read for each token."""
        return self.size_bytes * self.active / self.parameters if self.parameters else 0.0

    @property
    def memory_bytes(self) -> int:
        """Bytes of the weights, the KV cache of one slot, and llama.cpp's buffers, which grow with the model."""
        buffers = min(catalogue.COMPUTE_BYTES, 100_000_000 + self.size_bytes // 10)
        return self.size_bytes + self.kv_bytes * catalogue.CONTEXT_TOKENS + buffers


def _known(name: str, label: str, parameters: float, active: float = 0.0) -> Rung:
    model = catalogue.KNOWN[name]
    pull = f"codestral-ls models pull {name}"
    source = f"{model.source}, {catalogue.CHECKED}"
    return Rung(name, label, parameters, active or parameters, model.size_bytes, model.kv_bytes, model.licence.short, pull, source)


LADDER: tuple[Rung, ...] = (
    Rung("embedded", "embedded (16 M)", 15.5e6, 15.5e6, 16_800_000, 10_752, "MIT", "", "comes with codestral-ls"),
    Rung(
        "", "Falcon-H1-Tiny-Coder 90M", 91e6, 91e6, 97_000_000, 20_000, "Falcon-LLM", "",
        "tiiuae/Falcon-H1-Tiny-Coder-90M; TII's article on Falcon-H1-Tiny, 2026-01; no GGUF file found on"
        " 2026-11-27: convert it with llama.cpp and give its path; size computed from 8.5 bits for each weight",
    ),
    _known("qwen2.5-coder-0.5b", "Qwen2.5-Coder 0.5B", 0.494e9),
    _known("qwen2.5-coder-1.5b", "Qwen2.5-Coder 1.5B", 1.54e9),
    _known("qwen2.5-coder-3b", "Qwen2.5-Coder 3B", 3.09e9),
    _known("qwen2.5-coder-7b", "Qwen2.5-Coder 7B", 7.62e9),
    _known("seed-coder-8b", "Seed-Coder 8B", 8.25e9),
    _known("qwen3-coder-30b-a3b", "Qwen3-Coder 30B-A3B", 30.5e9, 3.3e9),
    _known("codestral-22b-q4_k_m", "Codestral 22B", 22.2e9),
    Rung("", "Codestral API", 0, 0, 0, 0, "Mistral's terms", "", "docs.mistral.ai, 2026-08-21", remote=True),
)  # fmt: skip
"""From the weakest to the strongest, by published FIM figures (Seed-Coder's paper, table 5; TII's article) as far as they exist."""


@dataclass(frozen=True, slots=True)
class MachineFigures:
    """A machine's figures: ``memory`` and ``free`` bytes, ``bandwidth`` in bytes per second, ``operations`` per second; the same
    for its GPU. ``token_ms`` are the milliseconds for a token of the embedded model, written on the CPU; 0 if not measured.

    ``gpu`` is its name, "" without one. ``told`` says which figures were measured and which were looked up.
    """

    memory: int
    free: int
    bandwidth: float
    operations: float
    gpu: str = ""
    gpu_free: int = 0
    gpu_bandwidth: float = 0.0
    gpu_operations: float = 0.0
    told: str = ""
    token_ms: float = 0.0

    @property
    def overhead_ms(self) -> float:
        """What a token costs on the CPU besides reading the weights, measured with the embedded model."""
        if not self.token_ms:
            return TOKEN_OVERHEAD_MS
        return max(0.0, self.token_ms - _read_ms(LADDER[0], self.bandwidth))


@dataclass(frozen=True, slots=True)
class RungFit:
    """A rung on a machine: the device ("" if the model does not fit), its expected milliseconds per key, and why."""

    rung: Rung
    device: str
    ms: float | None
    note: str

    @property
    def step(self) -> float | None:
        """The smallest latency target that is met."""
        return next((step for step in STEPS_MS if self.ms is not None and self.ms <= step), None)


def climb(machine: MachineFigures, rungs: Sequence[Rung] = LADDER) -> tuple[RungFit, ...]:
    """Every rung, judged for ``machine``."""
    return tuple(_place(machine, rung) for rung in rungs)


def advised(places: Sequence[RungFit]) -> RungFit:
    """The strongest model with a free licence that one command fetches and that answers within 250 ms, else within 500 ms; else
    the first rung.

    Codestral and others with restricted licences are in the table for those who may use them.
    """
    for limit in STEPS_MS[1:]:
        within = [place for place in places if place.ms is not None and place.ms <= limit and place.rung.pull]
        free = [place for place in within if place.rung.licence in FREE]
        if free:
            return free[-1]
    return places[0]


def _place(machine: MachineFigures, rung: Rung) -> RungFit:
    if rung.remote:
        return RungFit(rung, "network", None, "needs a key; the network decides (not measured)")
    if machine.gpu and rung.memory_bytes <= machine.gpu_free * USABLE_GPU:
        return RungFit(rung, "GPU", _ms(rung, machine.gpu_bandwidth, machine.gpu_operations, TOKEN_OVERHEAD_MS), "")
    if rung.memory_bytes > machine.free * USABLE_MEMORY:
        needed, has = rung.memory_bytes / 1e9, max(machine.free * USABLE_MEMORY, machine.gpu_free * USABLE_GPU) / 1e9
        return RungFit(rung, "", None, f"needs {needed:.1f} GB, {has:.1f} can be used")
    ms = _ms(rung, machine.bandwidth, machine.operations, machine.overhead_ms)
    return RungFit(rung, "CPU", ms, "too large for the GPU" if machine.gpu else "")


def _ms(rung: Rung, bandwidth: float, operations: float, overhead_ms: float) -> float:
    evaluate = 1000 * TYPED * 2 * rung.active / max(operations, 1.0)
    compute = 1000 * 2 * rung.active / max(operations, 1.0)
    return evaluate + WRITTEN * (max(_read_ms(rung, bandwidth), compute) + overhead_ms)


def _read_ms(rung: Rung, bandwidth: float) -> float:
    return 1000 * rung.active_bytes / max(bandwidth * EFFICIENCY, 1.0)
