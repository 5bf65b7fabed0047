"""Definitions in other files that the next line may use: of names in use, imports, base classes, and names that similar files
use.

Only signatures; worth.py computes how likely each is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from operator import itemgetter

from codestral_ls.context.cursor_text import CursorText, cursor_text
from codestral_ls.context.index.read import Defined
from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.sources.counterpart import is_test
from codestral_ls.context.words import parts, words
from codestral_ls.context.workspace import Workspace
from codestral_ls.context.worth import Evidence, worth
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.outline import Import, imports_of
from codestral_ls.documents.snapshot import Snapshot

NAME = "definitions"
MOST_RATED = 320
"""The most definitions that are rated fully: more do not fit into any budget."""
MOST_TARGETS = 28
MOST_NEIGHBOURS = 12
MOST_SHARED = 150
SIGNATURE = 110
"""Characters of a signature that are shown."""

STRANGER, FOREIGN, TEST = 0.5, 0.1, 0.3
"""Factors by which a definition is worth less in a file that nothing here refers to, in another language, or in a test of
something else.
"""

_CALLABLE = frozenset({"function", "method", "macro"})
_FIELD = frozenset({"field", "variable"})
_CLASS = frozenset({"class", "type", "impl"})


@dataclass(slots=True)
class Surroundings:
    """What is known about the cursor when definitions are rated: see `Evidence`."""

    near: CursorText
    imported: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)
    shares: Mapping[str, float] = field(default_factory=dict)
    folder: str = ""
    open_files: set[str] = field(default_factory=set)


class Definitions:
    """The source; reads only the index."""

    name = NAME

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def find(self, snapshot: Snapshot) -> list[Snippet]:
        """The likeliest definitions, best first."""
        here = self._workspace.relative(snapshot.path)
        surroundings, defined = self.candidates(snapshot, here)
        kin = {path: kinship(path, here, surroundings) for path in {one.path for one in defined}}
        likely = nlargest(MOST_RATED, _roughly(defined, surroundings, kin), key=itemgetter(0))
        rated = [(worth(evidence_for(one, others, surroundings)) * kin[one.path], one) for _, others, one in likely]
        rated.sort(key=lambda pair: (-pair[0], pair[1].path, pair[1].line))
        heads = {(one.path, _whole_name(one)): one for one in defined if one.kind in _CLASS or one.kind == "module"}
        return [_snippet(one, score, heads) for score, one in rated]

    def candidates(self, snapshot: Snapshot, here: str) -> tuple[Surroundings, list[Defined]]:
        """Every definition with some evidence, and what is needed to rate them."""
        reader = self._workspace.reader
        around = cursor_text(snapshot)
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
        part = 1.0 / max(1, len(neighbours))
        shares = {name: count * part for name, count in uses.items()}
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
        """The files behind packages among ``targets`` that only re-export: those that the packages' own imports mean, two steps
        deep.
        """
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
    """The evidence for a definition; ``others`` further definitions have its name."""
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


def _roughly(defined: list[Defined], at: Surroundings, kin: Mapping[str, float]) -> list[tuple[float, int, Defined]]:
    """(rough rating, others of that name, definition), without those that only their file speaks for.

    The rating is the part of `worth` that depends only on the name, so it is computed once for each name.
    """
    around, counts, ratings = at.near, Counter(one.name for one in defined), {}
    for name, users in {one.name: one.users for one in defined}.items():
        made_of = parts(name)
        alike = len(made_of & around.parts) / len(made_of) if made_of else 0.0
        share = at.shares.get(name, 0.0)
        told = 1.2 * (name in around.close) + 1.5 * (name in around.elsewhere) + 1.8 * share + 1.6 * alike
        told += 0.6 * (name in at.imported)
        if told > 0.0:
            ratings[name] = told + 0.4 * math.log1p(users) - 1.5 * (name in around.visible) - 1.5 * name.startswith("_")
    close = around.close
    return [
        (ratings.get(one.name, 0.0) + 2.0 * kin[one.path], counts[one.name] - 1, one)
        for one in defined
        if one.name in ratings or (one.container and one.container.rpartition(".")[2] in close)
    ]


def kinship(path: str, here: str, at: Surroundings) -> float:
    """How close a definition's file is: many files may define the same name, and a distant definition is rarely meant."""
    near_by = path in at.targets or path in at.open_files or path.rpartition("/")[0] == at.folder
    told = 1.0 if near_by else STRANGER
    if language_id_for_path(path)[:10] != language_id_for_path(here)[:10]:
        told *= FOREIGN
    return told * TEST if is_test(path) and not is_test(here) else told


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
    """The base classes of the base classes."""
    heads = [one.signature for one in found if one.name in bases and one.kind in _CLASS]
    return {name for head in heads for name in re.findall(r"[A-Z]\w+", head)}


def _modules(imports: Iterable[Import]) -> list[str]:
    """What the imports may mean: the modules, and modules that are imported by name from packages."""
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
    """The siblings in this language whose names are most like this file's."""
    suffix = here.rpartition(".")[2]
    mine = set(re.findall(r"[a-z]+", here.rpartition("/")[2].lower()))
    alike = [path for path in siblings if path.endswith(f".{suffix}")]
    return sorted(alike, key=lambda path: -len(mine & set(re.findall(r"[a-z]+", path.rpartition("/")[2].lower()))))[:8]


def _names_to_look_up(at: Surroundings) -> list[str]:
    """Names worth a query, likeliest first: members of classes close by, names used in this file, names used by its neighbours."""
    shared = sorted((name for name in at.shares if name not in at.near.visible), key=lambda name: -at.shares[name])
    wanted = dict.fromkeys([*at.bases, *at.imported, *sorted(at.near.close)])
    wanted.update(dict.fromkeys([*shared[:MOST_SHARED], *sorted(at.near.elsewhere)]))
    return list(wanted)


def _whole_name(one: Defined) -> str:
    return f"{one.container}.{one.name}" if one.container else one.name


def _snippet(one: Defined, score: float, heads: Mapping[tuple[str, str], Defined]) -> Snippet:
    text = one.signature[:SIGNATURE]
    if one.kind in _CALLABLE and text.endswith(":"):
        text += " ..."
    head = heads.get((one.path, one.container))
    container = head.signature[:80] if head is not None else one.container
    return Snippet(one.path, one.line, one.line, text, NAME, score, container=container, name=one.name)
