"""Documentation or tests for the one definition at a cursor: for an editor's code actions.

The same prompts, reading and proof as in a batch; cancelling the task cancels the work. No file is written and no test is run: the
editor applies an edit, and the user sees it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from codestral_ls.backends.base import Backend, Priority
from codestral_ls.config.sections import GenerateOptions
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.errors import GenerateError
from codestral_ls.generate.at_cursor.offer import can_be_tested, definition_in, offer, why_no_documentation
from codestral_ls.generate.docstrings.documentable import Documentable, read_definitions
from codestral_ls.generate.docstrings.placing import documentation_edit
from codestral_ls.generate.docstrings.project_style import Profile, read_profile
from codestral_ls.generate.docstrings.prompt import build_request, read_surroundings, tokens_for
from codestral_ls.generate.docstrings.prose import why_no_prose
from codestral_ls.generate.editing.edits import Edit, apply_edits
from codestral_ls.generate.editing.proof import why_unproved
from codestral_ls.generate.editing.source import MAX_BYTES
from codestral_ls.generate.test_files import is_generated, is_test_file
from codestral_ls.generate.testing.file_text import TestLayout
from codestral_ls.generate.testing.generated_tests import read_candidates
from codestral_ls.generate.testing.locations import place_for_tests
from codestral_ls.generate.testing.profile import TestProfile
from codestral_ls.generate.testing.prompt import build_test_request, opening_of
from codestral_ls.generate.writers.backend import collect
from codestral_ls.system.beneath import is_real
from codestral_ls.system.bounded import read_bounded

Tell = Callable[[str], None]
"""Called with a few words at each step, for a progress bar."""
_TRIES = 3
_BESIDE = 40
"""How many files of the same folder are read to see how documentation is written here."""


@dataclass(frozen=True, slots=True)
class NewText:
    """Text for a file: ``text`` comes after ``existing``, the text of ``path``; with ``is_new`` that file does not exist yet."""

    path: Path
    text: str
    is_new: bool
    tests: tuple[str, ...]
    existing: str = ""


def definition_to_document(snapshot: Snapshot) -> str | None:
    """The name of the definition at the cursor that documentation can be written for; None if there is none."""
    return offer(snapshot).docstring


def function_to_test(snapshot: Snapshot) -> str | None:
    """The name of the function at the cursor that tests can be written for; None if there is none."""
    return offer(snapshot).tests


async def write_docstring(
    snapshot: Snapshot,
    backend: Backend,
    options: GenerateOptions,
    tell: Tell = lambda _text: None,
    timeout: float = 60.0,
    priority: Priority = Priority.INTERACTIVE,
    root: Path | None = None,
) -> Edit:
    """The proved edit of ``snapshot.text`` that documents the definition at the cursor, replacing documentation that is there.

    ``timeout`` is in seconds for all tries together. Raises: GenerateError with a sentence for the user, BackendError.
    """
    definition = await asyncio.to_thread(_definition, snapshot)
    if definition is None:
        raise GenerateError("There is no function, method or class at the cursor.")
    if reason := why_no_documentation(definition, snapshot):
        raise GenerateError(f"{definition.name} gets no documentation: {reason}.")
    info = backend.info()
    if problem := why_no_prose(info):
        raise GenerateError(problem)
    profile = await asyncio.to_thread(_profile, snapshot, options, root)
    tree = snapshot.tree()
    around = await asyncio.to_thread(read_surroundings, tree, read_definitions(tree)) if tree is not None else None
    first, larger = tokens_for(profile, options.max_tokens)
    characters = int(min(options.prompt_tokens or 2_048, max(256, info.context_tokens - options.max_tokens)) * info.chars_per_token)
    request = build_request(
        snapshot.text, snapshot.language, definition, profile, address=snapshot.uri,
        characters=characters, max_tokens=first, timeout=timeout, around=around,
    )  # fmt: skip
    try:
        async with asyncio.timeout(timeout):
            for attempt in range(_TRIES):
                tell(f"documenting {definition.name}" if attempt == 0 else f"documenting {definition.name}, try {attempt + 1}")
                asked = replace(request, priority=priority, temperature=0.3 * attempt, seed=attempt)
                written = await collect(backend, asked)
                if written.finish == "length":  # an answer that was cut off is never shown
                    written = await collect(backend, replace(asked, max_tokens=larger))
                if written.finish == "length":
                    continue
                edit = await asyncio.to_thread(_proved, snapshot, definition, written.text, profile)
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
    priority: Priority = Priority.INTERACTIVE,
    open_texts: Mapping[Path, str] | None = None,
) -> NewText:
    """Tests for the function at the cursor, which parse and have NOT been run, for its generated test file below ``root``.

    ``open_texts`` are the texts of files that an editor has open: they replace the texts on the disk. Raises: GenerateError
    with a sentence for the user, BackendError.
    """
    definition = await asyncio.to_thread(_definition, snapshot)
    if definition is None or snapshot.path is None or not can_be_tested(definition, snapshot):
        raise GenerateError("There is no function at the cursor that tests can be written for.")
    if is_test_file(snapshot.path, root):
        raise GenerateError("This file contains tests itself.")
    tree = snapshot.tree()
    assert tree is not None
    definitions, profile = read_definitions(tree), TestProfile()
    layout = await asyncio.to_thread(_layout, snapshot, snapshot.path, root, definitions, profile)
    target = layout.place
    place = root / target.path
    existing = await asyncio.to_thread(_existing, place, (open_texts or {}).get(place))
    imports = layout.example_imports(definition.qualified.split(".")[0])
    info = backend.info()
    room = max(256, info.context_tokens - 3 * options.max_tokens)
    request = build_test_request(
        tree, definition, definitions, profile,
        (snapshot.path.name, target.path.as_posix(), imports.rstrip()), address=snapshot.uri,
        characters=int(min(options.prompt_tokens or 2_048, room) * info.chars_per_token),
        max_tokens=options.max_tokens, timeout=timeout,
    )  # fmt: skip
    opening = opening_of(tree, definition, profile)
    try:
        async with asyncio.timeout(timeout):
            for attempt in range(_TRIES):
                tell(f"writing tests for {definition.name}")
                asked = replace(request, priority=priority, temperature=0.3 * attempt, seed=attempt)
                answer = (await collect(backend, asked)).text
                taken = set(re.findall(r"\btest_\w+", existing))
                found = await asyncio.to_thread(read_candidates, snapshot.language, opening, answer, taken)
                if found:
                    text = layout.appended(existing, found) if existing else layout.whole(found)
                    return NewText(place, text, not existing, tuple(test.name for test in found), existing)
    except TimeoutError as error:
        raise GenerateError(f"No tests came within {timeout:.0f} seconds.") from error
    raise GenerateError("The model wrote nothing that is a test.")


def _layout(snapshot: Snapshot, path: Path, root: Path, definitions: list[Documentable], profile: TestProfile) -> TestLayout:
    """How tests of the document are put into a file. Raises: GenerateError (outside of the workspace, cannot be imported)."""
    try:
        relative = PurePosixPath(path.resolve().relative_to(root.resolve()).as_posix())
        place = place_for_tests(root, path, snapshot.language, profile)
    except ValueError as error:
        raise GenerateError(f"{path.name} is outside of the workspace.") from error
    if place is None:
        raise GenerateError(f"{path.name} cannot be imported by a test.")
    if not is_real(root.resolve() / place.path):
        raise GenerateError(f"Its tests belong into {place.path.as_posix()}, to which a link leads.")
    exported = tuple(sorted({one.qualified.split(".")[0] for one in definitions}))
    return TestLayout.of(snapshot.language, relative, snapshot.text, place, profile, exported)


def _definition(snapshot: Snapshot) -> Documentable | None:
    """The innermost definition around the cursor, with its decorators and its documentation."""
    tree = snapshot.tree()
    if tree is None or tree.has_errors:
        return None
    return definition_in(read_definitions(tree), snapshot)


def _profile(snapshot: Snapshot, options: GenerateOptions, root: Path | None) -> Profile:
    """How the files in the same folder write, by the project's configuration in ``root``."""
    beside: list[Path] = []
    if snapshot.path is not None:
        with contextlib.suppress(OSError):
            beside = sorted(one for one in snapshot.path.parent.iterdir() if one.suffix == snapshot.path.suffix)[:_BESIDE]
    return read_profile(beside, options.style, root)


def _proved(snapshot: Snapshot, definition: Documentable, answer: str, profile: Profile) -> Edit | None:
    edit = documentation_edit(snapshot.text, snapshot.language, definition, answer, profile)
    if edit is None:
        return None
    after = apply_edits(snapshot.text, [edit])
    return edit if why_unproved(snapshot.language, snapshot.text, after, [edit], snapshot.tree()) is None else None


def _existing(place: Path, open_text: str | None) -> str:
    """The text of the generated test file; "" if there is none. Raises: GenerateError if the file is not ours."""
    try:
        text = read_bounded(place, MAX_BYTES).decode("utf-8") if open_text is None else open_text
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeError) as error:
        raise GenerateError(f"{place.name} cannot be read.") from error
    if not is_generated(text):
        raise GenerateError(f"{place.name} exists and was not written by this command.")
    return text
