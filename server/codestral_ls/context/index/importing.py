"""How the files of a project import a name, according to the index."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

from codestral_ls.context.index.modules import is_relative
from codestral_ls.context.index.read import IndexReader


def modules_of(reader: IndexReader, name: str, path: str) -> list[str]:
    """The modules from which other files import ``name``, the most common first.

    ``path`` is the file that will import it, relative to the root. Only for a name that a single file defines at its top level.
    Relative modules count only if files of the same folder write them: elsewhere they mean another file.
    """
    defined = {one.path for one in reader.definitions_named([name], but=path) if not one.container}
    if len(defined) != 1:
        return []
    votes: Counter[str] = Counter()
    here = PurePosixPath(path).parent
    (home,) = defined
    for importer in reader.importers_of(home):
        beside = PurePosixPath(importer).parent == here
        for module, names in reader.imported_names(importer):
            if name in names and importer != path and (beside or not is_relative(module)):
                votes[module] += 1
    return [module for module, _ in votes.most_common()]
