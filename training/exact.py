"""`python -m training.exact FILE...`: how often models complete a line exactly, by language, and how much they differ.

All models get the same positions in held-out packages: with healing and with lines of neighbouring files, as in the product. A
model's answers are kept in a folder named by the file's checksum, so that a further model takes only its own time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ClassVar

from codestral_ls.completion.confidence import chance
from codestral_ls.completion.copied import predict
from codestral_ls.completion.small_model import copy_outranks, log_odds
from training import control, corpus, positions, tongues
from training.calibration import fitted, logistic
from training.copying import copy
from training.evaluate import EMBEDDED, prompt
from training.healing import Pieces, complete, growing
from training.llama import Llama
from training.measures import percent, similarity
from training.neighbours import Neighbours, within_packages
from training.positions import Position
from training.report import ITSELF
from training.runs import RUNS

WINDOW = 640
POSITIONS = {tongues.PYTHON: 600}
OTHERS = 400
"""Positions in every other language."""


@dataclass(frozen=True, slots=True)
class ExactLine:
    """One position: the true text, the model's and the copy predictor's.

    `precision` is the chance that the copied text of the product is right, 0 if it has none.
    """

    language: str
    truth: str
    written: str
    confidence: float
    copied: str
    offered: str
    precision: float

    @property
    def exact(self) -> bool:
        return self.written == self.truth

    @property
    def mean_logprob(self) -> float:
        """The mean natural log-probability of the written tokens."""
        return math.log(max(self.confidence, 1e-9))

    @property
    def shown(self) -> str:
        """What the product would show: the model's text or the copy."""
        first = self.offered and copy_outranks(ITSELF, self.precision, chance(self.mean_logprob))
        return self.offered if first else self.written


@dataclass(frozen=True, slots=True)
class HeldOutCursor:
    """A cursor, and the number of its held-out file."""

    position: Position
    file: int
    language: str


def places(sources: Sequence[corpus.CorpusFile]) -> Iterator[HeldOutCursor]:
    """The positions; the same corpus gives the same ones.

    Each language is drawn separately, so other languages' files do not change them.
    """
    numbers = {source.text: number for number, source in enumerate(sources)}
    for language in tongues.LANGUAGES:
        texts = [source.text for source in sources if source.language == language]
        for position in positions.draw(texts, POSITIONS.get(language, OTHERS)) if texts else ():
            yield HeldOutCursor(position, numbers[position.text], language)


class ExactWriter:
    """One process, with its own model and one thread."""

    llama: ClassVar[Llama]
    pieces: ClassVar[Pieces]
    beside: ClassVar[Neighbours]

    @classmethod
    def start(cls, model: Path) -> None:
        cls.llama = Llama(model, threads=1, context=WINDOW)
        cls.pieces = Pieces(cls.llama.spelled)
        cls.beside = staticmethod(within_packages(corpus.read(corpus.HELD_PACKAGE)))

    @classmethod
    def line(cls, place: HeldOutCursor) -> ExactLine:
        position, others = place.position, cls.beside(place.file)
        ids, prefix = prompt(position, cls.llama, others=others)
        back = growing(ids[len(ids) - prefix :], cls.pieces)
        written = complete(ids, back, cls.pieces, cls.llama.show, control.END)
        offered = predict(position.prefix + position.suffix, len(position.prefix), others, place.language)
        return ExactLine(
            place.language,
            position.truth,
            written.text,
            written.confidence,
            copy(position.prefix, position.suffix, others).text,
            offered.text.rstrip() if offered else "",
            offered.precision if offered else 0.0,
        )


def asked(model: Path, folder: Path, processes: int) -> list[ExactLine]:
    """A model's lines at all positions, read from the folder if they are there already."""
    checksum = hashlib.sha256(model.read_bytes()).hexdigest()[:16]
    kept = folder / f"{checksum}.jsonl"
    if kept.is_file():
        return [ExactLine(**json.loads(line)) for line in kept.read_text("utf-8").split("\n") if line]
    drawn = list(places(corpus.read(corpus.HELD_PACKAGE)))
    found = []
    with get_context("spawn").Pool(processes, ExactWriter.start, (model,)) as pool:
        for number, line in enumerate(pool.imap(ExactWriter.line, drawn, chunksize=4), 1):
            found.append(line)
            if number % 100 == 0:
                print(f"{model.name}: {number} of {len(drawn)}", file=sys.stderr, flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_text("\n".join(json.dumps(asdict(line)) for line in found), "utf-8")
    return found


def table(names: Sequence[str], lines: Sequence[Sequence[ExactLine]]) -> Iterator[str]:
    """A row per language: the copy predictor, every model (exact / edit similarity in percent), and the last model minus the
    first.
    """
    yield (
        f"| held-out packages, exact / edit similarity, % | places | copy predictor | {' | '.join(names)} | difference of exact "
        f"| {names[-1]} or the copy that outranks it |"
    )
    yield f"|---|---|---|{'---|' * len(names)}---|---|"
    for language in tongues.LANGUAGES:
        rows = [[line for line in some if line.language == language] for some in lines]
        if not rows[0]:
            continue
        copied = _scores([(line.copied, line.truth) for line in rows[0]])
        models = [_scores([(line.written, line.truth) for line in row]) for row in rows]
        shown = _scores([(line.shown, line.truth) for line in rows[-1]])
        yield f"| {language} | {len(rows[0])} | {copied} | {' | '.join(models)} | {difference(rows[0], rows[-1])} | {shown} |"


def fits(lines: Sequence[ExactLine]) -> Iterator[str]:
    """This model's fits for `completion/confidence.py` and `completion/small_model.py`, and how often it is exact by its
    confidence.
    """
    offset, slope = fitted([line.mean_logprob for line in lines], [line.exact for line in lines])
    yield f"chance of an exact match over the mean log-probability: offset {offset:.2f}, slope {slope:.2f}"
    apart = [line for line in lines if line.offered and line.exact != (line.offered == line.truth)]
    odds = [(log_odds(line.precision), offset + slope * line.mean_logprob) for line in apart]
    bias, copied, written = logistic(odds, [line.offered == line.truth for line in apart])
    yield f"copy before model, {len(apart)} places where one is right: bias {bias:.2f}, copied {copied:.2f}, written {written:.2f}"
    for threshold in (0.0, 0.5, 0.6, 0.7, 0.8, 0.9):
        some = [line for line in lines if line.confidence >= threshold]
        share = f"{100 * len(some) / len(lines):.0f} % of the places"
        yield f"mean token probability from {threshold}: {percent([float(line.exact) for line in some]):.1f} % exact on {share}"


def _scores(pairs: Sequence[tuple[str, str]]) -> str:
    exact = percent([float(text == truth) for text, truth in pairs])
    return f"{exact:.1f} / {percent([similarity(*pair) for pair in pairs]):.1f}"


def difference(one: Sequence[ExactLine], other: Sequence[ExactLine]) -> str:
    """The difference between the shares of exact lines, in points, with the standard error of the paired difference."""
    steps = [100.0 * (theirs.exact - ours.exact) for ours, theirs in zip(one, other, strict=True)]
    mean = sum(steps) / len(steps)
    spread = math.sqrt(sum((step - mean) ** 2 for step in steps) / max(1, len(steps) - 1) / len(steps))
    return f"{mean:+.1f} ± {spread:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "models", nargs="*", type=Path, default=[EMBEDDED], help="GGUF files; the first is what the last is compared with"
    )
    parser.add_argument("--kept", type=Path, default=RUNS / "exact", help="folder of what models wrote")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    lines = [asked(model, arguments.kept, arguments.processes) for model in arguments.models]
    print("\n".join([*table([model.stem for model in arguments.models], lines), "", *fits(lines[-1])]))


if __name__ == "__main__":
    main()
