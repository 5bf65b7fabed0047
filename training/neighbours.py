"""Which other files of its package stand beside a file, as the product takes a document's neighbours: the nearest folders first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from codestral_ls.context.near_files import steps
from codestral_ls.context.neighbours import LONGEST, MOST_CHARACTERS, MOST_FILES
from training.corpus import Source

Neighbours = Callable[[int], Sequence[str]]
"""The number of a file → texts of other files, the nearest first."""


def none(_index: int) -> Sequence[str]:
    """A file that stands alone."""
    return ()


def within_packages(sources: Sequence[Source], most: int = MOST_CHARACTERS) -> Neighbours:
    """For each of `sources` other files of the same package with at most `most` characters together."""
    packages: dict[str, list[int]] = {}
    for index, source in enumerate(sources):
        packages.setdefault(source.package, []).append(index)
    folders = [PurePosixPath(source.path).parts[:-1] for source in sources]

    @lru_cache(maxsize=4096)
    def neighbours(index: int) -> tuple[str, ...]:
        here = folders[index]
        others = [other for other in packages[sources[index].package] if other != index]
        others.sort(key=lambda other: (steps(here, folders[other]), sources[other].path))
        taken: list[str] = []
        left = most
        for other in others[:MOST_FILES]:
            if len(sources[other].text) <= min(LONGEST, left):
                taken.append(sources[other].text)
                left -= len(sources[other].text)
        return tuple(taken)

    return neighbours
