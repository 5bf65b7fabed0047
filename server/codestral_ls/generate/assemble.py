"""From arguments and options to the parts of one batch: which work, which engine, which journal, which price."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from codestral_ls.backends.base import BackendInfo, Usage
from codestral_ls.backends.build import build_backend, build_one
from codestral_ls.backends.ledger import Price, price_of
from codestral_ls.config.paths import state_dir
from codestral_ls.config.sections import Options
from codestral_ls.documents.privacy import FileRules
from codestral_ls.errors import GenerateError
from codestral_ls.generate.discover import Selection, find_files, git_root
from codestral_ls.generate.docstrings.plan import LANGUAGES, Settings, finish_file, plan_file
from codestral_ls.generate.docstrings.project_style import Profile, read_profile
from codestral_ls.generate.engine import BackendEngine, Engine
from codestral_ls.generate.journal import Journal
from codestral_ls.generate.work import Work

_LARGEST_PROMPT = 2_048
_REMOTE_AT_ONCE = 16


def selection_of(arguments: argparse.Namespace, options: Options) -> Selection:
    """Which files are asked for."""
    if arguments.what == "docstrings":
        languages = LANGUAGES
    else:
        from codestral_ls.generate.testing.plan import LANGUAGES as TESTED

        languages = TESTED
    exclude = (*options.generate.exclude, *arguments.exclude)
    rules = FileRules(options.privacy.ignore)
    allowed = allowed_of(arguments)
    return Selection(
        tuple(arguments.paths),
        languages,
        tuple(arguments.include),
        exclude,
        arguments.since,
        lambda path: path in allowed or not rules.why_private(path),
    )


def allowed_of(arguments: argparse.Namespace) -> frozenset[Path]:
    """The files that may be read and sent although they are ignored: those named beside ``--include-ignored``."""
    return frozenset(path.resolve() for path in arguments.paths if path.is_file()) if arguments.include_ignored else frozenset()


def withheld(arguments: argparse.Namespace, options: Options) -> list[str]:
    """A sentence for every file named on the command line that the file rules keep out, or would keep out."""
    rules = FileRules(options.privacy.ignore)
    allowed = allowed_of(arguments)
    sentences = []
    for path in arguments.paths:
        why = rules.why_private(path.resolve()) if path.is_file() else ""
        if why and path.resolve() in allowed:
            sentences.append(f"{path} is taken although {why}: --include-ignored says so.")
        elif why:
            sentences.append(f"{path} is left out: {why}. --include-ignored takes it all the same.")
    return sentences


def root_of(arguments: argparse.Namespace) -> Path:
    """The project: git's top around the first path, or the folder named."""
    first: Path = arguments.paths[0].resolve()
    folder = first if first.is_dir() else first.parent
    return git_root(folder) or folder


def journal_path(arguments: argparse.Namespace) -> Path:
    """Where this batch's journal lies: the same for the same work on the same paths."""
    if arguments.journal is not None:
        return Path(arguments.journal)
    name = "\n".join([arguments.what, *sorted(str(path.resolve()) for path in arguments.paths)])
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return state_dir() / "generate" / f"{arguments.what}-{digest}.sqlite"


def backend_info(arguments: argparse.Namespace, options: Options) -> BackendInfo:
    """What is known of the backend without starting it: the configured one, or Mistral's where a job or a chat goes there."""
    if arguments.engine == "mistral-batch" or arguments.chat:
        return build_one("mistral", options).info()
    return build_backend(options).info()


def make_work(arguments: argparse.Namespace, options: Options, journal: Journal | None, info: BackendInfo) -> Work:
    """The functions that plan and finish; what was learned of the project is kept in the journal for a resumed run.

    Without a journal nothing is learned: good enough for plans whose requests nobody sends.
    """
    root = root_of(arguments)
    section = options.generate
    if arguments.what == "tests":
        from codestral_ls.generate.testing.assemble import make_tests_work

        return make_tests_work(arguments, options, journal, info, root)
    profile = Profile() if journal is None else _profile(arguments, options, journal)
    settings = Settings(
        root,
        profile,
        arguments.everything,
        arguments.update,
        prompt_characters(options, info, section.max_tokens),
        section.max_tokens,
        section.timeout_seconds,
    )
    return Work("docstrings", partial(plan_file, settings), partial(finish_file, settings))


def _profile(arguments: argparse.Namespace, options: Options, journal: Journal) -> Profile:
    """How the project writes, as it was when the run began."""
    wish = arguments.style or options.generate.style
    kept = journal.setting("profile")
    if kept is None or kept["wish"] != wish:
        profile = read_profile(find_files(selection_of(arguments, options)), wish)
        kept = {"wish": wish, "profile": profile.to_json()}
        journal.set("profile", kept)
    return Profile.from_json(kept["profile"])


def prompt_characters(options: Options, info: BackendInfo, max_tokens: int) -> int:
    """The room for a prompt in characters."""
    room = max(256, info.context_tokens - max_tokens - 32)
    tokens = options.generate.prompt_tokens or min(_LARGEST_PROMPT, room)
    return int(min(tokens, room) * info.chars_per_token)


def concurrency_of(arguments: argparse.Namespace, options: Options) -> int:
    """Requests at once: a local host's slots are kept full with one more waiting behind each."""
    chosen = arguments.concurrency or options.generate.concurrency
    if chosen:
        return int(chosen)
    return 2 * options.local.slots if options.backend.primary == "local" else _REMOTE_AT_ONCE


def make_engine(
    arguments: argparse.Namespace,
    options: Options,
    concurrency: int,
    on_trouble: Callable[[str], None] = lambda _text: None,
) -> Engine:
    """The engine that is asked for; ``on_trouble`` hears why it waits. Raises GenerateError, ConfigError."""
    if arguments.engine == "ray":
        from codestral_ls.generate.engine_ray import RayEngine

        return RayEngine(
            options, concurrency, address=arguments.ray_address, workers=arguments.ray_workers, allowed=allowed_of(arguments)
        )
    if arguments.chat:
        if arguments.what != "tests":
            raise GenerateError("--chat is for tests; docstrings are written with FIM.")
        from codestral_ls.generate.mistral_chat import ChatEngine

        return ChatEngine(options, concurrency, allowed_of(arguments))
    return BackendEngine(build_backend(options, allowed=allowed_of(arguments)), concurrency, on_trouble=on_trouble)


def price_function(options: Options, info: BackendInfo, *, half: bool = False) -> Callable[[Usage], float]:
    """What an answer costs; local models cost nothing, a batch job half."""
    price = price_of(info.model, options.prices) if info.remote or half else Price(0.0, 0.0, 0.0)
    return (lambda usage: price.of(usage) / 2.0) if half else price.of
