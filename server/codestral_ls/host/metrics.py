"""Counts of the engine and their Prometheus text. Only the engine's thread writes; readers may see a count one step late.

There is no history: the program that scrapes keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.host.threads import Threads


@dataclass(slots=True)
class Metrics:
    """Totals since the model was loaded; the rates are moving averages in tokens per second."""

    finished: int = 0
    failed: int = 0
    cancelled: int = 0
    refused: int = 0
    suspended: int = 0
    aborted: int = 0
    prompt_tokens: int = 0
    reused_tokens: int = 0
    generated_tokens: int = 0
    drafted: int = 0
    draft_accepted: int = 0
    batches: int = 0
    prefill_rate: float = 0.0
    decode_rate: float = 0.0

    def batch(self, tokens: int, seconds: float, *, prefill: bool) -> None:
        """Record one evaluated batch."""
        self.batches += 1
        if seconds <= 0:
            return
        rate = tokens / seconds
        if not prefill:
            self.decode_rate += (rate - self.decode_rate) * (0.05 if self.decode_rate else 1.0)
        elif tokens >= 32:
            self.prefill_rate += (rate - self.prefill_rate) * (0.2 if self.prefill_rate else 1.0)

    def prometheus(self, *, slots: int, busy: int, waiting: int, threads: Threads | None = None) -> str:
        """All counts as Prometheus text (version 0.0.4); those of ``threads`` while a model is loaded."""
        gauges: dict[str, tuple[float, str]] = {
            "slots": (slots, "slots of the KV cache"),
            "slots_busy": (busy, "slots in use"),
            "queue_waiting": (waiting, "requests without a slot"),
            "prefill_tokens_per_second": (round(self.prefill_rate, 1), "moving average"),
            "decode_tokens_per_second": (round(self.decode_rate, 1), "moving average, all clients together"),
        }
        if threads is not None:
            gauges |= {
                "threads_decode": (threads.current["decode"], "threads of the last batch that wrote tokens"),
                "threads_prefill": (threads.current["prefill"], "threads of the last batch that read a prompt"),
                "threads_most": (threads.counts[-1], "threads on a machine with nothing else to do"),
                "decode_step_seconds": (threads.phase("decode").last, "time of the last single token"),
                "prefill_token_seconds": (threads.phase("prefill").last, "time of a prompt's token in the last batch"),
                "other_work_cores": (round(threads.busy, 2), "cores that other programs kept busy at the last look"),
                "machine_busy": (int(threads.lowered), "1 while fewer threads write than would on an idle machine"),
            }
        counters = {
            "requests_finished": (self.finished, "answers written to their end"),
            "requests_failed": (self.failed, "decodes that failed"),
            "requests_cancelled": (self.cancelled, "requests cancelled or disconnected"),
            "requests_refused": (self.refused, "requests refused because the queue was full"),
            "requests_suspended": (self.suspended, "runs that gave their slot to a more urgent one"),
            "batches_aborted": (self.aborted, "batches ended early for a cancel or a more urgent request"),
            "prompt_tokens_evaluated": (self.prompt_tokens, "prompt tokens evaluated"),
            "prompt_tokens_reused": (self.reused_tokens, "prompt tokens found in the KV cache"),
            "tokens_generated": (self.generated_tokens, "tokens written"),
            "draft_tokens": (self.drafted, "guessed tokens"),
            "draft_tokens_accepted": (self.draft_accepted, "guessed tokens that were right"),
            "batches": (self.batches, "batches evaluated"),
        }
        lines: list[str] = []
        for kind, family in (("gauge", gauges), ("counter", counters)):
            for name, (value, text) in family.items():
                full = f"codestral_ls_{name}" + ("_total" if kind == "counter" else "")
                lines += [f"# HELP {full} {text}", f"# TYPE {full} {kind}", f"{full} {value}"]
        return "\n".join(lines) + "\n"
