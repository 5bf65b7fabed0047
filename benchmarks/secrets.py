"""``python -m benchmarks.secrets``: are secrets masked, is ordinary code unchanged, and what does the search cost?

Keys in the forms of real providers are planted into lines that do not say what they are; providers from which no rule was written
are counted separately. Passwords are planted into the forms of files and command lines, some of which are held out. 1,000 secrets
are planted into real files, which go through the guard and over a real connection to the stand-in of the API, where the received
bytes are searched. Last, all lines of the same files without planted secrets are checked for changes by masking. Writes
``benchmarks/results/secrets.md``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.replaying.report import machine
from codestral_ls.backends.base import Backend, FimRequest
from codestral_ls.backends.door import Door
from codestral_ls.backends.fim_server import FimServer
from codestral_ls.backends.guard import Guard
from codestral_ls.backends.ledger import FREE, Ledger
from codestral_ls.backends.limits import RequestLimits
from codestral_ls.backends.masking.find import find_secrets
from codestral_ls.backends.masking.mask import Mask
from codestral_ls.backends.mistral import MistralApi
from codestral_ls.config.sections import CodestralOptions, FimServerOptions, LimitsOptions, NetworkOptions
from codestral_ls.documents.privacy import FileRules
from support.backends.every_form import HELD_OUT_SETS, WHEN_NEW, every_form
from support.backends.key_forms import HELD_OUT, SURROUNDINGS, is_left, kinds, made
from support.backends.planted import KINDS, Planter, leaked, plant
from support.backends.secret_files import Form
from support.backends.standin_api import KEY, StandIn

PREFIX, SUFFIX = 4900, 1650  # characters: 1,536 and 512 tokens of 3.2 characters
SEED = 20
INSIDE = 0.1  # the share of cursors that are inside the secret


def main() -> int:
    """Measure, write and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--secrets", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    files = real_files()
    wire = asyncio.run(_over_the_wire(arguments.secrets, arguments.seed, files))
    lines = [
        "# Secrets kept back",
        "",
        f"Machine: {machine()}. `python -m benchmarks.secrets --secrets {arguments.secrets} --seed {arguments.seed}`",
        "",
        *_surroundings(arguments.seed),
        "",
        *_file_forms(arguments.seed),
        "",
        "## Over the wire",
        "",
        *wire,
        "",
        "## Ordinary code",
        "",
        *_ordinary(files),
    ]
    text = "\n".join(lines) + "\n"
    (Path(__file__).parent / "results" / "secrets.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


def real_files() -> list[str]:
    """Texts of Python, JavaScript, C, YAML, JSON, TOML and shell files on this machine, 2 to 150 kB, in a fixed order."""
    roots = [Path(sysconfig.get_paths()["stdlib"]), Path(sysconfig.get_paths()["purelib"]), Path("/etc"), Path("/usr/include")]
    wanted = (".py", ".js", ".ts", ".h", ".yaml", ".yml", ".json", ".toml", ".ini", ".cfg", ".sh", ".conf")
    texts: list[str] = []
    for root in roots:
        for path in sorted(root.rglob("*"))[:: 1 if root == Path("/etc") else 5]:
            if path.suffix in wanted and "test" not in path.name and path.is_file() and 2_000 < path.stat().st_size < 150_000:
                try:
                    texts.append(path.read_text(encoding="utf-8"))
                except (OSError, UnicodeDecodeError):
                    continue
    return texts


async def _over_the_wire(count: int, seed: int, files: list[str]) -> list[str]:
    chance, planter = random.Random(seed), Planter(seed)
    wanted = [list(KINDS)[number % len(KINDS)] for number in range(count)]
    missed: Counter[str] = Counter()
    wall: list[float] = []
    cpu: list[float] = []
    typed: list[float] = []
    new_place: list[float] = []
    letter_later: list[float] = []
    mask = _TimedMask()
    wrong_answers = 0
    os.environ["CODESTRAL_API_KEY"] = os.environ["CODESTRAL_FIM_SERVER_KEY"] = KEY
    standin = StandIn(lambda body: body["prompt"][-300:])  # repeats what it got, masks included
    with tempfile.TemporaryDirectory() as folder:
        async with standin.running() as address:
            guards = _guards(address, Path(folder), mask)
            for number, kind in enumerate(wanted):
                request, secret = _request(chance, planter, kind, files)
                name = "sdk" if number % 5 == 0 else "http"
                began, began_cpu = time.perf_counter(), time.thread_time()
                guards[name]._door.sealed(request)
                wall.append(1000 * (time.perf_counter() - began))
                cpu.append(1000 * (time.thread_time() - began_cpu))
                began_cpu = time.thread_time()
                guards[name]._door.sealed(replace(request, prefix=request.prefix + "x"))
                typed.append(1000 * (time.thread_time() - began_cpu))
                masked, masked_typed = mask.spent[-2:]
                new_place.append(masked)
                letter_later.append(masked_typed)
                answer = "".join([piece.text async for piece in guards[name].stream(request)])
                sent = standin.seen[-1]
                seen = sent.body["prompt"] + "\0" + sent.body["suffix"]
                if any(leaked(part, seen) or leaked(part, sent.raw.decode()) for part in _parts(secret, request)):
                    missed[kind] += 1
                wrong_answers += "MASKED_" in answer
            for guard in guards.values():
                await guard.aclose()
    rows = [f"| {kind} | {wanted.count(kind)} | {missed[kind]} |" for kind in KINDS]
    return [
        f"{count} secrets of {len(KINDS)} kinds in {len(files)} real files, {INSIDE:.0%} of the cursors inside the secret; "
        "one request in five through the SDK, the others over plain HTTP.",
        f"On the wire: **{sum(missed.values())}**. Answers that kept a stand-in: {wrong_answers}.",
        "",
        f"Time per prompt of {PREFIX + SUFFIX} characters: masking takes {_spread(new_place)} ms of processor time where the",
        f"cursor is new, {_spread(letter_later)} ms a letter later; with everything else that the door does, {_spread(cpu)} and",
        f"{_spread(typed)} ms, and {_spread(wall)} ms on the clock where it is new.",
        "",
        "| kind | planted | in the bytes on the wire |",
        "|---|---|---|",
        *rows,
    ]


class _TimedMask(Mask):
    """Notes the milliseconds of processor time that masking takes."""

    def __init__(self) -> None:
        super().__init__()
        self.spent: list[float] = []

    def mask(self, prefix: str, suffix: str) -> tuple[str, str]:
        """Return both texts with their secrets replaced."""
        began = time.thread_time()
        masked = super().mask(prefix, suffix)
        self.spent.append(1000 * (time.thread_time() - began))
        return masked


def _guards(address: str, folder: Path, mask: Mask) -> dict[str, Guard]:
    network = NetworkOptions()
    backends: dict[str, Backend] = {
        "http": FimServer(FimServerOptions(address=address, model="codestral-latest"), network),
        "sdk": MistralApi("codestral", CodestralOptions(server_url=address), network),
    }
    guards: dict[str, Guard] = {}
    for name, backend in backends.items():
        limits = RequestLimits(LimitsOptions(requests_per_second=0.0), FREE, "", Ledger(folder / f"{name}.sqlite"))
        guards[name] = Guard(backend, Door(limits, mask, mask, FileRules()))
    return guards


def _request(chance: random.Random, planter: Planter, kind: str, files: list[str]) -> tuple[FimRequest, str]:
    """A cursor near a secret of ``kind`` that was planted on its own line into a real file."""
    secret, lines = plant(planter, kind)
    text = chance.choice(files)
    place = text.rfind("\n", 0, chance.randrange(len(text))) + 1
    text = f"{text[:place]}{lines}\n{text[place:]}"
    start = text.index(secret, place)
    if chance.random() < INSIDE:
        cursor = chance.randrange(start + 1, start + len(secret))
    else:
        cursor = chance.randrange(max(0, start - SUFFIX), min(len(text), start + PREFIX))
        if start < cursor < start + len(secret):
            cursor = start + len(secret)
    prefix, suffix = text[max(0, cursor - PREFIX) : cursor], text[cursor : cursor + SUFFIX]
    # Windows begin and end at line borders, as the completer cuts them.
    if cursor > PREFIX:
        prefix = prefix[prefix.find("\n") + 1 :]
    if len(text) > cursor + SUFFIX:
        suffix = suffix[: suffix.rfind("\n") + 1]
    return FimRequest(prefix, suffix, max_tokens=100, timeout=30.0, source="untitled:planted"), secret


def _parts(secret: str, request: FimRequest) -> list[str]:
    """What must not be sent: the secret or, if the cursor divides it, its parts of at least 8 characters."""
    if secret in request.prefix or secret in request.suffix:
        return [secret]
    for place in range(1, len(secret)):
        if request.prefix.endswith(secret[:place]) and request.suffix.startswith(secret[place:]):
            return [part for part in (secret[:place], secret[place:]) if len(part) >= 8]
    return [line for line in secret.split("\n") if line in request.prefix or line in request.suffix]


@dataclass(frozen=True, slots=True)
class KeysLeft:
    """How many keys were planted and how many left unmasked, by surrounding and by whether their provider is held out.

    ``worst`` counts the unmasked keys of held-out providers.
    """

    planted: Counter[tuple[str, bool]]
    left: Counter[tuple[str, bool]]
    worst: Counter[str]

    def held_out(self) -> tuple[int, int]:
        """Unmasked and planted keys of the held-out providers."""
        return sum(self.left[name, True] for name in SURROUNDINGS), sum(self.planted[name, True] for name in SURROUNDINGS)


def keys_left(seed: int = SEED, each: int = 5) -> KeysLeft:
    """Plant ``each`` keys of every form into every surrounding, for providers with and without a rule, and mask them."""
    chance, mask = random.Random(seed), Mask()
    planted: Counter[tuple[str, bool]] = Counter()
    left: Counter[tuple[str, bool]] = Counter()
    worst: Counter[str] = Counter()
    for provider, form in kinds():
        held_out = provider in HELD_OUT
        for name, frame in SURROUNDINGS.items():
            for _ in range(each):
                secret = made(form, chance)
                after = "" if name == "open string" else "\nx = 1\n"
                prefix, suffix = mask.mask("import os\n" + frame.replace("▒", secret), after)
                planted[name, held_out] += 1
                if is_left(secret, prefix + suffix):
                    left[name, held_out] += 1
                    worst[provider] += held_out
    return KeysLeft(planted, left, worst)


def _surroundings(seed: int) -> list[str]:
    """Rows with the unmasked keys, by surrounding: of providers from which rules were written, and of held-out providers."""
    found = keys_left(seed)
    planted, left, worst = found.planted, found.left, found.worst
    rows = [
        f"| {name} | {_share(left[name, True], planted[name, True])} | {_share(left[name, False], planted[name, False])} |"
        for name in SURROUNDINGS
    ]
    kept = ", ".join(f"{provider} {count}" for provider, count in worst.most_common(8))
    held, others = (
        _share(sum(left[name, one] for name in SURROUNDINGS), sum(planted[name, one] for name in SURROUNDINGS))
        for one in (True, False)
    )
    providers = len({provider for provider, _ in kinds()})
    return [
        f"{sum(planted.values()):,} keys in {len(kinds())} published forms of {providers} providers, in lines that say nothing of",
        "them. A key counts as left when half of it, or 16 characters in a row, are in what would be sent.",
        f"Unmasked of the {len(HELD_OUT)} providers held out (no rule was written from them): **{held}**; of the others: {others}.",
        f"Most often left of those held out: {kept}.",
        "",
        "| surrounding | left, held out | left, others |",
        "|---|---|---|",
        *rows,
    ]


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole:,} ({part / whole:.1%})"


@dataclass(frozen=True, slots=True)
class FormsLeft:
    """How often each form of ``names`` left its secret unmasked in ``rounds`` rounds."""

    names: frozenset[str]
    rounds: int
    times: Counter[str]

    def secrets(self) -> str:
        """The unmasked secrets of all."""
        return _share(sum(self.times.values()), self.rounds * len(self.names))

    def forms(self) -> str:
        """How many forms leave their secret in one round, on average, of all."""
        return f"{sum(self.times.values()) / self.rounds:.1f} of {len(self.names)}"


def forms_left(forms: Callable[[random.Random], list[Form]] = every_form, seed: int = SEED, rounds: int = 20) -> FormsLeft:
    """Mask the forms of files and command lines, each with ``rounds`` passwords or tokens."""
    chance, mask = random.Random(seed), Mask()
    drawn = ((name for name, text, secret in forms(chance) if is_left(secret, mask.mask(text, "")[0])) for _ in range(rounds))
    times = Counter(name for left in drawn for name in left)
    return FormsLeft(frozenset(name for name, _, _ in forms(chance)), rounds, times)


def _file_forms(seed: int) -> list[str]:
    """Rows about the forms of files and command lines that leave their password unmasked, now and when they were new."""
    every = forms_left(every_form, seed)
    told = ", ".join(f"{name} ({times} of {every.rounds})" for name, times in every.times.most_common()) or "none"
    rows = [f"| {name} | {_share(*counts)} |" for name, counts in WHEN_NEW.items()]
    held_out = []
    for name, (forms, *alone) in HELD_OUT_SETS.items():
        left = forms_left(forms, seed)
        held_out.append(f"| {name} | {left.forms()} | {left.secrets()} | {len(left.times)} | {_share(*alone)} |")
    return [
        f"{len(every.names):,} forms of files, command lines, code and notes, {every.rounds} secrets each, weak passwords too.",
        "",
        "From two sets no rule was written and no weight learned:",
        "",
        "| set held out | forms left, one secret each | secrets left | forms that ever leave one | by rules alone |",
        "|---|---|---|---|---|",
        *held_out,
        "",
        f"Of all forms {len(every.times)} ever leave one: {told}.",
        "",
        "How the other sets fared before rules were written or weights learned from them:",
        "",
        "| set, in order of time | left when it was new |",
        "|---|---|",
        *rows,
    ]


def _ordinary(files: list[str]) -> list[str]:
    lines = touched = files_touched = 0
    shares: list[float] = []
    kinds_found: Counter[str] = Counter()
    for text in files:
        own = text.count("\n") + 1
        changed = 0
        for span in find_secrets(text):
            count = text.count("\n", span.start, span.end - 1) + 1
            changed += count
            kinds_found[span.kind] += count
        lines, touched, files_touched = lines + own, touched + changed, files_touched + bool(changed)
        shares.append(changed / own)
    shares.sort(reverse=True)
    found = ", ".join(f"{kind} {count}" for kind, count in kinds_found.most_common(6))
    top = max(1, len(files) // 100)
    largest, median = sum(shares[:top]) / top, shares[len(shares) // 2]
    return [
        f"Ordinary lines touched: {touched:,} of {lines:,} ({touched / lines:.2%}), in {files_touched:,} of {len(files):,} files;",
        f"by kind: {found}.",
        f"They are hashes and tables of numbers above all: in the {top} files with the largest shares {largest:.0%} of the lines,",
        f"in the median file {median:.1%}. A masked hash comes back in the answer as it was.",
    ]


def _spread(values: list[float]) -> str:
    ordered = sorted(values)
    median, high, highest = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95, 0.99))
    return f"p50 {median:.2f}, p95 {high:.2f}, p99 {highest:.2f}"


if __name__ == "__main__":
    raise SystemExit(main())
