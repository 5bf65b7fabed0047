"""`python -m training.collect FOLDER...`: write the corpus from the archives in folders, and list every package in SOURCES.md.

Python's own library is added as it is installed here.
"""

from __future__ import annotations

import argparse
import os
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import distributions
from multiprocessing import get_context
from pathlib import Path

from training import archives, corpus, licences, sieve, tongues
from training.archives import Package
from training.corpus import CorpusFile

STANDARD_LIBRARY = "the standard library"
SOURCES = Path(__file__).parent / "SOURCES.md"
KINDS = (".whl", ".tgz", ".deb", ".dsc")


def standard_library() -> Package:
    root = Path(sysconfig.get_path("stdlib"))
    return Package(STANDARD_LIBRARY, licences.STANDARD_LIBRARY, _python(root, sorted(root.rglob("*.py"))))


def installed(folders: list[str]) -> Iterator[Package]:
    """The distributions in folders of installed packages: for example torch, of which a download would be a gigabyte."""
    for distribution in distributions(path=folders) if folders else ():
        licence = licences.declared(distribution)
        if licences.is_permissive(licence):
            root = Path(str(distribution.locate_file("")))
            files = [root / str(f) for f in sorted(distribution.files or []) if f.suffix == ".py" and ".." not in f.parts]
            yield Package(distribution.metadata["Name"], licence, _python(root, files))


def _python(root: Path, paths: list[Path]) -> list[tuple[str, str]]:
    found = []
    for path in paths:
        relative = path.relative_to(root).as_posix()
        if not archives.is_foreign(relative) and path.is_file():
            text = path.read_text("utf-8", "replace")
            if "\ufffd" not in text and sieve.is_worthwhile(text, relative):
                found.append((relative, text))
    return found


def packages(folders: list[Path], processes: int) -> Iterator[Package]:
    paths = sorted(path for folder in folders for path in folder.iterdir() if path.suffix in KINDS)
    with get_context("spawn").Pool(processes) as pool:
        for number, package in enumerate(pool.imap(archives.read, paths, chunksize=4), 1):
            if number % 100 == 0:
                print(f"{number} of {len(paths)}", file=sys.stderr, flush=True)
            yield package


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="of wheels, npm's .tgz, .deb, and .dsc with what they name")
    parser.add_argument("--installed", nargs="*", default=[], help="folders of installed Python distributions")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--to", type=Path, default=corpus.CORPUS)
    arguments = parser.parse_args()
    found = {package.name: package for package in installed(arguments.installed)}
    found |= {package.name: package for package in packages(arguments.folders, arguments.processes)}
    sources = corpus.balanced(corpus.split([standard_library(), *found.values()]), corpus.BUDGETS)
    corpus.write(sources, arguments.to)
    SOURCES.write_text("\n".join(listed(sources)) + "\n", "utf-8")
    print("\n".join(totals(sources)))


def listed(sources: list[CorpusFile]) -> Iterator[str]:
    """Every package with its declared licence, by what became of it and by language."""
    yield "# What the embedded model learned from, and what was held out\n"
    yield "Written by `python -m training.collect`. Licences are those that packages declare, of Debian's those of the files taken."
    files, characters = Counter[tuple[str, str, str, str]](), Counter[tuple[str, str, str, str]]()
    for source in sources:
        whole = "held out whole" if source.split == corpus.HELD_PACKAGE else "learned from"
        row = whole, source.language, source.package, source.licence
        files[row] += 1
        characters[row] += len(source.text)
    for whole in ("learned from", "held out whole"):
        yield f"\n## {whole.capitalize()}\n\n| language | package | licence | files | MB |\n|---|---|---|---|---|"
        for row in sorted((row for row in files if row[0] == whole), key=lambda row: (row[1], -characters[row], row[2])):
            yield f"| {' | '.join(row[1:])} | {files[row]} | {characters[row] / 1e6:.2f} |"


def totals(sources: list[CorpusFile]) -> Iterator[str]:
    yield "| language | learned from | packages | held-out files | held-out packages |\n|---|---|---|---|---|"
    for language in tongues.LANGUAGES:
        cells = []
        for part in (corpus.TRAIN, corpus.HELD_FILE, corpus.HELD_PACKAGE):
            some = [source for source in sources if source.split == part and source.language == language]
            count = f"{len({source.package for source in some})} packages"
            size = f"{len(some)} files, {sum(len(source.text) for source in some) / 1e6:.1f} MB"
            cells += [size, count] if part == corpus.TRAIN else [f"{count}, {size}" if part == corpus.HELD_PACKAGE else size]
        yield f"| {language} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
