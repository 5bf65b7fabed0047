"""Definitions of other files that the next line may use: of the names in use, of what the imports and base classes bring,
and of what similar files use. Signatures only; worth.py says how likely each is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from codestral_ls.context.index.read import Defined
from codestral_ls.context.near import Near, near
from codestral_ls.context.render import Snippet
from codestral_ls.context.words import parts, words
from codestral_ls.context.workspace import Workspace
from codestral_ls.context.worth import Evidence, worth
from codestral_ls.documents.outline import Import, imports_of
from codestral_ls.documents.snapshot import Snapshot

NAME = "definitions"
MOST = 400
MOST_TARGETS = 28
MOST_NEIGHBOURS = 12
MOST_SHARED = 200
SIGNATURE = 150
"""Characters of a signature that are shown."""

_CALLABLE = frozenset({"function", "method", "macro"})
_FIELD = frozenset({"field", "variable"})
_CLASS = frozenset({"class", "type", "impl"})


@dataclass(slots=True)
class Surroundings:
    """What the definitions are judged by: see `Evidence`."""

    near: Near
    imported: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)
    shares: Mapping[str, float] = field(default_factory=dict)
    folder: str = ""
    open_files: set[str] = field(default_factory=set)


class Definitions:
    """The source; reads the index alone."""

    name = NAME

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def find(self, snapshot: Snapshot) -> list[Snippet]:
        """The likeliest definitions, best first."""
        here = self._workspace.relative(snapshot.path)
        surroundings, defined = self.candidates(snapshot, here)
        rated = [(worth(evidence_for(one, count, surroundings)), one) for one, count in _counted(defined)]
        rated.sort(key=lambda pair: (-pair[0], pair[1].path, pair[1].line))
        heads = {(one.path, _whole_name(one)): one for one in defined if one.kind in _CLASS or one.kind == "module"}
        return [_snippet(one, score, heads) for score, one in rated[:MOST]]

    def candidates(self, snapshot: Snapshot, here: str) -> tuple[Surroundings, list[Defined]]:
        """Every definition that anything speaks for, and what they are judged by."""
        reader = self._workspace.reader
        around = near(snapshot)
        tree = snapshot.tree()
        imports = imports_of(tree) if tree is not None else []
        modules = _modules(imports)
        meant = reader.files_meant(modules, here)
        targets = list(dict.fromkeys(path for module in modules for path in meant.get(module, ())[:1]))
        targets = list(dict.fromkeys([*targets, *self._passed_on(targets)]))[:MOST_TARGETS]
        imported = {name for one in imports for name, _ in one.names} | {alias for one in imports for _, alias in one.names}
        siblings = reader.siblings_of(here)
        neighbours = list(dict.fromkeys(_nearest(here, siblings) + targets[:4]))[:MOST_NEIGHBOURS]
        uses = reader.uses_in(neighbours)
        shares = {name: count / max(1, len(neighbours)) for name, count in uses.items()}
        open_files = [
            path
            for seen in list(self._workspace.recent.documents.values())
            if seen.uri != snapshot.uri and (path := self._workspace.relative(seen.path))
        ]
        surroundings = Surroundings(
            around, imported - {""}, set(targets), bases_around(snapshot), shares, here.rpartition("/")[0], set(open_files)
        )
        found = {
            (one.path, one.line, one.name): one
            for one in [
                *reader.definitions_in([*targets, *open_files[:8]]),
                *reader.definitions_named(_names_to_look_up(surroundings), here),
            ]
            if one.path != here
        }
        base_files = {one.path for one in found.values() if one.kind in _CLASS and one.name in surroundings.bases} - set(targets)
        for one in reader.definitions_in(sorted(base_files)[:6]):
            found.setdefault((one.path, one.line, one.name), one)
        surroundings.bases |= _inherited(found.values(), surroundings.bases)
        return surroundings, list(found.values())


    def _passed_on(self, targets: list[str]) -> list[str]:
        """What the packages among ``targets`` only pass on: the files that their own imports mean, two steps deep."""
        reader, found = self._workspace.reader, dict.fromkeys(targets)
        waiting = [(path, 2) for path in targets if _is_package(path)][:6]
        while waiting and len(found) < 2 * MOST_TARGETS:
            path, steps = waiting.pop(0)
            modules = [module for module, _ in reader.imported_names(path)]
            for several in reader.files_meant(modules, path).values():
                for meant in several[:1]:
                    if meant not in found:
                        found[meant] = None
                        if steps > 1 and _is_package(meant):
                            waiting.append((meant, steps - 1))
        return list(found)[len(targets) :]


def _is_package(path: str) -> bool:
    return path.rpartition("/")[2].split(".", 1)[0] in ("__init__", "index", "mod", "lib", "external", "exports", "api")


def evidence_for(one: Defined, others: int, at: Surroundings) -> Evidence:
    """What speaks for one definition; ``others`` more bear its name."""
    container = one.container.rpartition(".")[2]
    owner = container.lower().strip("_")
    made_of = parts(one.name)
    elsewhere = container in at.near.elsewhere or container in at.imported
    return Evidence(
        imported=float(one.name in at.imported and not container),
        import_target=float(one.path in at.targets),
        near=float(one.name in at.near.close),
        used_here=float(one.name in at.near.elsewhere),
        of_class_at_hand=float(container in at.bases),
        of_imported_class=float(bool(container) and (elsewhere or container in at.near.visible)),
        of_near_class=float(container in at.near.close),
        by_neighbours=at.shares.get(one.name, 0.0),
        popular=min(1.0, math.log1p(one.users) / 5.0),
        same_folder=float(one.path.rpartition("/")[0] == at.folder),
        is_open=float(one.path in at.open_files),
        private=float(one.name.startswith("_")),
        visible=float(one.name in at.near.visible),
        receiver=float(bool(owner) and any(len(name) > 2 and (name in owner or owner in name) for name in at.near.owners)),
        callable=float(one.kind in _CALLABLE),
        is_class=float(one.kind in _CLASS),
        is_field=float(one.kind in _FIELD),
        ambiguous=min(1.0, math.log1p(others) / 3.0),
        alike=len(made_of & at.near.parts) / len(made_of) if made_of else 0.0,
    )


def bases_around(snapshot: Snapshot) -> set[str]:
    """The names in the heads of the classes that hold the cursor, without the classes' own."""
    names: set[str] = set()
    for scope in snapshot.scopes():
        if scope.kind == "class":
            names |= words(snapshot.text[scope.start : min(scope.body_start, scope.start + 400)]) - {scope.name}
    return names - _HEAD_WORDS


_HEAD_WORDS = frozenset(
    ("class", "extends", "implements", "struct", "impl", "interface", "public", "final", "abstract", "export", "default", "for")
)


def _inherited(found: Iterable[Defined], bases: set[str]) -> set[str]:
    """The bases of the bases."""
    heads = [one.signature for one in found if one.name in bases and one.kind in _CLASS]
    return {name for head in heads for name in re.findall(r"[A-Z]\w+", head)}


def _modules(imports: Iterable[Import]) -> list[str]:
    """What the imports may mean: the modules, and modules taken from packages by name."""
    modules: dict[str, None] = {}
    for one in imports:
        modules[one.module] = None
        if one.module.strip(".") == "" or one.module[:1].islower():
            for name, _ in one.names:
                if name.islower():
                    separator = "" if one.module.endswith(".") else "."
                    modules[f"{one.module}{separator}{name}"] = None
    return list(modules)


def _nearest(here: str, siblings: list[str]) -> list[str]:
    """The siblings whose names are most like this file's, in this language."""
    suffix = here.rpartition(".")[2]
    mine = set(re.findall(r"[a-z]+", here.rpartition("/")[2].lower()))
    alike = [path for path in siblings if path.endswith(f".{suffix}")]
    return sorted(alike, key=lambda path: -len(mine & set(re.findall(r"[a-z]+", path.rpartition("/")[2].lower()))))[:8]


def _names_to_look_up(at: Surroundings) -> list[str]:
    """Names worth a question, likeliest first: taken from classes at hand, used in this file, used by its neighbours."""
    shared = sorted((name for name in at.shares if name not in at.near.visible), key=lambda name: -at.shares[name])
    wanted = dict.fromkeys([*at.bases, *at.imported, *sorted(at.near.close)])
    wanted.update(dict.fromkeys([*shared[:MOST_SHARED], *sorted(at.near.elsewhere)]))
    return list(wanted)


def _counted(defined: list[Defined]) -> Iterable[tuple[Defined, int]]:
    counts: dict[str, int] = {}
    for one in defined:
        counts[one.name] = counts.get(one.name, 0) + 1
    return ((one, counts[one.name] - 1) for one in defined)


def _whole_name(one: Defined) -> str:
    return f"{one.container}.{one.name}" if one.container else one.name


def _snippet(one: Defined, score: float, heads: Mapping[tuple[str, str], Defined]) -> Snippet:
    text = one.signature[:SIGNATURE]
    if one.kind in _CALLABLE and text.endswith(":"):
        text += " ..."
    head = heads.get((one.path, one.container))
    container = head.signature[:80] if head is not None else one.container
    return Snippet(one.path, one.line, one.line, text, NAME, score, container=container, name=one.name)
