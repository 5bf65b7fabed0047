"""``codestral-ls models``: list models, show where they are, fetch and remove them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from codestral_ls.commands.options import add_option_arguments, load
from codestral_ls.commands.recommending import recommend
from codestral_ls.config.host_address import EMBEDDED, model_path
from codestral_ls.errors import ModelError
from codestral_ls.host import catalogue, shelf
from codestral_ls.host.catalogue import KnownModel


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own subcommands."""
    actions = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="show the models that are here or can be fetched")
    listing.add_argument("--json", action="store_true", help="as JSON")
    path = actions.add_parser("path", help="print the file of the configured model")
    pull = actions.add_parser("pull", help="fetch a model from the Hugging Face hub")
    pull.add_argument("name", metavar="NAME", help="a name of the list, or OWNER/REPOSITORY:FILE.gguf")
    pull.add_argument("--accept-licence", action="store_true", help="accept the model's licence without being asked")
    remove = actions.add_parser("remove", help="remove a fetched model from the disk")
    remove.add_argument("name", metavar="NAME")
    info = actions.add_parser("info", help="show what is known of a model")
    info.add_argument("name", metavar="NAME", nargs="?", help="a name of the list or a path (default: the configured one)")
    info.add_argument("--json", action="store_true", help="as JSON")
    ladder = actions.add_parser("recommend", help="measure this machine and rank the models that would answer in time")
    ladder.add_argument("--json", action="store_true", help="as JSON")
    for action, act in ((ladder, recommend), (listing, _list), (path, _path), (pull, _pull), (remove, _remove), (info, _info)):
        add_option_arguments(action)
        action.set_defaults(act=act, parser=action)


def run(arguments: argparse.Namespace) -> int:
    """Run the chosen subcommand. Raises: ModelError if it cannot be done."""
    code: int = arguments.act(arguments)
    return code


def _list(arguments: argparse.Namespace) -> int:
    configured = load(arguments, None).options.local.model
    here = {model.name: model for model in shelf.fetched()}
    rows = [_row("embedded", configured, EMBEDDED, "comes with this package")]
    rows += [_row(name, configured, here.get(name), model.note, model) for name, model in catalogue.KNOWN.items()]
    rows += [_row(name, configured, found, "") for name, found in here.items() if name not in catalogue.KNOWN]
    if not any(row["configured"] for row in rows):
        rows.insert(0, _row(configured, configured, model_path(configured), "the configured one"))
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _show(rows)
    return 0


def _path(arguments: argparse.Namespace) -> int:
    path = model_path(load(arguments, None).options.local.model)
    if not path.is_file():
        raise ModelError(catalogue.missing(path))
    print(path)
    return 0


def _pull(arguments: argparse.Namespace) -> int:
    model = catalogue.find(arguments.name)
    if not model.licence.free and not arguments.accept_licence:
        _ask_for_acceptance(model)
    from codestral_ls.host.fetch import fetch

    path = fetch(model, lambda sentence: print(sentence, file=sys.stderr))
    print(path)
    print(f'Use it: set local.model = "{model.name}".', file=sys.stderr)
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    freed = shelf.remove(arguments.name)
    print(f"Removed {arguments.name}; {freed / 1e9:.2f} GB are free again.", file=sys.stderr)
    return 0


def _info(arguments: argparse.Namespace) -> int:
    from codestral_ls.host.gguf_file import read_header

    name = arguments.name or load(arguments, None).options.local.model
    known, path = catalogue.KNOWN.get(name), model_path(name)
    if known is None and not path.is_file():
        catalogue.find(name)  # raises an error with the nearest name
    said: dict[str, object] = {"name": name, "path": str(path), "here": path.is_file()}
    if known is not None:
        said |= {"repository": known.repository, "file": known.file, "licence": known.licence.name}
        said |= {"licence_url": known.licence.url, "memory_bytes": known.memory_bytes, "size_bytes": known.size_bytes}
        said |= {
            "size_is": known.sized,
            "source": known.source,
            "looked_up": catalogue.CHECKED,
            "sha256": known.sha256 or "unknown",
        }
    if path.is_file():
        header = read_header(path)
        said |= {"size_bytes": header.size, "model": header.name, "architecture": header.architecture}
        said |= {"parameters": header.parameters, "trained_context": header.number("context_length")}
        origins = [model.origin for model in shelf.fetched() if model.path == path]
        said |= {f"fetched_{key}": value for origin in origins for key, value in origin.items()}
    if arguments.json:
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        for key, value in said.items():
            print(f"{key.replace('_', ' ')}: {_in_words(key, value)}")
    return 0


def _ask_for_acceptance(model: KnownModel) -> None:
    """Show the licence and wait until the user accepts it. Raises: ModelError if they do not."""
    licence = model.licence
    print(f"{model.name} is under the {licence.name}: {licence.summary}\n{licence.url}", file=sys.stderr)
    if sys.stdin is None or not sys.stdin.isatty():
        raise ModelError("There is no terminal to accept the licence; read it and add --accept-licence.")
    print("Type yes to accept it: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() != "yes":
        raise ModelError("The licence was not accepted; nothing was fetched.")


def _row(
    name: str, configured: str, here: shelf.Fetched | Path | None, note: str, known: KnownModel | None = None
) -> dict[str, object]:
    path = here.path if isinstance(here, shelf.Fetched) else here
    is_here = path is not None and path.is_file()
    size = path.stat().st_size if path is not None and is_here else known.size_bytes if known else 0
    return {
        "name": name,
        "configured": name == configured,
        "here": is_here,
        "path": str(path) if path is not None and is_here else None,
        "size_bytes": size,
        "memory_bytes": known.memory_bytes if known else None,
        "licence": known.licence.short if known else None,
        "note": note,
    }


def _show(rows: list[dict[str, object]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("", "model", "here", "size", "memory", "licence", ""):
        table.add_column(column, no_wrap=column == "model")
    for row in rows:
        cells = [_in_words(key, row[key]) for key in ("size_bytes", "memory_bytes", "licence", "note")]
        table.add_row("*" if row["configured"] else "", str(row["name"]), "yes" if row["here"] else "", *cells)
    Console(highlight=False, markup=False).print(table)


def _in_words(key: str, value: object) -> str:
    if value is None:
        return ""
    if key.endswith("_bytes") and isinstance(value, int):
        return f"{value / 1e9:.1f} GB" if value >= 1e8 else f"{value / 1e6:.1f} MB"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
