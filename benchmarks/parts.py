"""``python -m benchmarks.parts``: is an answer judged the same by the part of a document around the cursor as by all of it?

Pieces are cut out of real files of at least 20,000 characters, and an answer is given: the piece, the piece and the code after
it, or another line of the file. The filters decide twice: with the whole file, and with the part that is used in a large file.
Writes ``benchmarks/results/parts.md``; the exit code is 1 if more than 1 % of the decisions differ.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.identifying import corpus
from benchmarks.identifying.missing_pieces import MissingPiece, places, read
from benchmarks.replaying.report import machine
from codestral_ls.completion.filters import chain
from codestral_ls.completion.filters.cursor import at
from codestral_ls.completion.trigger import Plan
from codestral_ls.documents.languages import language_for
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.syntax import SyntaxTree

RESULT = Path(__file__).parent / "results" / "parts.md"
SHORTEST = 20_000
"""Characters of the shortest file; its parts are smaller."""
LEAST_FILES = 3
WHOLE = 10**9
LISTED = 100
WANTED_SHARE = 0.01

Difference = Literal["no part", "no tree", "same", "shown by the whole alone", "shown by the part alone", "other text"]
COLUMNS: tuple[Difference, ...] = (
    "no part",
    "no tree",
    "same",
    "shown by the whole alone",
    "shown by the part alone",
    "other text",
)


@dataclass(frozen=True, slots=True)
class PartOutcome:
    """Both decisions at one place; ``errors`` of the document before, and with what each decision would show, from fresh parses."""

    place: MissingPiece
    answer: str
    whole: chain.Filtered
    part: chain.Filtered
    difference: Difference
    errors: tuple[int, int, int] | None = None

    @property
    def answers_the_piece(self) -> bool:
        """True if the answer is the missing piece, possibly with the code after it."""
        return self.answer == _with_line_feeds(self.place.answer)


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--places", type=int, default=200, help="of each language")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--languages", default="", help="only these, with commas between")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--dry", action="store_true", help="print, and write no page")
    arguments = parser.parse_args()
    wanted = arguments.languages.split(",") if arguments.languages else None
    jobs = []
    for name, paths in corpus.files(arguments.seed).items():
        long = [path for path in paths if len(read(path) or "") >= SHORTEST]
        if len(long) >= LEAST_FILES and language_for(name).grammar is not None and (wanted is None or name in wanted):
            jobs.append((name, long, arguments.places, arguments.seed))
    outcomes: dict[str, list[PartOutcome]] = {}
    with multiprocessing.get_context("spawn").Pool(arguments.processes) as pool:
        for name, found in pool.imap(_language, jobs):
            outcomes[name] = found
            print(name, dict(Counter(outcome.difference for outcome in found)), flush=True)
    text = _report(outcomes, arguments)
    print(text)
    if not arguments.dry:
        RESULT.write_text(text, encoding="utf-8")
    counts = Counter(outcome.difference for found in outcomes.values() for outcome in found)
    judged = counts.total() - counts["no part"] - counts["no tree"]
    return int(judged - counts["same"] > WANTED_SHARE * judged)


def _language(job: tuple[str, list[Path], int, int]) -> tuple[str, list[PartOutcome]]:
    return job[0], list(compared(*job))


def compared(language: str, paths: list[Path], count: int, seed: int) -> Iterator[PartOutcome]:
    """Both decisions at ``count`` places from a seed."""
    randomness = random.Random(f"{seed} {language}")
    for place in places(language, paths, count, seed):
        answer = _with_line_feeds(place.answer)
        if randomness.random() < 0.5:
            answer = randomness.choice([line for line in place.wanted.splitlines() if line.strip()]).strip()
        yield outcome(place, answer)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def outcome(place: MissingPiece, answer: str) -> PartOutcome:
    """Both decisions on one answer."""
    whole, part = (_documents(place, large) for large in (WHOLE, 0))
    decided = _decided(whole, answer), _decided(part, answer)
    if part.near().text == part.text:
        return PartOutcome(place, answer, *decided, "no part")
    if whole.tree() is None:
        return PartOutcome(place, answer, *decided, "no tree")
    one, other = ((found.text, found.over) for found in decided)
    if one == other:
        return PartOutcome(place, answer, *decided, "same")
    difference: Difference = (
        "other text" if one[0] and other[0] else "shown by the whole alone" if one[0] else "shown by the part alone"
    )
    return PartOutcome(place, answer, *decided, difference, _errors(whole, decided))


def _documents(place: MissingPiece, large: int) -> Snapshot:
    """The document without the piece, made in the way of an edit: opened whole, then the piece was removed."""
    text = place.wanted
    opened = Snapshot.of(text, len(place.before), place.language, large=large)
    opened.tree()
    start = len(place.before)
    without = opened.accepting(start, start + len(place.piece), place.tail)
    return without.at(start)


def _decided(snapshot: Snapshot, answer: str) -> chain.Filtered:
    return chain.finish(answer, at(snapshot, Plan("block", 12, 128, snapshot.region())))


def _errors(snapshot: Snapshot, decided: tuple[chain.Filtered, chain.Filtered]) -> tuple[int, int, int] | None:
    """Syntax errors in the document as it is and with each decision, from fresh parses."""
    found = []
    for shown in (chain.Filtered(""), *decided):
        text = snapshot.text[: snapshot.offset] + shown.text + snapshot.text[snapshot.offset + shown.over :]
        tree = SyntaxTree.parse(snapshot.language, text)
        if tree is None:
            return None
        found.append(tree.error_count)
    return found[0], found[1], found[2]


def _report(outcomes: dict[str, list[PartOutcome]], arguments: argparse.Namespace) -> str:
    everything = [outcome for found in outcomes.values() for outcome in found]
    lines = [
        "# An answer is judged by a document's part as by the whole",
        "",
        f"Machine: {machine()}. `python -m benchmarks.parts --places {arguments.places} --seed {arguments.seed}`: "
        f"{len(everything)} places in {len(outcomes)} languages, in files of at least {SHORTEST} characters. *No part*: the "
        "whole file is used there as well, because its statements cannot be taken apart or are read in another way alone; "
        "*no tree*: the grammar misreads the whole too often for it to be followed while typing, so only the part judges.",
        "",
        "| language | " + " | ".join(COLUMNS) + " |",
        "|---|" + "---|" * len(COLUMNS),
    ]
    for name, found in (*outcomes.items(), ("all", everything)):
        counts = Counter(outcome.difference for outcome in found)
        lines.append(f"| {name} | " + " | ".join(str(counts[column]) for column in COLUMNS) + " |")
    differing = [outcome for outcome in everything if outcome.difference not in ("no part", "no tree", "same")]
    judged = sum(outcome.difference not in ("no part", "no tree") for outcome in everything)
    known = [outcome.errors for outcome in differing if outcome.errors is not None]
    right = [outcome for outcome in differing if outcome.answers_the_piece]
    of_right = sum(outcome.answers_the_piece and outcome.difference not in ("no part", "no tree") for outcome in everything)
    lines += [
        "",
        f"Different: {len(differing)} of {judged} ({len(differing) / max(1, judged):.2%}). With the whole's decision "
        f"{sum(whole > before for before, whole, _ in known)} of those documents have more errors than before, with the part's "
        f"{sum(part > before for before, _, part in known)}. Where the answer began with the missing piece, {len(right)} of "
        f"{of_right} differ ({len(right) / max(1, of_right):.2%}); elsewhere it was an unrelated line of the file.",
        "",
        "## Different decisions",
        "",
        *(_listed(outcome) for outcome in differing[:LISTED]),
    ]
    return "\n".join(lines) + "\n"


def _listed(outcome: PartOutcome) -> str:
    place = outcome.place
    near = place.before.rsplit("\n", 1)[-1][-60:], place.tail + "⟧" + place.after[:40]
    whole, part = (f"`{_plain(one.text)}` over {one.over} ({','.join(one.fired)})" for one in (outcome.whole, outcome.part))
    return (
        f"- {place.language}: `{_plain(near[0])}│⟦{_plain(near[1])}`, answer `{_plain(outcome.answer)}`: whole {whole}, "
        f"part {part}; errors before, with the whole's, with the part's: {outcome.errors}"
    )


def _plain(text: str) -> str:
    return repr(text if len(text) < 100 else text[:50] + " … " + text[-40:])[1:-1].replace("`", "ˋ")


if __name__ == "__main__":
    raise SystemExit(main())
