"""``python -m benchmarks.soundness``: does accepting what the embedded model really writes ever add syntax errors?

Cursors move through missing pieces of real files as in typing. The embedded model is asked at each, and its raw answers are kept
in a file (`--record` does only that; an interrupted run continues where it was). Then each answer goes through the whole
pipeline, what is shown is accepted, and the ERROR and MISSING nodes of the document before and after are counted in fresh parses.
Most documents have errors before, in the middle of a line: they count like all others, with the errors they have. Writes
``benchmarks/results/soundness.md``; the exit code is 1 if a document has more errors after acceptance than before.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.accepting.answers import ModelAnswer, read_answers, record
from benchmarks.accepting.typed import TypedCursor, typed
from benchmarks.identifying import corpus
from benchmarks.replaying.report import machine
from codestral_ls.backends.base import FimRequest, Piece
from codestral_ls.backends.fake import FakeBackend
from codestral_ls.completion.answer import Ask
from codestral_ls.completion.completer import Completer
from codestral_ls.config import CompletionOptions, Options
from codestral_ls.documents.languages import language_for
from codestral_ls.documents.syntax import SyntaxTree

RESULTS = Path(__file__).parent / "results"
LEAST_FILES = 4
LISTED = 60
BATCH = 400


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """Errors before and after acceptance (None if a fresh parse was not possible); ``shown``: the accepted text, "" if nothing
    was shown.
    """

    number: int
    language: str
    before: int | None
    after: int | None
    shown: str
    reason: str


class Recorded(FakeBackend):
    """A backend that writes the recorded answer of one place after the other, line by line, up to the request's stop string."""

    def __init__(self) -> None:
        super().__init__()
        self.written = ModelAnswer(0, "", False)

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """The recorded answer and why it ended."""
        text = self.written.text
        if request.stop:
            text = text.partition(request.stop[0])[0]
        for line in text.splitlines(keepends=True):
            yield Piece(line)
        yield Piece("", "length" if self.written.ran_out and text == self.written.text else "stop")


def main() -> int:
    """Record missing answers, judge all, and report."""
    arguments = _arguments()
    paths = corpus.files(arguments.seed)
    languages = [name for name, found in paths.items() if len(found) >= LEAST_FILES and language_for(name).grammar is not None]
    places = list(typed({name: paths[name] for name in languages}, arguments.places, arguments.seed))
    file = arguments.answers or corpus.CACHE.parent / f"answers-{arguments.seed}.jsonl"
    if not arguments.judge:
        record(places, file, lambda done: print(f"{done} of {len(places)}", flush=True) if done % 200 < 8 else None)
    if arguments.record:
        return 0
    answers = read_answers(file)
    jobs = [(place, answers[place.number]) for place in places if place.number in answers]
    batches = [jobs[start : start + BATCH] for start in range(0, len(jobs), BATCH)]
    outcomes: list[AnswerOutcome] = []
    with multiprocessing.get_context("spawn").Pool(arguments.processes) as pool:
        for found in pool.imap(_judged, batches):
            outcomes += found
            print(f"{len(outcomes)} judged, {sum(map(_is_worse, outcomes))} worse", flush=True)
    text = _report(outcomes, {place.number: place for place, _ in jobs}, arguments)
    if not arguments.dry:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "soundness.md").write_text(text, encoding="utf-8")
    print(text)
    return int(any(map(_is_worse, outcomes)))


def _judged(jobs: list[tuple[TypedCursor, ModelAnswer]]) -> list[AnswerOutcome]:
    return asyncio.run(_accepted(jobs))


async def _accepted(jobs: list[tuple[TypedCursor, ModelAnswer]]) -> list[AnswerOutcome]:
    backend = Recorded()
    chosen = replace(
        CompletionOptions(), debounce_ms=0, prefetch=False, prewarm=False, copy=False, show="eager", deadline_ms=60_000,
        budget_ms=60_000,
    )  # fmt: skip
    completer = Completer(backend, Options(completion=chosen))
    await completer.start()
    outcomes = []
    try:
        for place, written in jobs:
            backend.written = written
            snapshot = replace(place.snapshot, uri=f"untitled:{place.number}")
            answer = await completer.complete(snapshot, Ask(invoked=place.number % 2 == 0))
            if not answer.items:
                outcomes.append(AnswerOutcome(place.number, place.language, None, None, "", answer.reason))
                continue
            item = answer.items[0]
            accepted = snapshot.text[: item.start] + item.text + snapshot.text[item.end :]
            before, after = _errors(place.language, snapshot.text), _errors(place.language, accepted)
            shown = f"{item.text}⟧{snapshot.text[snapshot.offset : item.end]}"
            outcomes.append(AnswerOutcome(place.number, place.language, before, after, shown, answer.reason))
    finally:
        await completer.aclose()
    return outcomes


def _errors(language: str, text: str) -> int | None:
    tree = SyntaxTree.parse(language, text)
    return None if tree is None else tree.error_count


def _is_worse(outcome: AnswerOutcome) -> bool:
    return outcome.before is not None and outcome.after is not None and outcome.after > outcome.before


def _report(outcomes: list[AnswerOutcome], places: dict[int, TypedCursor], arguments: argparse.Namespace) -> str:
    lines = [
        "# Soundness: what the embedded model writes never breaks a document further",
        "",
        f"Machine: {machine()}. `python -m benchmarks.soundness --places {arguments.places} --seed {arguments.seed}`: "
        f"{len(outcomes)} places, half of them asked explicitly, in real files with what editors close by themselves. ERROR "
        "and MISSING nodes are those of trees parsed afresh. A document that is broken, in the middle of a line or because its "
        "grammar does not know it, counts with the errors that it has; one that takes over 5 s to parse is not counted.",
        "",
        "| language | places | shown | sound before | broken before | fewer errors after | as many | more | not counted |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in (*sorted({outcome.language for outcome in outcomes}), "all"):
        group = [outcome for outcome in outcomes if name in (outcome.language, "all")]
        shown = [outcome for outcome in group if outcome.shown]
        counted = [(outcome.before, outcome.after) for outcome in shown if outcome.before is not None and outcome.after is not None]
        cells = [
            len(group), len(shown), sum(not before for before, _ in counted), sum(before > 0 for before, _ in counted),
            sum(after < before for before, after in counted), sum(after == before for before, after in counted),
            sum(after > before for before, after in counted), len(shown) - len(counted),
        ]  # fmt: skip
        lines.append(f"| {name} | " + " | ".join(map(str, cells)) + " |")
    reasons = Counter(outcome.reason or "as it is" for outcome in outcomes if not outcome.shown)
    lines += ["", "Why nothing was shown: " + ", ".join(f"{reason} {count}" for reason, count in reasons.most_common(12)) + "."]
    worse = [outcome for outcome in outcomes if _is_worse(outcome)]
    lines += ["", f"## More errors than before: {len(worse)} places", ""]
    for outcome in worse[:LISTED]:
        place = places[outcome.number]
        near = place.before.rsplit("\n", 1)[-1][-60:], place.tail + place.after[:40]
        lines.append(
            f"- {outcome.number}, {place.language}, {outcome.before} to {outcome.after}: "
            f"`{_plain(near[0])}│{_plain(near[1])}`, shown `{_plain(outcome.shown)}`, {outcome.reason or 'as it is'}"
        )
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return repr(text[:200])[1:-1].replace("`", "ˋ")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--places", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--answers", type=Path, default=None, help="file of recorded answers")
    parser.add_argument("--record", action="store_true", help="only ask the model for what the file lacks")
    parser.add_argument("--judge", action="store_true", help="ask nothing, judge what is recorded")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--dry", action="store_true", help="print, and write no page")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
