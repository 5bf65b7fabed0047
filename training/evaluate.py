"""`python -m training.evaluate`: what the embedded model is worth on text it never saw, through llama.cpp.

Prints the tables of the model card. Greedy, the model alone (no filters, no copying beside it), prompts as the product
builds them, within the model's window. The copy predictor sees the whole file.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training import control, corpus, positions
from training.copying import copy
from training.healing import MOST_TOKENS, Pieces, complete, word_start
from training.llama import Llama
from training.positions import Position
from training.report import MODES, Answer, Answers, Nats, report

EMBEDDED = Path(__file__).parents[1] / "server" / "codestral_ls" / "embedded" / "tiny-fim-q8_0.gguf"

SUFFIX_TOKENS = 192
CHARACTERS = 5_000
"""More text than any window holds; what is farther from the cursor is not tokenized."""

LOSS_POSITIONS = 60
"""Positions of each part whose every token is scored; all logits of a window cost more than a completion."""


def prompt(position: Position, llama: Llama) -> tuple[list[int], int]:
    """The prompt of a position, and how many of its last tokens are the prefix's."""
    suffix = llama.tokenize(position.suffix[:CHARACTERS])[:SUFFIX_TOKENS]
    room = llama.window - MOST_TOKENS - 12 - len(suffix)
    prefix = position.prefix[-CHARACTERS:]
    if len(prefix) < len(position.prefix):
        prefix = prefix[prefix.find("\n") :]
    ids = llama.tokenize(prefix)[-room:]
    return [control.BEGIN, control.SUFFIX, *suffix, control.PREFIX, *ids], len(ids)


def ask(position: Position, llama: Llama, pieces: Pieces, with_nats: bool) -> Answer:
    """All completions of one position, and the copy predictor's."""
    ids, prefix = prompt(position, llama)
    nats = losses(position, ids, llama) if with_nats else Nats()
    word = len(ids) - word_start(ids, pieces.pieces)
    backs = dict(zip(MODES, (0, min(1, prefix), min(word, prefix)), strict=True))
    written = {mode: complete(ids, back, pieces, llama.show, control.END) for mode, back in backs.items()}
    found = copy(position.prefix, position.suffix)
    return Answer(position, found.text, found.match, written, nats)


def losses(position: Position, ids: list[int], llama: Llama) -> Nats:
    """Of the prompt's text and of the middle with its `</s>`, cut as training cuts: at a border of the joint tokenization."""
    head = position.prefix[-400:]
    joint, alone = llama.tokenize(head + position.truth), llama.tokenize(head)
    border = next((i for i, pair in enumerate(zip(alone, joint, strict=False)) if len(set(pair)) > 1), len(alone))
    kept = len(ids) - (len(alone) - border)
    whole = [*ids[:kept], *joint[border:], control.END][: llama.window]
    logits = llama.show(whole, every=True).astype(np.float64)[:-1]
    highest = logits.max(axis=1)
    targets = np.array(whole[1:])
    nats = np.log(np.exp(logits - highest[:, None]).sum(axis=1)) + highest - logits[np.arange(len(targets)), targets]
    middle = np.arange(len(targets)) >= kept - 1
    text = ~middle & (targets >= len(control.CONTROL))
    return Nats(float(nats[text].sum()), int(text.sum()), float(nats[middle].sum()), int(middle.sum()))


def answer(drawn: Sequence[Position], llama: Llama) -> Answers:
    pieces = Pieces(llama.pieces())
    return [ask(position, llama, pieces, index < LOSS_POSITIONS) for index, position in enumerate(drawn)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=EMBEDDED)
    parser.add_argument("--positions", type=int, default=1000, help="of each part")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    llama = Llama(arguments.model, arguments.threads)
    answered: dict[str, Answers] = {}
    size = arguments.model.stat().st_size / 1e6
    print(f"{arguments.model.name}, {size:.2f} MB; {arguments.positions} positions of each part, seed {positions.SEED}")
    for part in (corpus.HELD_FILE, corpus.HELD_PACKAGE):
        drawn = positions.draw([source.text for source in corpus.read(part)], arguments.positions)
        clock = time.monotonic()
        answered[part] = answer(drawn, llama)
        length = statistics.mean(len(position.truth) for position in drawn)
        print(f"{part}: the truth is {length:.1f} characters long on average ({time.monotonic() - clock:.0f} s)", flush=True)
    print("\n".join(report(answered)))


if __name__ == "__main__":
    main()
