"""The corpus: files of permissively licensed packages, sieved and split into training, held-out files and held-out packages.

The split uses hashes, so it is the same on every machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from training import sieve, tongues
from training.archives import Package

DATA = Path(__file__).parent / "data"
CORPUS = DATA / "corpus.jsonl"

TRAIN, HELD_FILE, HELD_PACKAGE = "train", "held-out file", "held-out package"

PACKAGE_LIMIT = 9_000_000
"""Characters kept of one package, chosen by a hash of the path, so that no very large package dominates."""

HELD_PACKAGE_LIMIT = 4_000_000
"""A package with more characters is too large a part of the corpus to be held out."""

HELD_SHARES = {tongues.PYTHON: 0.2}
"""The share of packages of each language that is held out whole."""
HELD_SHARE = 0.08

BUDGETS = {
    tongues.PYTHON: 52e6,
    tongues.TYPESCRIPT: 22e6,
    tongues.JAVASCRIPT: 18e6,
    tongues.GO: 22e6,
    tongues.RUST: 20e6,
    tongues.JAVA: 20e6,
    tongues.C: 18e6,
    tongues.CPP: 18e6,
}
"""The most characters of each language in the training part."""


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One file: its origin, its part of the split, its language and its text."""

    package: str
    licence: str
    path: str
    split: str
    language: str
    text: str


def fraction(*names: str) -> float:
    """A number in [0, 1) that depends only on the names."""
    return int.from_bytes(hashlib.sha256("/".join(names).encode()).digest()[:6], "big") / 2**48


def is_held_package(name: str, size: int, language: str = tongues.PYTHON) -> bool:
    return size <= HELD_PACKAGE_LIMIT and fraction("package", name.lower()) < HELD_SHARES.get(language, HELD_SHARE)


def is_held_file(package: str, path: str) -> bool:
    return fraction("file", package.lower(), path) < 0.03


def split(packages: Iterable[Package]) -> list[CorpusFile]:
    """Split the files and drop copies: within the held-out part, then held-out copies from the training part, then within that."""
    sources = [source for package in packages for source in _parts(package)]
    order = {HELD_PACKAGE: 0, HELD_FILE: 1, TRAIN: 2}
    sources.sort(key=lambda source: (order[source.split], fraction(source.package, source.path)))
    seen, kept = sieve.SeenLines(), []
    for source in sources:
        if not seen.is_copy(source.text):
            seen.add(source.text)
            kept.append(source)
    return kept


def _parts(package: Package) -> Iterator[CorpusFile]:
    """Split one package's files. The language with most of its text decides how likely the package is held out."""
    languages = tongues.by_path(path for path, _ in package.files)
    sizes: dict[str, int] = {}
    for path, text in package.files:
        sizes[languages[path]] = sizes.get(languages[path], 0) + len(text)
    size = sum(sizes.values())
    whole = bool(size) and is_held_package(package.name, size, max(sizes, key=sizes.__getitem__))
    for path, text in package.files:
        if whole or fraction("limit", package.name, path) * size < PACKAGE_LIMIT:
            part = HELD_PACKAGE if whole else HELD_FILE if is_held_file(package.name, path) else TRAIN
            yield CorpusFile(package.name, package.licence, path, part, languages[path], text)


def balanced(sources: Sequence[CorpusFile], budgets: dict[str, float]) -> list[CorpusFile]:
    """The files, with the training part reduced to the budgets.

    In each language, packages are cut to one common size with which the language fills its budget; a hash decides which files of
    a package are dropped.
    """
    levels = {}
    for language, budget in budgets.items():
        sizes: dict[str, int] = {}
        for source in sources:
            if source.split == TRAIN and source.language == language:
                sizes[source.package] = sizes.get(source.package, 0) + len(source.text)
        levels[language] = level(list(sizes.values()), budget)
    taken: dict[tuple[str, str], int] = {}
    kept = []
    for source in sorted(sources, key=lambda source: fraction(source.package, source.path)):
        key = source.package, source.language
        if source.split != TRAIN or taken.get(key, 0) + len(source.text) <= levels.get(source.language, 0):
            kept.append(source)
            taken[key] = taken.get(key, 0) + (len(source.text) if source.split == TRAIN else 0)
    return kept


def level(sizes: Sequence[int], budget: float) -> float:
    """The cap at which `sizes`, each counted up to the cap, sum to `budget`; infinite if they never do."""
    left = budget
    for number, size in enumerate(sorted(sizes)):
        if size * (len(sizes) - number) > left:
            return left / (len(sizes) - number)
        left -= size
    return float("inf")


def fewer(sources: Sequence[CorpusFile], part: str, files: int) -> list[CorpusFile]:
    """All files, but only `files` of each language from `part`: enough for a run to measure its progress."""
    counts: dict[str, int] = {}
    kept = []
    for source in sources:
        if source.split == part:
            counts[source.language] = counts.get(source.language, 0) + 1
        if source.split != part or counts[source.language] <= files:
            kept.append(source)
    return kept


def write(sources: Iterable[CorpusFile], path: Path = CORPUS) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as lines:
        for source in sources:
            lines.write(json.dumps(asdict(source), ensure_ascii=False) + "\n")


def read(part: str, path: Path = CORPUS) -> list[CorpusFile]:
    """The files of one part of the split, in a fixed order."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        sources = (CorpusFile(**json.loads(line)) for line in lines)
        return [source for source in sources if source.split == part]


def in_language(sources: Sequence[CorpusFile], language: str) -> list[CorpusFile]:
    return [source for source in sources if source.language == language]
