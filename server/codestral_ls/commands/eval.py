"""``codestral-ls eval [PATH]``: how good completions are on your own code, with project context and without.

Makes holes in committed code, completes them with the current settings and compares. PATH may also be a file of
HumanEval-Infilling or SAFIM. An interrupted run goes on when the same command is given again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestral_ls.commands.options import add_option_arguments, load
from codestral_ls.commands.other_files import bring_up_to_date
from codestral_ls.config.sections import Options
from codestral_ls.errors import BackendUnavailable, CodestralLsError, DocumentError

if TYPE_CHECKING:
    from codestral_ls.evaluation.holes import Hole

DEADLINE_MS = 60_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("path", metavar="PATH", type=Path, nargs="?", default=Path(), help="a git repository, or a dataset's file")
    parser.add_argument("--backend", metavar="NAME", help="measure this backend in place of backend.primary")
    parser.add_argument("--holes", metavar="N", type=int, default=90, help="how many holes (90)")
    parser.add_argument("--seed", type=int, default=1, help="which holes (1)")
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="where results go (your state folder)")
    parser.add_argument("--fresh", action="store_true", help="begin anew, whatever an earlier run left")
    add_option_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure and report. Raises CodestralLsError with the reason when it cannot be done."""
    if arguments.backend:
        arguments.assignments = [*arguments.assignments, f"backend.primary={arguments.backend}"]
    path = arguments.path.resolve()
    loaded = load(arguments, path)
    from codestral_ls.evaluation.datasets import is_dataset, read_dataset
    from codestral_ls.evaluation.holes import holes_in

    if is_dataset(path):
        root, holes = None, read_dataset(path, arguments.holes)
    elif path.is_dir():
        root, holes = path, holes_in(path, arguments.holes, arguments.seed)
    else:
        raise DocumentError(f"{arguments.path} is neither a folder nor a .jsonl file.")
    if not holes:
        raise DocumentError(f"{arguments.path} has no committed code to make holes in.")
    folder = arguments.out.resolve() if arguments.out else _folder(path)
    settings = {"path": str(path), "holes": arguments.holes, "seed": arguments.seed, "options": _told(loaded.options)}
    try:
        return asyncio.run(_run(loaded.options, holes, root, folder, settings, arguments.fresh))
    except OSError as error:
        raise CodestralLsError(f"The results cannot be written to {folder}: {error.strerror or error}.") from error


async def _run(options: Options, holes: list[Hole], root: Path | None, folder: Path, settings: dict[str, Any], fresh: bool) -> int:
    from codestral_ls.backends.build import build_one
    from codestral_ls.backends.ready import until_ready
    from codestral_ls.commands.progress import Bar, Spinner
    from codestral_ls.context.budget import budget
    from codestral_ls.evaluation import report
    from codestral_ls.evaluation.journal import Journal
    from codestral_ls.evaluation.run import run as run_holes

    backend = build_one(options.backend.primary, options)
    try:
        await backend.start()
        with Spinner() as spinner:
            health = await until_ready(backend, options.local.start_timeout_seconds, spinner.health)
        if health.state != "ready":
            raise BackendUnavailable(health.message or f"The backend is {health.state}.")
        if root is not None:
            await asyncio.to_thread(bring_up_to_date, options, root)
        info = backend.info()
        journal_file = folder / "eval.jsonl"
        if fresh:
            journal_file.unlink(missing_ok=True)
        with Journal(journal_file, {**settings, "backend": info.name, "model": info.model}) as journal:
            with Bar("Completing") as bar:
                await run_holes(backend, options, holes, root, journal, DEADLINE_MS, bar.update)
            rows = list(journal.rows)
        info = backend.info()  # by now a local model's speed is known
        room = budget(options.context, info.context_tokens, info.chars_per_token, info.remote, info.prefill_rate)
    finally:
        await backend.aclose()
    told = report.summary(rows)
    note = report.why_equal(room.project + room.elsewhere, root is not None, options.context.project_tokens)
    measured = {"note": note, "summary": told, "rows": [asdict(row) for row in rows]}
    document = {"backend": info.name, "model": info.model, **settings, **measured}
    (folder / "eval.json").write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"{info.name} ({info.model}), {len(holes)} holes")
    print(report.text(told))
    if note:
        print(f"\n{note}")
    print(f"\n{folder / 'eval.json'}")
    try:
        report.plot(told, folder / "eval.png")
        print(folder / "eval.png")
    except ImportError:
        print("codestral-ls: no plot without matplotlib; `pip install matplotlib` and run again.", file=sys.stderr)
    return 0


def _folder(path: Path) -> Path:
    import hashlib

    from codestral_ls.config.paths import state_dir

    return state_dir() / "eval" / f"{path.name}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"


def _told(options: Options) -> dict[str, Any]:
    """The options that matter for a result; keys are in none of them."""
    told = asdict(options)
    return {name: told[name] for name in ("completion", "context", "backend", "local")}
