"""The tables of an evaluation in Markdown: exactly these are in the model card. Pure functions of the answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from codestral_ls.backends.base import BackendInfo
from codestral_ls.completion.confidence import OFFSET, SLOPE, chance
from codestral_ls.completion.copied import Copied
from codestral_ls.completion.small_model import copy_outranks
from training.calibration import fitted
from training.corpus import HELD_FILE, HELD_PACKAGE
from training.healing import MOST_TOKENS, Completion
from training.measures import percent, similarity
from training.positions import Position

ITSELF = BackendInfo("local", "tiny-fim", remote=False)

TRIAL = {HELD_FILE: "24.0 / 55.9", HELD_PACKAGE: "19.7 / 51.7"}
"""Results of the first trial, healed, on its own held-out text (300 positions)."""

AS_IS, OWN, HEALED = MODES = ("cursor as it is", "healed, lines of its own file alone", "healed")
"""The prompt settings. Unless the name says otherwise, lines of neighbouring files may precede the prefix as well."""
THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
COPY_MATCH = 16
"""How many characters before the cursor must agree for the copy to be preferred to the model."""

ENDS = {"`</s>`, by itself": "end", "a newline": "newline", f"the limit of {MOST_TOKENS} tokens": "limit"}


@dataclass(frozen=True, slots=True)
class Nats:
    """Sums of cross entropies with their numbers of tokens: for the prompt's text, and for the middle with its `</s>`."""

    prompt: float = 0.0
    prompt_tokens: int = 0
    middle: float = 0.0
    middle_tokens: int = 0


@dataclass(frozen=True, slots=True)
class PositionResult:
    """All results at one position.

    `match`: characters before the cursor that agree at the copy's place; `beside`: the copy if neighbouring files are searched
    too; `offered`: the prediction of the product's own copy tier.
    """

    position: Position
    copied: str
    match: int
    beside: str
    offered: Copied | None
    written: dict[str, Completion]
    nats: Nats


Answers = Sequence[PositionResult]
Texts = Callable[[Answers], list[str]]


def modelled(mode: str) -> Texts:
    return lambda answers: [answer.written[mode].text for answer in answers]


def copied_where_long(answers: Answers) -> list[str]:
    return [answer.copied if answer.match >= COPY_MATCH else answer.written[HEALED].text for answer in answers]


def surer(answers: Answers) -> list[str]:
    """What the product would show: its copy if that outranks the model's text."""
    return [
        answer.offered.text.rstrip()
        if answer.offered is not None and copy_outranks(ITSELF, answer.offered.precision, chance(mean_logprob(answer)))
        else answer.written[HEALED].text
        for answer in answers
    ]


def mean_logprob(answer: PositionResult) -> float:
    """The mean natural log-probability of the healed completion's tokens."""
    return math.log(max(answer.written[HEALED].confidence, 1e-9))


def curve(answers: Answers) -> str:
    """The fitted curve of `completion/confidence.py`."""
    exact = [answer.written[HEALED].text == answer.position.truth for answer in answers]
    return "{:.2f} / {:.2f}".format(*fitted([mean_logprob(answer) for answer in answers], exact))


def scores(answers: Answers, texts: Texts) -> str:
    """`exact match / edit similarity` in percent."""
    pairs = [(text, answer.position.truth) for text, answer in zip(texts(answers), answers, strict=True)]
    exact = percent([float(text == truth) for text, truth in pairs])
    return f"{exact:.1f} / {percent([similarity(*pair) for pair in pairs]):.1f}"


def shown(answers: Answers, threshold: float) -> str:
    """How often the shown text is exact, and how much is shown, if the mean token probability decides what is shown."""
    some = [answer for answer in answers if answer.written[HEALED].confidence >= threshold]
    exact = percent([float(answer.written[HEALED].text == answer.position.truth) for answer in some])
    return f"{exact:.1f} exact, on {100 * len(some) / len(answers):.0f} % of the positions" if some else "-"


def loss(answers: Answers, middle: bool) -> str:
    nats = [answer.nats for answer in answers]
    total = sum(n.middle if middle else n.prompt for n in nats)
    return f"{total / max(1, sum(n.middle_tokens if middle else n.prompt_tokens for n in nats)):.3f}"


def ended(answers: Answers, how: str) -> str:
    return f"{percent([float(answer.written[HEALED].ended == how) for answer in answers]):.1f}"


def table(title: str, parts: Sequence[str], rows: dict[str, list[str]]) -> Iterator[str]:
    """A table with a row per method and a column per part of the split."""
    yield f"\n| {title} | {' | '.join(parts)} |"
    yield f"|{'---|' * (len(parts) + 1)}"
    for name, row in rows.items():
        yield f"| {name} | {' | '.join(row)} |"


def report(answered: dict[str, Answers]) -> Iterator[str]:
    """All tables, line by line."""
    parts, sets = list(answered), list(answered.values())
    yield from table(
        "loss, nats a token",
        parts,
        {
            "prompt": [loss(answers, middle=False) for answers in sets],
            "middle and `</s>`": [loss(answers, middle=True) for answers in sets],
        },
    )
    methods: dict[str, Texts] = {
        "nothing": lambda answers: [""] * len(answers),
        "copy predictor": lambda answers: [answer.copied for answer in answers],
        "copy predictor, in the files beside it too": lambda answers: [answer.beside for answer in answers],
    }
    rows = {name: [scores(answers, texts) for answers in sets] for name, texts in methods.items()}
    rows["the trial, healed (its own positions)"] = [TRIAL.get(part, "-") for part in parts]
    rows |= {f"model, {mode}": [scores(answers, modelled(mode)) for answers in sets] for mode in MODES}
    rows[f"healed, the copy where {COPY_MATCH} characters match"] = [scores(answers, copied_where_long) for answers in sets]
    rows["healed, or the copy where it outranks that"] = [scores(answers, surer) for answers in sets]
    yield from table("exact match / edit similarity, %", parts, rows)

    rows = {}
    for kind, mid_word in (("inside a word", True), ("at a word's border", False)):
        chosen = [[answer for answer in answers if answer.position.is_mid_word is mid_word] for answers in sets]
        rows[f"{kind}: copy predictor"] = [scores(some, methods["copy predictor"]) for some in chosen]
        rows |= {f"{kind}: {mode}": [scores(some, modelled(mode)) for some in chosen] for mode in MODES}
    yield from table("by place, exact match / edit similarity, %", parts, rows)
    rows = {f"{threshold}": [shown(answers, threshold) for answers in sets] for threshold in THRESHOLDS}
    yield from table("healed, shown at a mean token probability of at least", parts, rows)
    fits = {"fitted here": [curve(answers) for answers in sets], "in the product": [f"{OFFSET:.2f} / {SLOPE:.2f}"] * len(sets)}
    yield from table("chance of an exact match, offset / slope over the mean log-probability", parts, fits)
    yield from table(
        "what ended the healed completion, %",
        parts,
        {name: [ended(answers, how) for answers in sets] for name, how in ENDS.items()},
    )
