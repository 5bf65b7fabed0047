"""Turns a source's tables, dotted keys or variables into flat settings. Values are not checked here.

A ``Setting`` is one option as one source wrote it, with the place to name when it is wrong. Unknown sections and
options become problems with the nearest known name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codestral_ls.config.fields import all_fields, section_classes
from codestral_ls.config.quote import plain
from codestral_ls.config.suggest import did_you_mean, nearest

EDITOR_ROOTS = ("codestral-ls", "codestral_ls", "codestralLs")
"""Names under which editors keep this server's settings; they may enclose the sections or precede a dotted key."""

CLIENT_SECTIONS = frozenset({"client", "trace"})
"""Sections of an editor's settings that concern its own extension; the server ignores them."""

NOT_OPTIONS = frozenset({"CODESTRAL_LS_TOKEN", "CODESTRAL_LS_CONFIG"})
"""Variables of this project that are not options: the host's token and another user file."""

_PREFIX = "CODESTRAL_LS_"

MOST_TOLD = 20
"""At most so many unknown settings are named; a source with more of them means something else."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Option ``key`` got ``raw`` at ``where`` (how a sentence starts: a file and line, a variable, "editor settings").

    ``text`` is True if ``raw`` is text that represents another type.
    """

    key: str
    raw: object
    where: str
    text: bool = False


Settings = tuple[list[Setting], list[str]]
"""Settings, and problems found on the way."""


def from_tables(tables: Mapping[str, object], place: Callable[[str, str], str]) -> Settings:
    """Settings of nested tables ``{section: {option: value}}``; ``place(section, option)`` names where one is.

    An option of "" means the section itself.
    """
    settings: list[Setting] = []
    unknowns: list[tuple[str, str]] = []
    problems: list[str] = []
    for section, content in tables.items():
        if section not in section_classes():
            unknowns.append((place(section, ""), section))
        elif not isinstance(content, Mapping):
            problems.append(f"{place(section, '')}: [{plain(section)}] must be a section with options")
        else:
            for name, raw in content.items():
                key = f"{section}.{name}"
                where = place(section, str(name))
                if key in all_fields():
                    settings.append(Setting(key, raw, where))
                else:
                    unknowns.append((where, key))
    return settings, problems + _told(unknowns)


def _told(unknowns: Sequence[tuple[str, str]]) -> list[str]:
    """Sentences for unknown settings, each with its place; of very many only the first, and the number of the rest."""
    told = [f"{where}: {unknown(key)}" for where, key in unknowns[:MOST_TOLD]]
    more = len(unknowns) - len(told)
    return [*told, f"{unknowns[-1][0]}: {more:,} more settings that do not exist"] if more > 0 else told


def from_json(given: Mapping[str, object], where: str) -> Settings:
    """Settings as JSON: nested or dotted keys, in snake_case or camelCase, null where a setting is not set.

    ``where`` names the source: "editor settings".
    """
    tables: dict[str, object] = {}
    strange: list[tuple[str, str]] = []
    for path, raw in _leaves(given, ()):
        if raw is None or path[0] in CLIENT_SECTIONS:
            continue
        if len(path) == 1 and path[0] not in section_classes():
            strange.append((where, path[0]))
            continue
        if len(path) == 1:
            tables[path[0]] = raw
            continue
        content = tables.setdefault(path[0], {})
        if isinstance(content, dict):
            content[path[1]] = raw
    settings, problems = from_tables(tables, lambda _section, _option: where)
    return settings, _told(strange) + problems


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Settings of ``CODESTRAL_LS_<SECTION>_<OPTION>`` variables; empty ones are not set."""
    by_variable = {field.variable: field.key for field in all_fields().values()}
    settings: list[Setting] = []
    problems: list[str] = []
    for variable in sorted(environment):
        if not variable.startswith(_PREFIX) or variable in NOT_OPTIONS:
            continue
        key = by_variable.get(variable)
        if key is None:
            problems.append(f"environment variable {plain(variable)}: sets no option{did_you_mean(variable, by_variable)}")
        elif environment[variable].strip():
            settings.append(Setting(key, environment[variable], f"environment variable {variable}", text=True))
    return settings, problems


def from_assignments(assignments: Iterable[str]) -> Settings:
    """Settings of ``--set section.option=value`` arguments."""
    settings: list[Setting] = []
    problems: list[str] = []
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        where = f"--set {plain(assignment)}"
        if not equals:
            problems.append(f"{where}: write it as section.option=value")
        elif key.strip() not in all_fields():
            problems.append(f"{where}: {unknown(key.strip())}")
        else:
            settings.append(Setting(key.strip(), value, where, text=True))
    return settings, problems


def unknown(name: str) -> str:
    """The sentence for a section or an option (``section.option``) that does not exist."""
    _, dot, option = name.partition(".")
    if not dot:
        return f'unknown section "{plain(name)}"{did_you_mean(name, section_classes())}'
    near = nearest(name, all_fields(), cutoff=0.75)
    same_name = [key for key in all_fields() if key.partition(".")[2] == option]
    guess = same_name[0] if len(same_name) == 1 else near
    return f'unknown option "{plain(name)}"' + (f'; did you mean "{guess}"?' if guess else "")


def _leaves(given: Mapping[str, object], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    """(section, option) paths and their values; dotted keys are split, roots dropped, names made snake_case."""
    for raw_name, value in given.items():
        parts = tuple(str(raw_name).split("."))
        if not path and parts[0] in EDITOR_ROOTS:
            parts = parts[1:]
        here = (*path, *(_snake(part) for part in parts))
        if isinstance(value, Mapping) and len(here) < 2:
            yield from _leaves(value, here)
        elif here:  # a root that holds no table says nothing
            yield (here if len(here) <= 2 else (here[0], ".".join(here[1:]))), value


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower().replace("-", "_")
