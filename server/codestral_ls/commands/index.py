"""``codestral-ls index [PATH]``: build or refresh the index of a project in the foreground."""

from __future__ import annotations

import argparse
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from codestral_ls.commands.options import add_option_arguments, load
from codestral_ls.errors import CodestralLsError, DocumentError

if TYPE_CHECKING:
    from codestral_ls.context.index.build_index import BuildResult


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("path", metavar="PATH", type=Path, nargs="?", default=Path(), help="the project (here)")
    parser.add_argument("--rebuild", action="store_true", help="delete the index first")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1), help="processes (default: up to 4)")
    add_option_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Build or refresh. Raises: CodestralLsError with the reason if it cannot be done."""
    root = arguments.path.resolve()
    if not root.is_dir():
        raise DocumentError(f"{arguments.path} is not a folder.")
    loaded = load(arguments, root)
    from codestral_ls.context.index import store

    file = store.database_file(root)
    if arguments.rebuild:
        store.delete(file)
    try:
        result = _refresh(root, loaded.options.privacy.ignore, max(1, arguments.jobs))
    except sqlite3.DatabaseError as error:
        if not store.is_damage(error):
            raise CodestralLsError(f"The index {file} cannot be written: {error}.") from error
        store.delete(file)
        result = _refresh(root, loaded.options.privacy.ignore, max(1, arguments.jobs))
    except OSError as error:
        raise CodestralLsError(f"The index {file} cannot be written: {error.strerror or error}.") from error
    megabytes = sum(one.stat().st_size for one in file.parent.glob(file.name + "*")) / 1e6
    print(
        f"{result.indexed} files indexed ({result.lines:,} lines), {result.unchanged} unchanged, {result.removed} removed "
        f"in {result.seconds:.1f} s; {megabytes:.1f} MB in {file}"
    )
    return 0


def _refresh(root: Path, ignore: tuple[str, ...], jobs: int) -> BuildResult:
    from contextlib import closing

    from codestral_ls.commands.spinner import Bar
    from codestral_ls.context.index.build_index import open_writer, refresh

    writer, connection = open_writer(root)
    with closing(connection), Bar("Indexing") as bar:
        return refresh(root, writer, ignore, jobs, bar.update)
