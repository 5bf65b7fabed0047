"""The neighbours of a file: other files of its package, nearest folders first, as the product chooses those of a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from codestral_ls.context.nearness import MOST_CHARACTERS, MOST_FILES, farness, held
from training.corpus import CorpusFile

Neighbours = Callable[[int], Sequence[str]]
"""Returns the texts of other files, nearest first, for the number of a file."""


def none(_index: int) -> Sequence[str]:
    """No neighbours."""
    return ()


def within_packages(sources: Sequence[CorpusFile], most: int = MOST_CHARACTERS) -> Neighbours:
    """For each of `sources`, other files of the same package and language with together at most `most` characters."""
    packages: dict[tuple[str, str], list[int]] = {}
    for index, source in enumerate(sources):
        packages.setdefault((source.package, source.language), []).append(index)

    @cache
    def neighbours(index: int) -> tuple[str, ...]:
        here = sources[index].path
        others = [other for other in packages[sources[index].package, sources[index].language] if other != index]
        others.sort(key=lambda other: farness(here, sources[other].path))
        nearest = ((sources[other].path, sources[other].text) for other in others[:MOST_FILES])
        return tuple(text for _, text in held(nearest, sources[index].text, most))

    return neighbours
