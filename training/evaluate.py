"""`python -m training.evaluate`: the quality of the embedded model on text that it never saw, through llama.cpp.

Prints the tables of the model card. Decoding is greedy, and only the model is used (no filters, no copies). Prompts are built as
the product builds them: the model's window, and before the prefix lines from elsewhere in the file and from its neighbours. For a
file of a held-out package these are held out too; for a held-out file, most of them were learned from. The lines are chosen for
the cursor itself; the product chooses once per line. The copy predictor sees the whole file.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import ClassVar

import numpy as np

from codestral_ls.completion.copied import predict
from codestral_ls.context.budget import ELSEWHERE_TOKENS
from codestral_ls.context.elsewhere import retrieve
from training import control, corpus, positions
from training.copying import copy
from training.healing import MOST_TOKENS, Pieces, complete, growing
from training.llama import Llama
from training.neighbours import Neighbours, within_packages
from training.positions import Position
from training.report import AS_IS, HEALED, OWN, Answers, Nats, PositionResult, report
from training.rows import CHARACTERS_A_TOKEN

EMBEDDED = Path(__file__).parents[1] / "server" / "codestral_ls" / "embedded" / "tiny-fim-q8_0.gguf"

SUFFIX_TOKENS = 128
CHARACTERS = 5_000
"""Characters on each side of the cursor that are tokenized: more than any window holds."""

LOSS_POSITIONS = 40
"""Positions of each part at which every token is scored: all logits of a window take longer than a completion."""


def prompt(
    position: Position, llama: Llama, elsewhere_tokens: int = ELSEWHERE_TOKENS, others: Sequence[str] = ()
) -> tuple[list[int], int]:
    """The prompt for a position, and how many of its last tokens belong to the prefix.

    `others`: texts of the neighbouring files.
    """
    suffix = llama.tokenize(position.suffix[:CHARACTERS])[:SUFFIX_TOKENS]
    room = llama.window - MOST_TOKENS - 12 - len(suffix) - elsewhere_tokens
    prefix = position.prefix[-CHARACTERS:]
    if len(prefix) < len(position.prefix):
        prefix = prefix[prefix.find("\n") :]
    ids = llama.tokenize(prefix)[-room:]
    elsewhere = llama.tokenize(_elsewhere(position, ids, suffix, elsewhere_tokens, llama, others))
    elsewhere = elsewhere[max(0, len(elsewhere) - elsewhere_tokens) :]  # the best match is last
    return [control.BEGIN, control.SUFFIX, *suffix, control.PREFIX, *elsewhere, *ids], len(ids)


def _elsewhere(position: Position, prefix: list[int], suffix: list[int], tokens: int, llama: Llama, others: Sequence[str]) -> str:
    """Lines from outside the window, as the product finds them."""
    before, behind = (len(b"".join(llama.spelled[i] for i in ids).decode("utf-8", "ignore")) for ids in (prefix, suffix))
    text, cursor = position.text, len(position.prefix)
    end = cursor + len(position.truth) + behind
    return retrieve(text, cursor, max(0, cursor - before), min(end, len(text)), int(tokens * CHARACTERS_A_TOKEN), others)


def ask(
    position: Position, llama: Llama, pieces: Pieces, elsewhere_tokens: int, others: Sequence[str], with_nats: bool
) -> PositionResult:
    """All completions at one position, and the copy predictor's."""
    ids, prefix = prompt(position, llama, elsewhere_tokens, others)
    alone, _ = prompt(position, llama, elsewhere_tokens)
    nats = losses(position, ids, prefix, llama) if with_nats else Nats()
    back = growing(ids[len(ids) - prefix :], pieces)
    healed = complete(ids, back, pieces, llama.show, control.END)
    written = {
        AS_IS: complete(ids, 0, pieces, llama.show, control.END),
        OWN: complete(alone, back, pieces, llama.show, control.END) if alone != ids else healed,
        HEALED: healed,
    }
    found, beside = copy(position.prefix, position.suffix), copy(position.prefix, position.suffix, others)
    offered = predict(position.prefix + position.suffix, len(position.prefix), others, "python")
    return PositionResult(position, found.text, found.match, beside.text, offered, written, nats)


def losses(position: Position, ids: list[int], prefix: int, llama: Llama) -> Nats:
    """The losses of the window's text, and of the middle with its `</s>`, cut as in training: at a border of the joint
    tokenization.
    """
    head = position.prefix[-400:]
    joint, alone = llama.tokenize(head + position.truth), llama.tokenize(head)
    border = next((i for i, pair in enumerate(zip(alone, joint, strict=False)) if len(set(pair)) > 1), len(alone))
    kept = len(ids) - (len(alone) - border)
    whole = [*ids[:kept], *joint[border:], control.END][: llama.window]
    logits = llama.show(whole, every=True).astype(np.float64)[:-1]
    middle = np.arange(len(whole) - 1) >= kept - 1
    logits[~middle, control.END] = -np.inf  # as in training: a prompt does not end
    highest = logits.max(axis=1)
    targets = np.array(whole[1:])
    nats = np.log(np.exp(logits - highest[:, None]).sum(axis=1)) + highest - logits[np.arange(len(targets)), targets]
    text = ~middle & (targets >= len(control.CONTROL))
    text[ids.index(control.PREFIX) : len(ids) - prefix - 1] = False  # nor are lines from elsewhere learned from
    return Nats(float(nats[text].sum()), int(text.sum()), float(nats[middle].sum()), int(middle.sum()))


class Evaluator:
    """One process of the evaluation, with its own model and one thread."""

    llama: ClassVar[Llama]
    pieces: ClassVar[Pieces]
    elsewhere_tokens: ClassVar[int]
    numbers: ClassVar[dict[str, int]]
    """The number of each text, by which its neighbours are found."""
    neighbours: ClassVar[Neighbours]

    @classmethod
    def start(cls, model: Path, window: int, elsewhere_tokens: int) -> None:
        cls.llama = Llama(model, threads=1, context=window)
        cls.pieces = Pieces(cls.llama.spelled)
        cls.elsewhere_tokens = elsewhere_tokens
        sources = [source for part in (corpus.HELD_PACKAGE, corpus.HELD_FILE, corpus.TRAIN) for source in corpus.read(part)]
        cls.numbers = {source.text: number for number, source in enumerate(sources)}
        cls.neighbours = staticmethod(within_packages(sources))

    @classmethod
    def answer(cls, numbered: tuple[int, Position]) -> PositionResult:
        number, position = numbered
        others = cls.neighbours(cls.numbers[position.text]) if cls.elsewhere_tokens else ()
        return ask(position, cls.llama, cls.pieces, cls.elsewhere_tokens, others, with_nats=number < LOSS_POSITIONS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=EMBEDDED)
    parser.add_argument("--positions", type=int, default=1000, help="of each part")
    parser.add_argument("--window", type=int, default=640, help="tokens of prompt and answer")
    parser.add_argument("--elsewhere", type=int, default=ELSEWHERE_TOKENS, help="tokens of lines from outside the window; 0: none")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    answered: dict[str, Answers] = {}
    size = arguments.model.stat().st_size / 1e6
    window = f"window of {arguments.window} tokens, {arguments.elsewhere} of them for lines from elsewhere"
    print(f"{arguments.model.name}, {size:.2f} MB, {window}; {arguments.positions} positions a part, seed {positions.SEED}")
    told = (arguments.model, arguments.window, arguments.elsewhere)
    with get_context("spawn").Pool(arguments.processes, Evaluator.start, told) as pool:
        for part in (corpus.HELD_FILE, corpus.HELD_PACKAGE):
            drawn = positions.draw([source.text for source in corpus.read(part)], arguments.positions)
            found = pool.imap(Evaluator.answer, enumerate(drawn), chunksize=4)
            answered[part] = [_counted(number, len(drawn), part, answer) for number, answer in enumerate(found, 1)]
            length = statistics.mean(len(position.truth) for position in drawn)
            print(f"{part}: the truth is {length:.1f} characters long on average", flush=True)
    print("\n".join(report(answered)))


def _counted(number: int, count: int, part: str, answer: PositionResult) -> PositionResult:
    """Return the answer, with progress on stderr."""
    if number % 50 == 0 or number == count:
        print(f"{part}: {number} of {count}", file=sys.stderr, flush=True)
    return answer


if __name__ == "__main__":
    main()
