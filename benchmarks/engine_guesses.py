"""``python -m benchmarks.engine_guesses [--model GGUF]``: what guesses from the user's other files save the engine.

At places of installed Python files where the same characters occur in another file of the folder, the model writes the rest of the
line, or twelve lines, with the guess that a client would send and without, in turn. The guess is not in the prompt, and time counts
from the first token on. A model without fill-in-the-middle tokens continues the text before the cursor.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.page_sections import machine, write_section
from codestral_ls.completion.copied import predict
from codestral_ls.config import LocalOptions
from codestral_ls.config.host_address import EMBEDDED
from codestral_ls.context.nearness import MOST_FILES, held
from codestral_ls.context.neighbour_files import neighbour_files
from codestral_ls.documents.text import line_end
from codestral_ls.host import prompt_tokens
from codestral_ls.host.answer_run import Drafting, EngineRequest, Output
from codestral_ls.host.drafting import LONGEST, BatchRowCost, expected, lookup
from codestral_ls.host.engine import Engine
from codestral_ls.host.model_loading import Model, open_model

BEFORE, AFTER, AHEAD = 1_200, 300, 500
"""Characters of the prompt before and after the cursor, and of the file's own text there."""
MANNERS: tuple[Drafting, ...] = ("always", "auto")
TOKENS = {"rest of the line": 24, "twelve lines": 96}


@dataclass(frozen=True, slots=True)
class GuessedPlace:
    """A cursor with something to guess."""

    before: str
    after: str
    guess: str
    truth: str


@dataclass(frozen=True, slots=True)
class GuessTimes:
    """One answer with and without the guess: decode steps, milliseconds, and whether the texts are the same."""

    steps: tuple[int, int]
    ms: tuple[float, float]
    is_same: bool


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=EMBEDDED, help="a model file instead of the embedded model")
    parser.add_argument("--places", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dry", action="store_true", help="print, and write no page")
    arguments = parser.parse_args()
    places = list(_places(arguments.places, random.Random(arguments.seed)))
    model = open_model(arguments.model, LocalOptions(context_tokens=2048, slots=1), lambda _progress: None)
    try:
        rows = [_oracle(model, places, name) for name in TOKENS]
        print(*rows, sep="\n", flush=True)
        rows += [_row(f"{name}, {draft}", _measured(model, places, name, draft)) for name in TOKENS for draft in MANNERS]
    finally:
        model.close()
    head = (
        f"{machine()} `python -m benchmarks.engine_guesses --places {arguments.places} --seed {arguments.seed}` with "
        f'{arguments.model.name}: {len(places)} places. "always" guesses wherever there is something to guess, "auto" while it '
        "pays, by the measured cost of another row in a batch. Both also guess from the prompt.\n\n"
        "| answer | steps without / with | ms without / with (median of the ratios) | same text |\n|---|---|---|---|\n"
    )
    print(head + "\n".join(rows))
    if not arguments.dry:
        write_section("engine.md", f"Guesses from other files ({arguments.model.stem})", head + "\n".join(rows))
    return 0


def _row(name: str, found: list[GuessTimes]) -> str:
    steps = [sum(one.steps[arm] for one in found) for arm in (0, 1)]
    ms = [sum(one.ms[arm] for one in found) for arm in (0, 1)]
    ratio = statistics.median(one.ms[1] / one.ms[0] for one in found if one.ms[0])
    same = sum(one.is_same for one in found)
    return f"| {name} | {steps[0]} / {steps[1]} | {ms[0]:.0f} / {ms[1]:.0f} ({ratio:.2f}) | {same} of {len(found)} |"


def _oracle(model: Model, places: list[GuessedPlace], name: str) -> str:
    """The row of a model that writes the file's own text: its steps are counted, and nothing is computed."""
    steps = [0, 0]
    for place in places:
        text = place.truth.partition("\n")[0] if name == "rest of the line" else place.truth
        prompt = model.vocabulary.encode(place.after + place.before)
        written = prompt_tokens.encode_suffix(model.vocabulary, text)[: TOKENS[name]]
        guess = prompt_tokens.encode_guess(model.vocabulary, b"", place.guess)
        for arm in (0, 1):
            at = 0
            while at < len(written):
                tokens, count = [*prompt, *written[:at]], min(LONGEST, len(written) - at)
                draft = expected(tokens, len(prompt), guess, count) if arm else []
                draft = draft or lookup(tokens, count)
                right = next((n for n, token in enumerate(draft) if token != written[at + n]), len(draft))
                at += right + 1
                steps[arm] += 1
    return f"| {name}, a model that writes the file's text | {steps[0]} / {steps[1]} ({steps[1] / steps[0]:.2f}) | | |"


def _places(count: int, randomness: random.Random) -> Iterator[GuessedPlace]:
    """Cursors whose characters before them occur in a neighbour, and in the neighbour alone."""
    site = Path(sysconfig.get_paths()["purelib"])
    files = sorted(p for name in ("aiohttp", "rich", "pygls", "pip/_internal") for p in (site / name).rglob("*.py"))
    files = [path for path in files if 4_000 < path.stat().st_size < 150_000]
    while count:
        path = randomness.choice(files)
        text = path.read_text("utf-8", errors="replace")
        names = neighbour_files(path.parent, path.name, MOST_FILES)
        others = [one for _, one in held((name, (path.parent / name).read_text("utf-8", errors="replace")) for name in names)]
        for _ in range(20):
            offset = randomness.randrange(400, len(text))
            end = line_end(text, offset)
            before, after = text[max(0, offset - BEFORE) : offset], text[end : end + AFTER]
            found = predict(before, len(before), others, "python") if text[offset:end].strip() else None
            if found is None or not found.guess or found.text in before:
                continue
            yield GuessedPlace(before, after, found.guess, text[offset : offset + AHEAD])
            count -= 1
            break


def _measured(model: Model, places: list[GuessedPlace], name: str, draft: Drafting) -> list[GuessTimes]:
    paces = BatchRowCost(), BatchRowCost()
    measured = []
    for number, place in enumerate(places):
        if model.family.middle >= 0:
            built = prompt_tokens.build(model.family, model.vocabulary, place.before, place.after)
        else:
            built = prompt_tokens.Prompt(model.vocabulary.encode(place.before))
        guess = prompt_tokens.encode_guess(model.vocabulary, built.heal, place.guess)
        arms: dict[int, tuple[int, float, str]] = {}
        for arm in (0, 1) if number % 2 else (1, 0):
            stop = ("\n",) if name == "rest of the line" else ()
            order = EngineRequest(
                built.tokens, built.heal, TOKENS[name], stop=stop, collect=True, draft=draft, guess=guess if arm else ()
            )
            arms[arm] = _ask(model, order, paces[arm])
        measured.append(GuessTimes((arms[0][0], arms[1][0]), (arms[0][1], arms[1][1]), arms[0][2] == arms[1][2]))
    return measured


def _ask(model: Model, order: EngineRequest, pace: BatchRowCost) -> tuple[int, float, str]:
    """Steps, milliseconds after the prompt, and text of one answer, by an engine that has not seen another.

    ``pace`` is what engines before it learned about the cost of guesses.
    """
    model.session.cut(0, 0)
    engine = Engine(model.session, model.vocabulary)
    engine.pace = pace
    outputs: list[Output] = []
    engine.submit(order, outputs.append)
    while engine.step():
        pass
    counts = outputs[-1].counts
    assert counts is not None
    return counts.steps, counts.decode_ms, outputs[-1].text


if __name__ == "__main__":
    raise SystemExit(main())
