"""Options of a workspace with several folders: each document follows the project file of its own folder. Pure.

What a folder's file withholds is withheld in the whole workspace, because a prompt in one folder may hold text of another. A
document outside every folder, such as one without a name, follows all their files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from pathlib import Path
from typing import Generic, TypeVar

from codestral_ls.config.fields import all_fields, build_options, value_of
from codestral_ls.config.sections import ContextOptions, Options, PrivacyOptions
from codestral_ls.config.trust import PROJECT_MAY, stricter

Value = TypeVar("Value")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class ByFolder(Generic[Value]):
    """A value for each workspace folder. ``elsewhere`` is for documents outside of them, and for all if there are no folders."""

    elsewhere: Value
    folders: tuple[tuple[Path, Value], ...] = ()

    def at(self, path: Path | None) -> Value:
        """The value of the innermost folder that holds ``path``."""
        if path is None or not self.folders:
            return self.elsewhere
        holding = [pair for pair in self.folders if path.is_relative_to(pair[0])]
        return max(holding, key=lambda pair: len(pair[0].parts))[1] if holding else self.elsewhere

    def map(self, change: Callable[[Value], Other]) -> ByFolder[Other]:
        """The same folders with other values."""
        return ByFolder(change(self.elsewhere), tuple((folder, change(value)) for folder, value in self.folders))

    def __iter__(self) -> Iterator[Value]:
        yield self.elsewhere
        yield from (value for _, value in self.folders)


def uses_other_text(one: ByFolder[Options], other: ByFolder[Options]) -> bool:
    """True if the two differ in the options that say what text may be in a prompt."""
    return one.map(_about_text) != other.map(_about_text)


def options_by_folder(loaded: Sequence[tuple[Path, Options]]) -> ByFolder[Options]:
    """The options for each folder, from those that were loaded for it alone. At least one folder is needed."""
    strictest = tightest([options for _, options in loaded])
    if len(loaded) == 1:
        return ByFolder(strictest)
    return ByFolder(strictest, tuple((folder, replace(options, privacy=strictest.privacy)) for folder, options in loaded))


def tightest(loaded: Sequence[Options]) -> Options:
    """The strictest of the values that project files may set; of the options that they may not, the first's."""
    values = {key: value_of(loaded[0], key) for key in all_fields()}
    for key, rule in PROJECT_MAY.items():
        values[key] = reduce(partial(stricter, rule), (value_of(options, key) for options in loaded))
    return build_options(values)


def _about_text(options: Options) -> tuple[PrivacyOptions, ContextOptions]:
    return options.privacy, options.context
