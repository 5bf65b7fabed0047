"""Where values come from, later ones winning:

    defaults < user file < project file < environment < editor settings < command line

A project's file and an editor's settings are untrusted (``trust.py``): options they may not set are left out and reported.
Nothing a user can write raises here: a mistake becomes a problem (a sentence with its place), and all good values
are used. There is no caching and no watching: loading takes milliseconds and is repeated when something changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from codestral_ls.config.fields import all_fields, build_options
from codestral_ls.config.option_values import checked, parsed
from codestral_ls.config.paths import expanded, user_config_file
from codestral_ls.config.read_files import PROJECT_FILE, TomlFile, project_root, read_toml
from codestral_ls.config.sections import Options
from codestral_ls.config.settings import Settings, from_assignments, from_environment, from_json, from_tables
from codestral_ls.config.trust import RULES, OptionRefusedError, Untrusted, untrusted_value
from codestral_ls.errors import ConfigError


@dataclass(frozen=True, slots=True)
class LoadedOptions:
    """The options in effect, the problems found while loading, and who set what.

    ``origins`` names for each option that is not at its default where it was set last. ``files`` are the
    configuration files that were read; ``root`` is the project's folder, None outside a project.
    """

    options: Options
    problems: tuple[str, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    root: Path | None = None


def load_options(
    workspace: Path | None,
    editor: Mapping[str, object] | None,
    env: Mapping[str, str],
    *,
    assignments: Iterable[str] = (),
    given: Mapping[str, object] | None = None,
    user_file: Path | None = None,
) -> LoadedOptions:
    """The options for a workspace (a folder or a file in it; None without one). Never raises because of what a user wrote.

    ``editor`` are the editor's settings (nested or dotted keys); ``given`` is the command line's JSON object, in the same
    form, and ``assignments`` its ``section.option=value``. ``user_file`` (or the variable CODESTRAL_LS_CONFIG) replaces
    the user's own file.
    """
    assignments = tuple(assignments)
    chosen = user_file or (expanded(env["CODESTRAL_LS_CONFIG"]) if env.get("CODESTRAL_LS_CONFIG") else None)
    own_file = chosen or user_config_file()
    gathering = _Gathering(own_file)
    user = read_toml(own_file)
    if user is None and chosen is not None:
        gathering.problems.append(f"{chosen}: there is no such configuration file")
    gathering.take_file(user)

    root = project_root(_absolute(workspace)) if workspace is not None else None
    if root is not None:
        gathering.take_file(read_toml(root / PROJECT_FILE), "project")

    gathering.take_all(from_environment(env))
    line = (from_json(given or {}, "--settings"), from_assignments(assignments))
    gathering.take_all(from_json(editor or {}, "editor settings"), "editor", known=_values_of(*line))
    for settings in line:
        gathering.take_all(settings)
    gathering.add_again()
    return LoadedOptions(
        options=build_options(gathering.values),
        problems=tuple(dict.fromkeys(gathering.problems)),
        origins=gathering.origins,
        files=tuple(gathering.files),
        root=root,
    )


def assignment_problems(assignments: Iterable[str]) -> tuple[str, ...]:
    """Problems in the command line's ``section.option=value`` settings alone: these are wrong usage."""
    gathering = _Gathering()
    gathering.take_all(from_assignments(assignments))
    return tuple(gathering.problems)


def _values_of(*sources: Settings) -> Mapping[str, object]:
    """The values that trusted sources give by themselves."""
    gathering = _Gathering()
    for settings in sources:
        gathering.take_all(settings)
    return gathering.values


@dataclass(slots=True)
class _Gathering:
    """The values, origins and problems so far, while the sources are read one after the other."""

    own_file: Path | None = None
    values: dict[str, object] = field(default_factory=dict)
    added: dict[str, tuple[str, ...]] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    def take_file(self, file: TomlFile | None, source: Untrusted | None = None) -> None:
        if file is None:
            return
        if file.problem:
            self.problems.append(file.problem)
            return
        self.files.append(file.path)
        self.take_all(from_tables(file.tables, file.place()), source)

    def take_all(self, said: Settings, source: Untrusted | None = None, known: Mapping[str, object] | None = None) -> None:
        """Take the settings of one source. ``known`` are values that trusted sources will give: repeating one is no fault."""
        settings, problems = said
        self.problems.extend(problems)
        for setting in settings:
            option = all_fields()[setting.key]
            try:
                if setting.text and isinstance(setting.raw, str):
                    value = parsed(option, setting.raw)
                else:
                    value = checked(option, setting.raw)
                if source is not None:
                    current = self.values.get(option.key, option.default)
                    if value in (current, (known or {}).get(option.key, current)):
                        continue
                    value = untrusted_value(option, value, current, source)
                    if RULES[source][option.key].act == "add":
                        self.added[option.key] = (*self.added.get(option.key, ()), *cast("tuple[str, ...]", value))
            except OptionRefusedError as error:
                where = self.own_file or "your own configuration"
                self.problems.append(f"{setting.where}: {setting.key} {error}; set it in {where} or by --set on the command line")
                continue
            except ConfigError as error:
                self.problems.append(f"{setting.where}: {setting.key} {error}")
                continue
            self.values[option.key] = value
            self.origins[option.key] = setting.where

    def add_again(self) -> None:
        """Entries that a project or an editor added to a list stay in it, whatever a later source says."""
        for key, entries in self.added.items():
            own = cast("tuple[str, ...]", self.values[key])
            self.values[key] = tuple(dict.fromkeys((*own, *entries)))


def _absolute(workspace: Path) -> Path:
    """``workspace`` without symlinks, if that is possible: the project is where the files are."""
    try:
        return workspace.expanduser().resolve()
    except (OSError, RuntimeError):
        return workspace.absolute()
