"""Rows of token ids for training: FIM examples in Codestral's order, packed until a row is full.

An example is `<s>[SUFFIX]suffix[PREFIX]prefix`, then the middle and `</s>`. Prefix and middle are tokenized together, and the cut
is between two of the pieces, like a prompt after token healing; the suffix is tokenized alone. Each pass cuts every text at new
places. Many examples have lines from elsewhere in the file or from its neighbours before the prefix, as the product finds them,
so that the model also learns to copy from them.
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
"""Bounds of the most that the suffix may take of an example's tokens; drawn anew for each example."""

MOST_SUFFIX = 0.5
"""The share of an example's characters of which a suffix is tokenized: more than its share of tokens ever needs."""

LENGTHS = {1.0: 0.5, 0.5: 0.3, 0.25: 0.2}
"""The share of examples of each length, which is a fraction of the row."""

SMALLEST = 96
"""If fewer tokens are left in a row, it is filled with the beginning of a last example, which may be cut anywhere."""

SHORTEST = 200
"""Tokens of the shortest useful example."""

RETRIEVED_SHARE = 0.75
"""The share of examples that show matching lines from elsewhere, of those whose file has any."""
RETRIEVED_CHARACTERS = 0.18
"""The most of an example's characters that these lines may take."""
WITH_NEIGHBOURS = 0.7
"""The share of searches that also use the text's neighbours; a file may have none."""
AT_CURSOR = 0.6
"""The share of searches for the cursor itself; the others are for an earlier place in its line, because the lines stay the same
while one types.
"""

Encode = Callable[[str], list[int]]


@dataclass(slots=True)
class TrainingRow:
    """`ids` has one more than the inputs; `weights[i]` belongs to predicting `ids[i + 1]`."""

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
    """One example of at most `budget` tokens, with the loss weight of each token."""
    hole = cut(stretch.text[stretch.start : stretch.stop], rng)
    elsewhere = encode(_retrieved(stretch, len(hole.prefix), int(budget * CHARACTERS_A_TOKEN * RETRIEVED_CHARACTERS), rng))
    elsewhere = elsewhere[-(budget // 4) :]  # the best match is last
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
"""How many characters before a cut to search for a place at which the tokenization can be divided."""


def _border(whole: Sequence[int], prefix: str, middle: str, encode: Encode) -> int:
    """How many pieces of the joint tokenization `whole` are before the cut, so that no piece is on both sides.

    Only the text from a newline before the cut is tokenized again: the pre-tokenizer divides a text there if no white space
    precedes the newline.
    """
    at = prefix.rfind("\n", 1, max(1, len(prefix) - NEAR))
    if at < 1 or prefix[at - 1].isspace():
        return _common(whole, encode(prefix))
    joint = encode(prefix[at:] + middle)
    return len(whole) - len(joint) + _common(joint, encode(prefix[at:]))


def _common(whole: Sequence[int], alone: Sequence[int]) -> int:
    """How many pieces the prefix alone has in common with the joint tokenization: healing can go back to this border."""
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
    """Endless full rows, pass after pass. `beside` returns each text's neighbours by its number."""
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
