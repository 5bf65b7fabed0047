"""Documentation or tests for the one definition at a cursor: for an editor's code actions.

The same prompts, reading and proof as in a batch; cancelling is the task's own. Deliberately writes no file and runs no test: the
editor applies an edit, the user sees it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from codestral_ls.backends.base import Backend, Priority
from codestral_ls.config.sections import GenerateOptions
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.errors import GenerateError
from codestral_ls.generate.docstrings.definitions import Definition, read_definitions
from codestral_ls.generate.docstrings.needs import why_not_needed
from codestral_ls.generate.docstrings.plan import LANGUAGES, documentation_edit
from codestral_ls.generate.docstrings.project_style import Profile, style_of
from codestral_ls.generate.docstrings.prompt import build_request
from codestral_ls.generate.edits import Edit, apply_edits
from codestral_ls.generate.engine import collect
from codestral_ls.generate.proof import why_unproved
from codestral_ls.generate.testing.candidates import read_candidates
from codestral_ls.generate.testing.plan import LANGUAGES as TESTED
from codestral_ls.generate.testing.profile import TestProfile, is_generated, is_test_file
from codestral_ls.generate.testing.prompt import build_test_request, test_name
from codestral_ls.generate.testing.subjects import import_lines, test_file

Tell = Callable[[str], None]
"""Hears what is being done, for a progress bar: a few words."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class NewText:
    """What a file shall get: ``text`` at the end of ``path``, or as all of it where it does not exist yet (``is_new``)."""

    path: Path
    text: str
    is_new: bool
    tests: tuple[str, ...]


def documentable(snapshot: Snapshot) -> str | None:
    """The name of the definition at the cursor that documentation can be written for; None where there is none.

    Costs one look at the syntax tree: cheap enough for every request of code actions.
    """
    found = _definition(snapshot) if snapshot.language in LANGUAGES else None
    return found.qualified if found is not None and _why_not(found, snapshot) is None else None


def testable(snapshot: Snapshot) -> str | None:
    """The name of the function at the cursor that tests can be written for; None where there is none."""
    found = _definition(snapshot) if snapshot.language in TESTED and snapshot.path is not None else None
    return found.qualified if found is not None and found.is_callable and not found.name.startswith("__") else None


testable.__test__ = False  # type: ignore[attr-defined]


async def write_docstring(
    snapshot: Snapshot, backend: Backend, options: GenerateOptions, tell: Tell = lambda _text: None, timeout: float = 60.0
) -> Edit:
    """The proved edit of ``snapshot.text`` that documents the definition at the cursor, in place of documentation that is there.

    ``timeout`` is in seconds for all tries together. Raises GenerateError with a sentence for the user, BackendError.
    """
    definition = await asyncio.to_thread(_definition, snapshot)
    if definition is None:
        raise GenerateError("There is no function, method or class at the cursor.")
    if reason := _why_not(definition, snapshot):
        raise GenerateError(f"{definition.name} gets no documentation: {reason}.")
    profile = await asyncio.to_thread(_profile, snapshot, options)
    info = backend.info()
    characters = int(min(options.prompt_tokens or 2_048, max(256, info.context_tokens - options.max_tokens)) * info.chars_per_token)
    request = build_request(
        snapshot.text, snapshot.language, definition, profile,
        characters=characters, max_tokens=options.max_tokens, timeout=timeout,
    )  # fmt: skip
    try:
        async with asyncio.timeout(timeout):
            for attempt in range(_TRIES):
                tell(f"documenting {definition.name}" if attempt == 0 else f"documenting {definition.name}, try {attempt + 1}")
                asked = replace(request, priority=Priority.INTERACTIVE, temperature=0.3 * attempt, seed=attempt)
                answer = (await collect(backend, asked)).text
                edit = await asyncio.to_thread(_proved, snapshot, definition, answer, profile)
                if edit is not None:
                    return edit
    except TimeoutError as error:
        raise GenerateError(f"No documentation came within {timeout:.0f} seconds.") from error
    raise GenerateError("The model wrote nothing that can be used as documentation.")


async def write_tests(
    snapshot: Snapshot,
    backend: Backend,
    options: GenerateOptions,
    root: Path,
    tell: Tell = lambda _text: None,
    timeout: float = 120.0,
) -> NewText:
    """Tests for the function at the cursor, which parse and have NOT been run, for its generated test file below ``root``.

    Raises GenerateError with a sentence for the user, BackendError.
    """
    definition = await asyncio.to_thread(_definition, snapshot)
    if definition is None or testable(snapshot) is None or snapshot.path is None:
        raise GenerateError("There is no function at the cursor that tests can be written for.")
    if is_test_file(snapshot.path, root):
        raise GenerateError("This file holds tests itself.")
    try:
        target = test_file(root, snapshot.path, snapshot.language, TestProfile())
    except ValueError as error:
        raise GenerateError(f"{snapshot.path.name} is outside of the workspace.") from error
    if target is None:
        raise GenerateError(f"{snapshot.path.name} cannot be imported by a test.")
    tree = snapshot.tree()
    assert tree is not None
    place = root / target.path
    existing = await asyncio.to_thread(_existing, place)
    imports = import_lines(root, snapshot.path, snapshot.language, target, [definition.qualified.split(".")[0]])
    info = backend.info()
    room = max(256, info.context_tokens - 3 * options.max_tokens)
    request = build_test_request(
        tree, definition, read_definitions(tree), TestProfile(),
        (snapshot.path.name, target.path.as_posix(), imports.rstrip()),
        characters=int(min(options.prompt_tokens or 2_048, room) * info.chars_per_token),
        max_tokens=options.max_tokens, timeout=timeout,
    )  # fmt: skip
    opening = f"def {test_name(definition)}" if snapshot.language == "python" else f'test("{definition.name}'
    try:
        async with asyncio.timeout(timeout):
            for attempt in range(_TRIES):
                tell(f"writing tests for {definition.name}")
                asked = replace(request, priority=Priority.INTERACTIVE, temperature=0.3 * attempt, seed=attempt)
                answer = (await collect(backend, asked)).text
                taken = set(re.findall(r"\btest_\w+", existing))
                found = await asyncio.to_thread(read_candidates, snapshot.language, opening, answer, taken)
                if found:
                    gap = "\n\n\n" if snapshot.language == "python" else "\n\n"
                    head = "" if imports.strip() in existing else imports + gap[1:]
                    text = head + gap.join(test.code for test in found) + "\n"
                    start = gap[1:] if existing else f"{target.head}\n"
                    return NewText(place, start + text, not existing, tuple(test.name for test in found))
    except TimeoutError as error:
        raise GenerateError(f"No tests came within {timeout:.0f} seconds.") from error
    raise GenerateError("The model wrote nothing that is a test.")


def _definition(snapshot: Snapshot) -> Definition | None:
    """The innermost definition around the cursor, with its decorators and its documentation."""
    tree = snapshot.tree()
    if tree is None or tree.has_errors:
        return None
    line_end = max(snapshot.offset, snapshot.line_end)
    around = [
        one
        for one in read_definitions(tree)
        if min(one.anchor, *(one.docstring or (one.anchor,))) <= line_end and snapshot.offset <= one.end
    ]
    return min(around, key=lambda one: one.end - one.start, default=None)


def _why_not(definition: Definition, snapshot: Snapshot) -> str | None:
    return why_not_needed(definition, snapshot.text, snapshot.language, everything=True, update=True)


def _profile(snapshot: Snapshot, options: GenerateOptions) -> Profile:
    """The style that was chosen, or that of most docstrings of this file."""
    if options.style != "project":
        return Profile(options.style)
    tree = snapshot.tree()
    styles = [
        style
        for one in (read_definitions(tree) if tree is not None and snapshot.language == "python" else [])
        if one.docstring is not None and (style := style_of(snapshot.text[slice(*one.docstring)])) is not None
    ]
    return Profile(max(styles, key=styles.count)) if styles else Profile()


def _proved(snapshot: Snapshot, definition: Definition, answer: str, profile: Profile) -> Edit | None:
    edit = documentation_edit(snapshot.text, snapshot.language, definition, answer, profile)
    if edit is None:
        return None
    after = apply_edits(snapshot.text, [edit])
    return edit if why_unproved(snapshot.language, snapshot.text, after, [edit], snapshot.tree()) is None else None


def _existing(place: Path) -> str:
    """The text of the generated test file; "" where there is none. Raises GenerateError for somebody else's file."""
    try:
        text = place.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeError) as error:
        raise GenerateError(f"{place.name} cannot be read.") from error
    if not is_generated(text):
        raise GenerateError(f"{place.name} exists and was not written by this command.")
    return text
