"""From the command line to one ``Batch``: contradicting options are refused here with a sentence."""

from __future__ import annotations

import argparse
from pathlib import Path

from codestral_ls.config.sections import Options
from codestral_ls.documents.privacy import file_rules
from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.batch import Batch, Cluster, Documenting, Testing, WriterName
from codestral_ls.generate.batch.discover import Selection, git_root
from codestral_ls.generate.batch_work import languages_of
from codestral_ls.generate.docstrings.needs import IGNORABLE


def make_batch(arguments: argparse.Namespace, options: Options) -> Batch:
    """The batch that the arguments describe. Raises: GenerateError (they contradict each other)."""
    _refuse_nonsense(arguments)
    if missing := [str(path) for path in arguments.paths if not path.exists()]:
        raise GenerateError(f"{', '.join(missing)} {'does' if len(missing) == 1 else 'do'} not exist.")
    allowed = _allowed(arguments)
    rules = file_rules(options.privacy.ignore)
    selection = Selection(
        tuple(arguments.paths),
        languages_of(arguments.what),
        tuple(arguments.include),
        (*options.generate.exclude, *arguments.exclude),
        arguments.since,
        lambda path: path in allowed or not rules.why_private(path),
    )
    writer: WriterName = "chat" if arguments.chat else arguments.engine
    ignore = frozenset(kind for kind in IGNORABLE if getattr(arguments, f"ignore_{kind.replace('-', '_')}"))
    return Batch(
        what=arguments.what,
        selection=selection,
        root=_root_of(arguments.paths[0]),
        mode=arguments.mode if arguments.mode in ("write", "check") else "show",
        writer=writer,
        concurrency=arguments.concurrency or 0,
        allowed=allowed,
        cluster=Cluster(arguments.ray_address, arguments.ray_workers),
        batch_hours=arguments.batch_hours,
        documenting=Documenting(arguments.style or options.generate.style, arguments.everything, arguments.update, ignore),
        testing=Testing(
            arguments.execute or arguments.run_unfenced,
            arguments.strict,
            arguments.everything,
            arguments.framework,
            arguments.python,
            arguments.run_unfenced,
        ),
    )


def withheld(arguments: argparse.Namespace, options: Options) -> list[str]:
    """A sentence for every file named on the command line that the file rules keep out, or would keep out."""
    rules = file_rules(options.privacy.ignore)
    allowed = _allowed(arguments)
    sentences = []
    for path in arguments.paths:
        why = rules.why_private(path.resolve()) if path.is_file() else ""
        if why and path.resolve() in allowed:
            sentences.append(f"{path} is taken although {why}: --include-ignored says so.")
        elif why:
            sentences.append(f"{path} is left out: {why}. --include-ignored takes it all the same.")
    return sentences


def _allowed(arguments: argparse.Namespace) -> frozenset[Path]:
    """The files that may be read and sent although they are ignored: those named together with ``--include-ignored``."""
    return frozenset(path.resolve() for path in arguments.paths if path.is_file()) if arguments.include_ignored else frozenset()


def _root_of(path: Path) -> Path:
    """The project: git's top folder around the first path, or the named folder."""
    first = path.resolve()
    folder = first if first.is_dir() else first.parent
    return git_root(folder) or folder


def _refuse_nonsense(arguments: argparse.Namespace) -> None:
    execute = arguments.execute or arguments.run_unfenced
    if arguments.what == "tests" and arguments.mode == "write" and not execute:
        raise GenerateError(
            "Only tests that pass are written, and to know that they must run. Add --run, which EXECUTES generated code "
            "(see `codestral-ls generate --help` for the limits), or use --diff to look at them."
        )
    if arguments.what == "tests" and arguments.strict and not execute:
        raise GenerateError("--strict runs tests on mutants; add --run, which EXECUTES generated code.")
    if arguments.what == "docstrings" and (execute or arguments.strict):
        raise GenerateError("--run and --strict are for tests.")
    if arguments.engine != "here" and arguments.chat:
        raise GenerateError("--chat and --engine exclude each other.")
    if arguments.chat and arguments.what != "tests":
        raise GenerateError("--chat is for tests; docstrings are written with FIM.")
    if arguments.fail_under is not None and arguments.mode != "check":
        raise GenerateError("--fail-under is for --check.")
