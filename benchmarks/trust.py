"""``python -m benchmarks.trust``: attack the boundaries of SECURITY.md at length, and update its table of figures.

``--only`` runs some of the attacks and keeps the other rows of the table. Each attack is a module of ``benchmarks/trusting/``.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import secrets
from benchmarks.replaying.report import machine
from benchmarks.trusting import host_requests, ignored, lsp_messages, model_headers
from codestral_ls.backends.masking.mask import Mask
from codestral_ls.documents.snapshot import Snapshot
from support.backends.every_form import HELD_OUT_SETS
from support.backends.key_forms import SURROUNDINGS
from support.hostile_texts import HOSTILE_FILES, HOSTILE_TEXTS

PAGE = Path(__file__).parents[1] / "SECURITY.md"
_TABLE = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.S)


def main() -> int:
    """Run the attacks, write the table, print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=ATTACKS, default=list(ATTACKS))
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--requests", type=int, default=5_000)
    parser.add_argument("--models", type=int, default=5_000)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rows = known_rows(PAGE.read_text(encoding="utf-8"))
    for name in arguments.only:
        rows[name] = f"{ATTACKS[name](arguments)} | {datetime.now(UTC):%Y-%m-%d}, {machine()}"
        PAGE.write_text(with_rows(PAGE.read_text(encoding="utf-8"), rows), encoding="utf-8")
        print(name, rows[name], sep=": ", flush=True)
    return 0


def known_rows(page: str) -> dict[str, str]:
    """The rows of the page's table, by their first cell."""
    table = _TABLE.search(page)
    found = re.findall(r"^\| ([^|]+?) \| (.+) \|$", table[0] if table else "", re.M)
    return {name: rest for name, rest in found if name in ATTACKS}


def with_rows(page: str, rows: dict[str, str]) -> str:
    """The page with a table of ``rows``, in the order of the attacks.

    Raises: ValueError if the page has not exactly one marked table, because the figures would go nowhere or into another one.
    """
    if len(_TABLE.findall(page)) != 1:
        raise ValueError(f"{PAGE.name} has not one marked table for the figures")
    lines = ["| Attack | Tried | Crossed | When and where |", "|---|---|---|---|"]
    lines += [f"| {name} | {rows[name]} |" for name in ATTACKS if name in rows]
    return _TABLE.sub(lambda table: table[1] + "\n".join(lines) + "\n" + table[2], page)


def _ignored(arguments: argparse.Namespace) -> str:
    found = ignored.compare(arguments.files, arguments.seed)
    return (
        f"{found.ignored:,} files that `git check-ignore` names, of {found.files:,} in {found.repositories} random repositories | "
        f"{found.through} let through; {found.kept} kept back that git does not ignore; "
        f"{1e6 * found.seconds / found.files:.0f} µs a file"
    )


def _messages(arguments: argparse.Namespace) -> str:
    found = lsp_messages.run(arguments.messages, arguments.seed)
    return (
        f"{found.sent:,} fuzzed LSP messages, an honest request after every {lsp_messages.BATCH} "
        f"| {found.deaths} deaths, {found.silences} silences, {len(found.faults)} tracebacks or lines with content in the log; "
        f"the slowest honest answer took {found.slowest:.1f} s"
    )


def _requests(arguments: argparse.Namespace) -> str:
    found = host_requests.run(arguments.requests, arguments.seed)
    answered = ", ".join(f"{status or 'cut off'} {count:,}" for status, count in found.statuses.most_common(6))
    return (
        f"{found.sent:,} broken, wrong, slow and half-open requests to the {found.routes} routes of a model host; "
        f"answers: {answered} "
        f"| {found.deaths} deaths, {found.silences} silences, {found.let_in} strangers answered, {len(found.faults)} tracebacks, "
        f"answers 500 or lines with content in a log of {found.log / 1000:.0f} kB; "
        f"the slowest honest answer took {found.slowest:.1f} s, at most {found.memory} MB"
    )


def _models(arguments: argparse.Namespace) -> str:
    found = model_headers.attack(arguments.models, arguments.seed)
    return (
        f"{found.files:,} broken model files, those accepted loaded and asked: {found.refused_unread:,} refused by their header, "
        f"{found.refused:,} by llama.cpp, {found.ran:,} ran "
        f"| {found.deaths} deaths, {found.silences} silences, {found.faults.total()} failures without a sentence"
    )


def _secrets(_arguments: argparse.Namespace) -> str:
    left, planted = secrets.keys_left().held_out()
    sets = [secrets.forms_left(forms) for forms, *_ in HELD_OUT_SETS.values()]
    every = secrets.forms_left()
    return (
        f"{planted:,} keys of providers held out, in {len(SURROUNDINGS)} surroundings; {len(sets)} sets of forms of files, "
        f"commands and code held out, {every.rounds} secrets each; {len(every.names):,} forms in all "
        f"| {left} keys unmasked ({left / planted:.1%}); with one secret each, {' and '.join(one.forms() for one in sets)} "
        f"forms held out leave it; {' and '.join(one.secrets() for one in sets)} secrets; "
        f"of all forms {len(every.times)} ever leave one"
    )


def _slow(_arguments: argparse.Namespace) -> str:
    slowest = 0.0
    for text in HOSTILE_TEXTS:
        began = time.thread_time()
        Mask().mask(text, "")
        slowest = max(slowest, time.thread_time() - began)
    deepest = 0.0
    for language, text in HOSTILE_FILES:
        snapshot = Snapshot.of(text, len(text) - 2, language)
        began = time.thread_time()
        snapshot.region()
        snapshot.scopes()
        deepest = max(deepest, time.thread_time() - began)
    return (
        f"{len(HOSTILE_TEXTS)} texts made to slow masking, {len(HOSTILE_FILES)} deep or bare files "
        f"| slowest masking {1000 * slowest:.0f} ms, slowest tree with its questions {1000 * deepest:.0f} ms of processor time"
    )


ATTACKS: dict[str, Callable[[argparse.Namespace], str]] = {
    "Ignored files": _ignored,
    "Masking": _secrets,
    "Hostile texts": _slow,
    "The editor's messages": _messages,
    "The host's requests": _requests,
    "Model files": _models,
}
"""Each returns the number of its attempts and of its breaches, as two cells of the table."""


if __name__ == "__main__":
    raise SystemExit(main())
