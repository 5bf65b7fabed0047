"""`python -m training.evaluate`: what the embedded model is worth, through llama.cpp, on text it never saw. Prints the card's tables.

Greedy, alone (no filters, no copying beside it), prompts as the product builds them within the model's window. The copy predictor sees the whole file.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codestral_ls.embedded import model_path
from training import control, corpus, positions
from training.copying import copy
from training.healing import MOST_TOKENS, Completion, Pieces, complete, word_start
from training.llama import Llama
from training.measures import percent, similarity
from training.positions import Position

TRIAL = {corpus.HELD_FILE: (24.0, 55.9), corpus.HELD_PACKAGE: (19.7, 51.7)}
"""Exact match and edit similarity of the trial, healed, on its own held-out text (300 positions)."""

SUFFIX_TOKENS = 192
CHARACTERS = 5_000
"""More text than any window holds; what is farther from the cursor is not tokenized."""

MODES = ("cursor as it is", "last piece healed", "whole word healed")
LOSS_POSITIONS = 150
THRESHOLDS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
COPY_MATCH = 16


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything asked at one position. `nats`: of the prompt's tokens and of the middle's, for the first positions only."""

    position: Position
    copied: str
    match: int
    written: dict[str, Completion]
    nats: tuple[float, int, float, int]


def prompt(position: Position, llama: Llama) -> tuple[list[int], int]:
    """The prompt of a position, and how many of its last tokens are the prefix's."""
    suffix = llama.tokenize(position.suffix[:CHARACTERS])[:SUFFIX_TOKENS]
    room = llama.window - MOST_TOKENS - 3 - len(suffix) - 8
    prefix = position.prefix[-CHARACTERS:]
    if len(prefix) < len(position.prefix):
        prefix = prefix[prefix.find("\n") :]
    ids = llama.tokenize(prefix)[-room:]
    return [control.BEGIN, control.SUFFIX, *suffix, control.PREFIX, *ids], len(ids)


def ask(position: Position, llama: Llama, pieces: Pieces, with_nats: bool) -> Answer:
    ids, prefix = prompt(position, llama)
    nats = losses(position, ids, llama) if with_nats else (0.0, 0, 0.0, 0)
    word = min(prefix, len(ids) - word_start(ids, pieces.pieces))
    backs = dict(zip(MODES, (0, min(1, prefix), word), strict=True))
    written = {mode: complete(ids, back, pieces, llama.show, control.END) for mode, back in backs.items()}
    found = copy(position.prefix, position.suffix)
    return Answer(position, found.text, found.match, written, nats)


def losses(position: Position, ids: list[int], llama: Llama) -> tuple[float, int, float, int]:
    """Nats of the prompt's tokens and of the middle's with its `</s>`, each with their number, cut as training cuts."""
    tail = llama.tokenize(position.prefix[-400:] + position.truth)
    alone = llama.tokenize(position.prefix[-400:])
    border = next((i for i, (a, b) in enumerate(zip(alone, tail, strict=False)) if a != b), len(alone))
    middle = [*tail[border:], control.END]
    ids = ids[: len(ids) - (len(alone) - border)]
    whole = [*ids, *middle][: llama.window]
    logits = llama.show(whole, every=True).astype(np.float64)[:-1]
    normal = np.log(np.exp(logits - logits.max(1, keepdims=True)).sum(1)) + logits.max(1)
    targets = np.array(whole[1:])
    nats = normal - logits[np.arange(len(targets)), targets]
    start = len(ids) - 1
    text = targets[:start] >= len(control.CONTROL)
    return float(nats[:start][text].sum()), int(text.sum()), float(nats[start:].sum()), len(nats) - start


def scores(answers: Sequence[Answer], texts: Sequence[str]) -> str:
    """`exact / similarity` in percent."""
    pairs = [(text, answer.position.truth) for text, answer in zip(texts, answers, strict=True)]
    exact = percent([float(text == truth) for text, truth in pairs])
    return f"{exact:.1f} / {percent([similarity(*pair) for pair in pairs]):.1f}"


def texts(answers: Sequence[Answer], mode: str) -> list[str]:
    return [answer.written[mode].text for answer in answers]


def table(title: str, rows: dict[str, dict[str, str]]) -> None:
    """A Markdown table: one row a method, one column a part of the split."""
    columns = list(next(iter(rows.values())))
    print(f"\n| {title} | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")
    for name, row in rows.items():
        print(f"| {name} | {' | '.join(row.values())} |")


def report(answered: dict[str, list[Answer]]) -> None:
    parts = list(answered)
    healed = MODES[1]

    def each(of: object) -> dict[str, str]:
        return {part: of(part, answered[part]) for part in parts}  # type: ignore[operator]

    sums = {part: [sum(column) for column in zip(*(a.nats for a in answered[part]), strict=True)] for part in parts}
    table("nats a token", {
        "prompt": {part: f"{sums[part][0] / max(1, sums[part][1]):.3f}" for part in parts},
        "middle and `</s>`": {part: f"{sums[part][2] / max(1, sums[part][3]):.3f}" for part in parts},
    })  # fmt: skip

    def both(answers: list[Answer]) -> list[str]:
        return [a.copied if a.match >= COPY_MATCH else a.written[healed].text for a in answers]

    rows = {
        "nothing": each(lambda _, answers: scores(answers, [""] * len(answers))),
        "copy predictor": each(lambda _, answers: scores(answers, [answer.copied for answer in answers])),
        "the trial, healed (its own positions)": {part: "{:.1f} / {:.1f}".format(*TRIAL[part]) for part in parts},
    }
    rows |= {f"model, {mode}": each(lambda _, answers, mode=mode: scores(answers, texts(answers, mode))) for mode in MODES}
    rows[f"healed, copy where {COPY_MATCH} characters match"] = each(lambda _, answers: scores(answers, both(answers)))
    table("exact match / edit similarity, %", rows)

    kinds = {"inside a word": lambda p: p.is_mid_word, "at a word's border": lambda p: not p.is_mid_word}
    table("by place", {
        f"{kind}: {mode}": each(
            lambda _, answers, mode=mode, test=test: (
                f"{scores(some, texts(some, mode))} ({len(some)})" if (some := [a for a in answers if test(a.position)]) else "-"
            )
        )
        for kind, test in kinds.items() for mode in MODES[:2]
    })  # fmt: skip
    table("shown at a mean token probability of at least", {
        f"{threshold}": each(
            lambda _, answers, threshold=threshold: (
                f"{percent([float(a.written[healed].text == a.position.truth) for a in some]):.1f} exact, shown {100 * len(some) / len(answers):.0f} %"
                if (some := [a for a in answers if a.written[healed].confidence >= threshold]) else "-"
            )
        )
        for threshold in THRESHOLDS
    })  # fmt: skip
    table("what ended the completion, %", {
        name: each(lambda _, answers, ended=ended: f"{percent([float(a.written[healed].ended == ended) for a in answers]):.1f}")
        for name, ended in (("`</s>`, by itself", "end"), ("a newline", "newline"), (f"the limit of {MOST_TOKENS} tokens", "limit"))
    })  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=model_path())
    parser.add_argument("--positions", type=int, default=1000, help="of each part")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    llama = Llama(arguments.model, arguments.threads)
    pieces = Pieces(llama.pieces())
    answered: dict[str, list[Answer]] = {}
    print(
        f"{arguments.model.name}, {arguments.model.stat().st_size / 1e6:.2f} MB, {arguments.positions} positions of each part, seed {positions.SEED}"
    )
    for part in (corpus.HELD_FILE, corpus.HELD_PACKAGE):
        drawn = positions.draw([source.text for source in corpus.read(part)], arguments.positions)
        clock = time.monotonic()
        answered[part] = [ask(position, llama, pieces, index < LOSS_POSITIONS) for index, position in enumerate(drawn)]
        length = statistics.mean(len(position.truth) for position in drawn)
        print(f"{part}: {time.monotonic() - clock:.0f} s; the truth is {length:.1f} characters long on average")
    report(answered)


if __name__ == "__main__":
    main()
