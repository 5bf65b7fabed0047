"""Rows of token ids for training: FIM examples in Codestral's order, packed until a row is full.

An example is `<s>[SUFFIX]suffix[PREFIX]prefix` and then the middle and `</s>`. Prefix and middle are one tokenization and the
cut lies between two of its pieces, which is what a prompt looks like after token healing; the suffix is tokenized alone.
Every pass cuts every text anew, in other places. In front of the prefix of many examples stand lines from elsewhere in the file
or from its neighbours, as the product retrieves them: copying from them is learned too.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from codestral_ls.context.elsewhere import retrieve
from training import neighbours
from training.control import BEGIN, END, PREFIX, SUFFIX
from training.cuts import cut
from training.neighbours import Neighbours

PROMPT_WEIGHT, MIDDLE_WEIGHT = 1.0, 3.0
"""Loss weights. Prompt tokens teach the language and copying; the middle teaches the task, and where to stop."""

CHARACTERS_A_TOKEN = 3.4
SUFFIX_SHARE = (0.05, 0.3)
"""Most of the suffix's share of an example's tokens; drawn anew for each."""

MOST_SUFFIX = 0.5
"""Of an example's characters, the part of a suffix that is tokenized: more than its share of tokens ever takes."""

LENGTHS = {1.0: 0.5, 0.5: 0.3, 0.25: 0.2}
"""Examples by length, as a fraction of the row."""

SMALLEST = 96
"""Tokens left in a row under which it is filled with the head of a last example, whatever that cuts off."""

SHORTEST = 200
"""Tokens of the shortest example that is wanted."""

RETRIEVED_SHARE = 0.75
"""Of the examples whose file has lines elsewhere that match, how many show them."""
RETRIEVED_CHARACTERS = 0.18
"""Of an example's characters, at most."""
WITH_NEIGHBOURS = 0.7
"""Share of retrievals that search the text's neighbours too; a file may have none."""
AT_CURSOR = 0.6
"""Share of retrievals for the very cursor; the others are for a place before it in its line, as typing on leaves them."""

Encode = Callable[[str], list[int]]


@dataclass(slots=True)
class TrainingRow:
    """`ids` are one longer than the inputs; `weights[i]` belongs to predicting `ids[i + 1]`."""

    ids: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stretch:
    """`text[start:stop]` of a whole file's text; `others` are the texts of its neighbours."""

    text: str
    start: int
    stop: int
    others: Sequence[str] = ()


def example(stretch: Stretch, budget: int, encode: Encode, rng: random.Random) -> tuple[list[int], list[float]]:
    """One example of at most `budget` tokens, with the weight of each token as a target."""
    hole = cut(stretch.text[stretch.start : stretch.stop], rng)
    elsewhere = encode(_retrieved(stretch, len(hole.prefix), int(budget * CHARACTERS_A_TOKEN * RETRIEVED_CHARACTERS), rng))
    elsewhere = elsewhere[-(budget // 4) :]  # the best match comes last
    whole = encode(hole.prefix + hole.middle)
    border = _border(whole, hole.prefix, hole.middle, encode)
    prefix, middle = whole[:border], [*whole[border:][: budget // 2], END]
    room = max(0, budget - len(middle) - len(elsewhere) - 3)
    suffix = encode(hole.suffix[: int(budget * CHARACTERS_A_TOKEN * MOST_SUFFIX)])
    suffix = suffix[: max(0, min(int(room * rng.uniform(*SUFFIX_SHARE)), room))]
    prefix = prefix[max(0, len(prefix) - (room - len(suffix))) :]
    prompt = [BEGIN, SUFFIX, *suffix, PREFIX, *elsewhere, *prefix]
    weights = [0.0, 0.0, *[PROMPT_WEIGHT] * len(suffix), 0.0, *[0.0] * len(elsewhere), *[PROMPT_WEIGHT] * len(prefix)]
    return prompt + middle, weights + [MIDDLE_WEIGHT] * len(middle)


def _retrieved(stretch: Stretch, length: int, characters: int, rng: random.Random) -> str:
    """Lines from outside the stretch for a cursor after its first `length` characters, or `""`."""
    if rng.random() >= RETRIEVED_SHARE:
        return ""
    cursor = stretch.start + length
    if rng.random() >= AT_CURSOR:
        line = stretch.text.rfind("\n", 0, cursor) + 1
        cursor = rng.randint(max(line, stretch.start), cursor)
    others = stretch.others if rng.random() < WITH_NEIGHBOURS else ()
    return retrieve(stretch.text, cursor, stretch.start, stretch.stop, characters, others)


NEAR = 240
"""Characters before a cut within which a place is looked for where one tokenization may be divided into two."""


def _border(whole: Sequence[int], prefix: str, middle: str, encode: Encode) -> int:
    """How many pieces of the joint tokenization `whole` lie before the cut, none across it.

    Only what comes after a newline before the cut is tokenized again: the pre-tokenizer divides a text there if no white space
    stands before the newline.
    """
    at = prefix.rfind("\n", 1, max(1, len(prefix) - NEAR))
    if at < 1 or prefix[at - 1].isspace():
        return _common(whole, encode(prefix))
    joint = encode(prefix[at:] + middle)
    return len(whole) - len(joint) + _common(joint, encode(prefix[at:]))


def _common(whole: Sequence[int], alone: Sequence[int]) -> int:
    """How many pieces the prefix alone shares with the joint tokenization: the last border that healing can go back to."""
    for index, (ours, theirs) in enumerate(zip(whole, alone, strict=False)):
        if ours != theirs:
            return index
    return min(len(whole), len(alone))


def stretches(texts: Sequence[str], characters: int, rng: random.Random, beside: Neighbours = neighbours.none) -> Iterator[Stretch]:
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
        yield Stretch(texts[index], start, stop, beside(index))


def rows(
    texts: Sequence[str], context: int, encode: Encode, rng: random.Random, beside: Neighbours = neighbours.none
) -> Iterator[TrainingRow]:
    """Full rows without end, pass after pass. `beside` tells each text's neighbours by its number."""
    source = _forever(texts, context, rng, beside)
    while True:
        row = TrainingRow()
        length = max(SHORTEST, int(context * rng.choices(list(LENGTHS), list(LENGTHS.values()))[0]))
        while len(row.ids) < context + 1:
            left = context + 1 - len(row.ids)
            budget = min(length, left) if left - length > SMALLEST else left
            stretch = next(source)
            most = int(max(budget, SMALLEST) * CHARACTERS_A_TOKEN)
            if stretch.stop - stretch.start > 1.4 * most:
                start = rng.randint(stretch.start, stretch.stop - most)
                stretch = replace(stretch, start=start, stop=start + most)
            ids, weights = example(stretch, max(budget, SMALLEST), encode, rng)
            row.ids += ids
            row.weights += weights
        row.ids, row.weights = row.ids[: context + 1], row.weights[1 : context + 1]
        yield row


def _forever(texts: Sequence[str], context: int, rng: random.Random, beside: Neighbours) -> Iterator[Stretch]:
    while True:
        yield from stretches(texts, int(context * CHARACTERS_A_TOKEN), rng, beside)
