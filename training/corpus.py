"""The corpus: Python files that are installed anyway, sieved and split into training, held-out files and held-out packages.

The split is by hash, so it is the same on every machine; nothing is fetched from anywhere.
"""

from __future__ import annotations

import hashlib
import json
import sysconfig
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import distributions
from pathlib import Path, PurePosixPath

from training import licences, sieve

DATA = Path(__file__).parent / "data"
CORPUS = DATA / "corpus.jsonl"

TRAIN, HELD_FILE, HELD_PACKAGE = "train", "held-out file", "held-out package"
STANDARD_LIBRARY = "the standard library"
FOREIGN_FOLDERS = {"_vendor", "_vendored", "vendored", "third_party", "thirdparty_files", "site-packages", "lib2to3", "idlelib"}
"""Copies of other packages (their licences are not the distribution's), and two retired parts of the standard library."""

PACKAGE_LIMIT = 9_000_000
"""Characters kept of one distribution, by hash of the path, so that no giant outweighs the rest."""

HELD_PACKAGE_LIMIT = 4_000_000
"""A distribution with more than this is too large a part of the corpus to hold out."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file: where it came from, which part of the split it is in, and its text."""

    package: str
    licence: str
    path: str
    split: str
    text: str


def fraction(*names: str) -> float:
    """A number in [0, 1) that depends on the names alone."""
    return int.from_bytes(hashlib.sha256("/".join(names).encode()).digest()[:6], "big") / 2**48


def is_held_package(name: str, size: int) -> bool:
    return size <= HELD_PACKAGE_LIMIT and fraction("package", name.lower()) < 0.2


def is_held_file(package: str, path: str) -> bool:
    return fraction("file", package.lower(), path) < 0.03


def is_foreign(path: PurePosixPath) -> bool:
    return any(part in FOREIGN_FOLDERS for part in path.parts)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _standard_library() -> Iterator[tuple[str, str]]:
    root = Path(sysconfig.get_path("stdlib"))
    for path in sorted(root.rglob("*.py")):
        relative = PurePosixPath(path.relative_to(root).as_posix())
        if not is_foreign(relative):
            yield str(relative), _read(path)


def packages() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Every source that may be learned from: (name, licence, [(path, text)]), the standard library first."""
    yield STANDARD_LIBRARY, licences.STANDARD_LIBRARY, list(_standard_library())
    for distribution in sorted(distributions(), key=lambda d: d.metadata["Name"].lower()):
        licence = licences.declared(distribution)
        files = [f for f in distribution.files or [] if f.suffix == ".py" and ".." not in f.parts and not is_foreign(f)]
        if licences.is_permissive(licence) and files:
            texts = [(str(f), _read(Path(str(distribution.locate_file(f))))) for f in sorted(files)]
            yield distribution.metadata["Name"], licence, texts


def split(found: Iterator[tuple[str, str, list[tuple[str, str]]]]) -> list[Source]:
    """Sieve, split and drop copies: first within what is held out, then of it in the training part, then within that."""
    sources: list[Source] = []
    for name, licence, texts in found:
        texts = [(path, text) for path, text in texts if sieve.is_worthwhile(text)]
        size = sum(len(text) for _, text in texts)
        whole = is_held_package(name, size)
        for path, text in texts:
            if whole or fraction("limit", name, path) * size < PACKAGE_LIMIT:
                part = HELD_PACKAGE if whole else HELD_FILE if is_held_file(name, path) else TRAIN
                sources.append(Source(name, licence, path, part, text))
    order = {HELD_PACKAGE: 0, HELD_FILE: 1, TRAIN: 2}
    sources.sort(key=lambda source: (order[source.split], fraction(source.package, source.path)))
    seen, kept = sieve.Seen(), []
    for source in sources:
        if not seen.is_copy(source.text):
            seen.add(source.text)
            kept.append(source)
    return kept


def write(sources: list[Source], path: Path = CORPUS) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as lines:
        for source in sources:
            lines.write(json.dumps(asdict(source)) + "\n")


def read(part: str, path: Path = CORPUS) -> list[Source]:
    """The files of one part of the split, in a fixed order."""
    with path.open(encoding="utf-8") as lines:
        sources = (Source(**json.loads(line)) for line in lines)
        return [source for source in sources if source.split == part]
