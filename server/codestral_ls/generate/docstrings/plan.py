"""Docstrings for one file: which texts it wants, and the proved edit once they are there.

Runs in worker processes. Reads the file and never writes it; a digest shows whether the file changed in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.batch.work import FilePlan, FileResult, Outcome, Wanted
from codestral_ls.generate.docstrings.comment_layout import DOCUMENTED
from codestral_ls.generate.docstrings.documentable import Documentable, read_definitions
from codestral_ls.generate.docstrings.exports import exported_names
from codestral_ls.generate.docstrings.needs import why_not_needed
from codestral_ls.generate.docstrings.placing import documentation_edit
from codestral_ls.generate.docstrings.project_facts import opened
from codestral_ls.generate.docstrings.project_style import Profile, kind_of
from codestral_ls.generate.docstrings.prompt import build_request, read_surroundings, tokens_for
from codestral_ls.generate.editing.edits import Edit, apply_edits, unified_diff
from codestral_ls.generate.editing.proof import why_unproved, why_unreadable
from codestral_ls.generate.editing.source import FileLeftAlone, SourceFile, digest_of, read_source
from codestral_ls.generate.test_files import is_test_file
from codestral_ls.system.beneath import is_real

LANGUAGES = DOCUMENTED
"""Languages that can be documented."""


@dataclass(frozen=True, slots=True)
class DocstringSettings:
    """How docstrings are written. ``prompt_characters`` is the room for a prompt; ``root`` shortens paths in diffs; ``facts`` is
    the file with the project's facts about its definitions (None: prompts show nothing of other files).
    """

    root: Path
    profile: Profile = field(default_factory=Profile)
    everything: bool = False
    update: bool = False
    prompt_characters: int = 6_000
    max_tokens: int = 320
    timeout: float = 120.0
    ignore: frozenset[str] = frozenset()
    facts: Path | None = None


def plan_file(settings: DocstringSettings, path: Path) -> FilePlan:
    """The texts that ``path`` wants. A file whose edits could not be proved is left alone before anything is paid for."""
    if not is_real(path):
        return FilePlan(path, problem="a link leads to it by now")
    try:
        source = read_source(path)
    except FileLeftAlone as error:
        return FilePlan(path, problem=str(error))
    if source.language not in LANGUAGES:
        unknown = f"{source.language} has no documentation comments that are known here"
        return FilePlan(path, source.digest, source.digest, problem=unknown)
    if path.suffix == ".pyi":
        return FilePlan(path, source.digest, source.digest, problem="it is a stub, and stubs carry no docstrings")
    if not settings.everything and is_test_file(path, settings.root):
        return FilePlan(path, source.digest, source.digest)
    tree = SyntaxTree.parse(source.language, source.text)
    definitions, needed = _needed(settings, source, tree)
    exported = exported_names(source.text, source.language)
    documented = sum(1 for one in definitions if one.docstring is not None and _counts(settings, one, source, exported))
    if not needed:
        return FilePlan(path, source.digest, source.digest, documented=documented)
    if problem := why_unreadable(source.language, source.text, tree):
        return FilePlan(path, source.digest, source.digest, problem=problem, documented=documented)
    first, room = tokens_for(settings.profile, settings.max_tokens)
    with opened(settings.facts) as facts:
        around = read_surroundings(tree, definitions, facts, _name(settings.root, path)) if tree is not None else None
        wanted = tuple(
            Wanted(
                str(index),
                definition.qualified.replace(".", "::") if source.language == "rust" else definition.qualified,
                source.text.count("\n", 0, definition.start) + 1,
                build_request(
                    source.text, source.language, definition, settings.profile, address=path.resolve().as_uri(),
                    characters=settings.prompt_characters, max_tokens=first, timeout=settings.timeout, around=around,
                ),
                room,
            )
            for index, definition in needed
        )  # fmt: skip
    return FilePlan(path, source.digest, source.digest, wanted, documented=documented)


def finish_file(settings: DocstringSettings, plan: FilePlan, answers: Mapping[str, str]) -> FileResult:
    """The file with the answers (by ``Wanted.id``) as documentation, every edit proved; a missing answer makes no edit."""
    try:
        source = read_source(plan.path)
    except FileLeftAlone as error:
        return FileResult(plan.path, "left_alone", str(error))
    if source.digest != plan.digest:
        return FileResult(plan.path, "left_alone", "it changed while its documentation was being written")
    tree = SyntaxTree.parse(source.language, source.text)
    needed = {str(index): definition for index, definition in _needed(settings, source, tree)[1]}
    edits: dict[str, Edit] = {}
    reasons: dict[str, tuple[str, str]] = {}
    for one in plan.wanted:
        if one.id not in answers:
            reasons[one.id] = ("failed", "no whole answer came")
            continue
        edit = documentation_edit(source.text, source.language, needed[one.id], answers[one.id], settings.profile)
        if edit is None:
            reasons[one.id] = ("unusable", "the answer is not a description")
        elif not _fits_encoding(source, edit):
            reasons[one.id] = ("unusable", f"{source.encoding} has no character for it")
        else:
            edits[one.id] = edit
    edits, refused = _proved(source, edits, tree)
    reasons.update({id_: ("refused", reason) for id_, reason in refused.items()})
    outcomes = tuple(Outcome(one.name, one.line, *(("written", "") if one.id in edits else reasons[one.id])) for one in plan.wanted)
    if not edits:
        return FileResult(plan.path, "unchanged", outcomes=outcomes)
    chosen = list(edits.values())
    data = source.encoded(apply_edits(source.text, chosen))
    diff = unified_diff(_name(settings.root, plan.path), source.text, chosen)
    return FileResult(plan.path, "changed", "", plan.path, source.digest, data, diff, outcomes)


def _needed(
    settings: DocstringSettings, source: SourceFile, tree: SyntaxTree | None
) -> tuple[list[Documentable], list[tuple[int, Documentable]]]:
    """All definitions, and those that need documentation with their number."""
    definitions = read_definitions(tree) if tree is not None else []
    exported = exported_names(source.text, source.language)
    places: set[int] = set()
    needed = []
    for index, definition in enumerate(definitions):
        why_not = why_not_needed(
            definition,
            source.text,
            source.language,
            everything=settings.everything,
            update=settings.update,
            ignore=settings.ignore,
            exported=exported,
        )
        if why_not is None and not settings.everything and not settings.profile.documents(kind_of(definition)):
            continue  # the project documents none of these
        if why_not is None and tree is not None and tree.errors_in(definition.anchor, definition.end):
            continue  # the grammar misreads a part of it, so nothing could be proved
        place = definition.docstring[0] if definition.docstring else definition.insert_at
        if why_not is None and place not in places:
            places.add(place)
            needed.append((index, definition))
    return definitions, needed


def _counts(settings: DocstringSettings, definition: Documentable, source: SourceFile, exported: frozenset[str] | None) -> bool:
    """True for a documented definition of a kind that needs documentation: the other half of what ``--check`` counts."""
    bare = replace(definition, docstring=None)
    why_not = why_not_needed(
        bare,
        source.text,
        source.language,
        everything=settings.everything,
        ignore=settings.ignore,
        exported=exported,
    )
    return why_not in (None, definition.obstacle)


def _proved(source: SourceFile, edits: Mapping[str, Edit], tree: SyntaxTree | None) -> tuple[dict[str, Edit], dict[str, str]]:
    """The edits that are proved together, and the reason for each that is not."""
    chosen = dict(edits)
    if not chosen or _why(source, list(chosen.values()), tree) is None:
        return chosen, {}
    refused = {id_: reason for id_, edit in edits.items() if (reason := _why(source, [edit], tree)) is not None}
    chosen = {id_: edit for id_, edit in edits.items() if id_ not in refused}
    if chosen and (reason := _why(source, list(chosen.values()), tree)) is not None:
        return {}, refused | dict.fromkeys(chosen, reason)
    return chosen, refused


def _why(source: SourceFile, edits: Sequence[Edit], tree: SyntaxTree | None) -> str | None:
    after = apply_edits(source.text, edits)
    reason = why_unproved(source.language, source.text, after, edits, tree)
    if reason is None and digest_of(source.encoded(source.text)) != source.digest:
        return "its bytes would change"
    return reason


def _fits_encoding(source: SourceFile, edit: Edit) -> bool:
    try:
        edit.text.encode(source.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _name(root: Path, path: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()
