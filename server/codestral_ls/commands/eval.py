"""``codestral-ls eval [PATH]``: how good completions are on your own code, with project context and without.

Makes holes in committed code, completes them with the current settings and compares. PATH may also be a file of
HumanEval-Infilling, SAFIM or CrossCodeEval, or the name of a set of HumanEval-Infilling. An interrupted
run continues when the same command is given again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from codestral_ls.commands.command_context import bring_up_to_date
from codestral_ls.commands.options import add_editor_settings, add_option_arguments, load
from codestral_ls.config.sections import BackendName, Options
from codestral_ls.errors import BackendUnavailable, CodestralLsError, DocumentError
from codestral_ls.system.private_files import private_file

if TYPE_CHECKING:
    from codestral_ls.backends.base import BackendInfo
    from codestral_ls.evaluation.answer_log import EvaluatedHole
    from codestral_ls.evaluation.holes import Hole

DEADLINE_MS = 60_000
WHAT = "a git repository, a dataset's file, or humaneval-single-line, humaneval-multi-line, humaneval-random-span"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("path", metavar="PATH", type=Path, nargs="?", default=Path(), help=WHAT)
    parser.add_argument("--backend", metavar="NAME", help="measure this backend instead of backend.primary")
    parser.add_argument(
        "--compare", metavar=("A", "B"), nargs=2, help="compare two models: backends' names, or local models' names or paths"
    )
    parser.add_argument("--holes", metavar="N", type=int, default=90, help="how many holes (90)")
    parser.add_argument("--seed", type=int, default=1, help="which holes (1)")
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="where results go (your state folder)")
    parser.add_argument("--fresh", action="store_true", help="start again, without an earlier run's results")
    add_option_arguments(parser)
    add_editor_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure and report. Raises: CodestralLsError with the reason if it cannot be done."""
    if arguments.backend:
        arguments.assignments = [*arguments.assignments, f"backend.primary={arguments.backend}"]
    path = arguments.path.resolve()
    loaded = load(arguments, path)
    from codestral_ls.evaluation.datasets import is_dataset, read_dataset
    from codestral_ls.evaluation.holes import holes_in
    from codestral_ls.evaluation.infilling import SUITES, sample, suite
    from codestral_ls.evaluation.run_holes import ARMS, SUITE_ARMS

    name, arms = str(arguments.path), ARMS
    if name in SUITES:
        root, holes = None, sample(suite(name, arguments.seed), arguments.holes, arguments.seed)
        arms = SUITE_ARMS
    elif is_dataset(path):
        root, holes = None, sample(read_dataset(path), arguments.holes, arguments.seed)
        arms = SUITE_ARMS
    elif path.is_dir():
        root, holes = path, holes_in(path, arguments.holes, arguments.seed)
    else:
        raise DocumentError(f"{arguments.path} is neither a folder nor a .jsonl file.")
    if not holes:
        raise DocumentError(f"{arguments.path} has no committed code to make holes in.")
    folder = arguments.out.resolve() if arguments.out else _folder(path)
    settings = {"path": str(path), "holes": arguments.holes, "seed": arguments.seed, "options": _told(loaded.options)}
    try:
        if arguments.compare:
            return asyncio.run(_compare(loaded.options, arguments.compare, holes, root, folder, settings, arguments.fresh))
        return asyncio.run(_run(loaded.options, holes, root, folder, settings, arms, arguments.fresh))
    except OSError as error:
        raise CodestralLsError(f"The results cannot be written to {folder}: {error.strerror or error}.") from error


async def _answers(
    options: Options,
    holes: list[Hole],
    root: Path | None,
    journal_file: Path,
    settings: dict[str, Any],
    arms: Sequence[str],
    fresh: bool,
) -> tuple[BackendInfo, list[EvaluatedHole]]:
    """Complete the holes with the backend of ``options``; results of an earlier run are kept unless ``fresh``."""
    from codestral_ls.backends.build_backend import build_one
    from codestral_ls.backends.ready import until_ready
    from codestral_ls.commands.spinner import Bar, Spinner
    from codestral_ls.evaluation.answer_log import EvaluationLog
    from codestral_ls.evaluation.run_holes import run as run_holes

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
        if fresh:
            await asyncio.to_thread(journal_file.unlink, missing_ok=True)
        with EvaluationLog(journal_file, {**settings, "backend": info.name, "model": info.model}) as journal:
            with Bar(f"Completing with {info.model or info.name}") as bar:
                await run_holes(backend, options, holes, root, journal, DEADLINE_MS, bar.update, arms)
            return backend.info(), list(journal.rows)  # by now a local model's speed is known
    finally:
        await backend.aclose()


async def _run(
    options: Options, holes: list[Hole], root: Path | None, folder: Path, settings: dict[str, Any], arms: Sequence[str], fresh: bool
) -> int:
    from codestral_ls.context.budget import budget
    from codestral_ls.evaluation import report

    info, rows = await _answers(options, holes, root, folder / "eval.jsonl", settings, arms, fresh)
    room = budget(options.context, info.context_tokens, info.chars_per_token, info.remote, info.prefill_rate)
    told = report.summary(rows)
    note = "" if root is None else report.why_equal(room.project + room.elsewhere, True, options.context.project_tokens)
    measured = {"note": note, "summary": told, "rows": [asdict(row) for row in rows]}
    document = {"backend": info.name, "model": info.model, **settings, **measured}
    private_file(folder / "eval.json", own_folder=False).write_text(
        json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    print(f"{info.name} ({info.model}), {len(holes)} holes")
    print(report.text(told))
    if note:
        print(f"\n{note}")
    print(f"\n{folder / 'eval.json'}")
    _drawn(folder / "eval.png", lambda file: report.plot(told, file))
    return 0


async def _compare(
    options: Options,
    names: Sequence[str],
    holes: list[Hole],
    root: Path | None,
    folder: Path,
    settings: dict[str, Any],
    fresh: bool,
) -> int:
    """Both contenders on the same holes, as they would be used: with project context, through the pipeline."""
    from codestral_ls.evaluation.comparing import Contender, compare
    from codestral_ls.evaluation.picture import draw, table

    arms = ("with",) if root is not None else ("pipeline",)
    contenders = []
    for side, name in zip("ab", names, strict=True):
        chosen = contending(options, name)
        own = {**settings, "options": _told(chosen)}
        info, rows = await _answers(chosen, holes, root, folder / f"compare-{side}.jsonl", own, arms, fresh)
        wanted = {hole.id for hole in holes}
        contenders.append(Contender(shown_name(name, info.model), {row.hole: row for row in rows if row.hole in wanted}))
    if contenders[0].name == contenders[1].name:  # two files of one name
        contenders = [Contender(f"{side} {each.name}", each.rows) for side, each in zip("AB", contenders, strict=True)]
    result = compare(*contenders)
    document = {**settings, "comparison": asdict(result)}
    private_file(folder / "compare.json", own_folder=False).write_text(
        json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    print(table(result))
    print(f"\n{folder / 'compare.json'}")
    _drawn(folder / "compare.png", lambda file: draw(result, Path(settings["path"]).name, file))
    return 0


def contending(options: Options, name: str) -> Options:
    """The options with a contender in them: a backend's name, or otherwise a local model's name or path."""
    if name in get_args(BackendName):
        backend: BackendName = next(known for known in get_args(BackendName) if known == name)
        return replace(options, backend=replace(options.backend, primary=backend, fallbacks=()))
    local = replace(options.local, model=name)
    return replace(options, local=local, backend=replace(options.backend, primary="local", fallbacks=()))


def shown_name(name: str, model: str) -> str:
    """A contender's name in a title: a file's own name without its folder, a backend's with its ``model``."""
    if name in get_args(BackendName):
        return f"{name} ({model})" if model else name
    return Path(name).name.removesuffix(".gguf") or name


def _drawn(file: Path, draw: Callable[[Path], None]) -> None:
    try:
        draw(private_file(file, own_folder=False))
        print(file)
    except ImportError:
        print("codestral-ls: no plot without matplotlib; `pip install matplotlib` and run again.", file=sys.stderr)


def _folder(path: Path) -> Path:
    import hashlib

    from codestral_ls.config.paths import state_dir

    return state_dir() / "eval" / f"{path.name}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"


def _told(options: Options) -> dict[str, Any]:
    """The options that affect a result; keys are in none of them."""
    told = asdict(options)
    return {name: told[name] for name in ("completion", "context", "backend", "local")}
