"""`python -m training.memorised`: does the model recite its training files?

At places in training files (and in held-out files, to see how it continues common code) the model continues greedily for a few
lines. Only verbatim text counts that is not in the prompt already: copying from the current file is the model's task, reciting
another file is not.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training import control, corpus
from training.evaluate import EMBEDDED
from training.llama import Llama
from training.measures import percent

PROMPT_TOKENS, WRITTEN = 320, 64
RECITED = (30, 60, 100)
"""Numbers of characters: about a line, two lines, three lines."""


@dataclass(frozen=True, slots=True)
class MemorisedPlace:
    """The text before a place in a file, and the text that follows it there."""

    before: str
    after: str


def places(part: str, count: int, seed: int) -> list[MemorisedPlace]:
    """Places at the end of a line (a newline is one piece with the indentation after it), each in a newly drawn file."""
    rng = random.Random(seed)
    texts = [source.text for source in corpus.read(part) if len(source.text) > 3_000]
    found = []
    for _ in range(count):
        text = rng.choice(texts)
        at = text.find("\n", rng.randrange(1_000, len(text) - 1_000))
        found.append(MemorisedPlace(text[:at], text[at : at + 600]))
    return found


def recited(place: MemorisedPlace, llama: Llama, pieces: list[bytes]) -> str:
    """The beginning of the model's text that agrees with the file, as far as the prompt does not contain it."""
    prompt = llama.tokenize(place.before[-4_000:])[-PROMPT_TOKENS:]
    ids = [control.BEGIN, control.SUFFIX, control.PREFIX, *prompt]
    written = b""
    for _ in range(WRITTEN):
        token = int(np.argmax(llama.show(ids)))
        if token == control.END:
            break
        ids.append(token)
        written += pieces[token]
        if not place.after.encode().startswith(written):
            break
    text = written.decode("utf-8", "ignore")
    while not place.after.startswith(text):
        text = text[:-1]
    shown = b"".join(pieces[number] for number in prompt).decode("utf-8", "ignore")
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if line.strip() and line.strip() not in shown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=EMBEDDED)
    parser.add_argument("--places", type=int, default=500, help="of each part")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    llama = Llama(arguments.model, threads=arguments.threads, context=512)
    pieces = llama.pieces()
    lengths = " | ".join(f"{length} characters" for length in RECITED)
    print(f"| recited, {arguments.places} places a part | {lengths} | longest |\n|---|{'---|' * (len(RECITED) + 1)}")
    for part in (corpus.TRAIN, corpus.HELD_FILE, corpus.HELD_PACKAGE):
        found = []
        for number, place in enumerate(places(part, arguments.places, arguments.seed), 1):
            found.append(recited(place, llama, pieces))
            if number % 100 == 0:
                print(f"{part}: {number}", file=sys.stderr, flush=True)
        shares = [f"{percent([float(len(text) >= length) for text in found]):.1f} %" for length in RECITED]
        longest = max(found, key=len)
        print(f"| {part} | " + " | ".join(shares) + f" | {len(longest)} |")
        print(f"{part}, the longest: {longest!r}", file=sys.stderr)


if __name__ == "__main__":
    main()
