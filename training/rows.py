"""Rows of token ids for training: FIM examples in Codestral's order, packed until a row is full.

An example is `<s>[SUFFIX]suffix[PREFIX]prefix` and then the middle and `</s>`. Prefix and middle are one tokenization and the
cut lies between two of its pieces, which is what a prompt looks like after token healing; the suffix is tokenized alone.
Every pass cuts every text anew, in other places.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from training.control import BEGIN, END, PREFIX, SUFFIX
from training.cuts import cut

PROMPT_WEIGHT, MIDDLE_WEIGHT = 1.0, 3.0
"""Loss weights. Prompt tokens teach the language and copying; the middle teaches what is asked for, and where to stop."""

CHARACTERS_A_TOKEN = 3.4
SUFFIX_SHARE = (0.05, 0.3)
"""Most of the suffix's share of an example's tokens; drawn anew for each."""

LENGTHS = {1.0: 0.5, 0.5: 0.3, 0.25: 0.2}
"""Examples by length, as a fraction of the row."""

SMALLEST = 96
"""Tokens left in a row under which it is filled with the head of a last example, whatever that cuts off."""

SHORTEST = 200
"""Tokens of the shortest example that is wanted."""

Encode = Callable[[str], list[int]]


@dataclass(slots=True)
class Row:
    """`ids` are one longer than the inputs; `weights[i]` belongs to predicting `ids[i + 1]`."""

    ids: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)


def example(text: str, budget: int, encode: Encode, rng: random.Random) -> tuple[list[int], list[float]]:
    """One example of at most `budget` tokens, with the weight of each token as a target."""
    hole = cut(text, rng)
    whole = encode(hole.prefix + hole.middle)
    border = _common(whole, encode(hole.prefix))
    prefix, middle = whole[:border], [*whole[border:][: budget // 2], END]
    room = budget - len(middle) - 3
    suffix = encode(hole.suffix[: int(budget * CHARACTERS_A_TOKEN)])
    suffix = suffix[: max(0, min(int(room * rng.uniform(*SUFFIX_SHARE)), room))]
    prefix = prefix[max(0, len(prefix) - (room - len(suffix))) :]
    prompt = [BEGIN, SUFFIX, *suffix, PREFIX, *prefix]
    weights = [0.0, 0.0, *[PROMPT_WEIGHT] * len(suffix), 0.0, *[PROMPT_WEIGHT] * len(prefix)]
    return prompt + middle, weights + [MIDDLE_WEIGHT] * len(middle)


def _common(whole: Sequence[int], alone: Sequence[int]) -> int:
    """How many pieces the prefix alone shares with the joint tokenization: the last border that healing can go back to."""
    for index, (ours, theirs) in enumerate(zip(whole, alone, strict=False)):
        if ours != theirs:
            return index
    return min(len(whole), len(alone))


def stretches(texts: Sequence[str], characters: int, rng: random.Random) -> Iterator[str]:
    """Every text once, cut at lines into stretches of about `characters`, from a random first border, in random order."""
    places: list[tuple[int, int, int]] = []
    for index, text in enumerate(texts):
        start = 0
        stop = int(characters * rng.uniform(0.4, 1.0))
        while start < len(text):
            border = text.find("\n", stop) + 1 or len(text)
            border = min(border, stop + 200, len(text))
            if border - start >= 120:
                places.append((index, start, border))
            start, stop = border, border + characters
    rng.shuffle(places)
    for index, start, stop in places:
        yield texts[index][start:stop]


def rows(texts: Sequence[str], context: int, encode: Encode, rng: random.Random) -> Iterator[Row]:
    """Full rows without end, pass after pass."""
    source = _forever(texts, context, rng)
    while True:
        row = Row()
        length = max(SHORTEST, int(context * rng.choices(list(LENGTHS), list(LENGTHS.values()))[0]))
        while len(row.ids) < context + 1:
            left = context + 1 - len(row.ids)
            budget = min(length, left) if left - length > SMALLEST else left
            text = next(source)
            most = int(max(budget, SMALLEST) * CHARACTERS_A_TOKEN)
            if len(text) > 1.4 * most:
                start = rng.randint(0, len(text) - most)
                text = text[start : start + most]
            ids, weights = example(text, max(budget, SMALLEST), encode, rng)
            row.ids += ids
            row.weights += weights
        row.ids, row.weights = row.ids[: context + 1], row.weights[1 : context + 1]
        yield row


def _forever(texts: Sequence[str], context: int, rng: random.Random) -> Iterator[str]:
    while True:
        yield from stretches(texts, int(context * CHARACTERS_A_TOKEN), rng)
