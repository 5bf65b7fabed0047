"""Where values come from, later ones winning:

    defaults < user file < project file (untrusted, see trust.py) < environment < editor settings < command line

Nothing a user can write raises here: what is wrong becomes a problem (a sentence with its place), and all good values
are used. Deliberately no caching and no watching: loading takes milliseconds and is done again when something changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codestral_ls.config.fields import all_fields, build_options
from codestral_ls.config.files import PROJECT_FILE, TomlFile, project_root, read_toml
from codestral_ls.config.paths import expanded, user_config_file
from codestral_ls.config.sections import Options
from codestral_ls.config.settings import Setting, from_assignments, from_editor, from_environment, from_tables
from codestral_ls.config.trust import project_value
from codestral_ls.config.values import checked, parsed
from codestral_ls.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Loaded:
    """The options that hold, what was wrong on the way, and who set what.

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
    user_file: Path | None = None,
) -> Loaded:
    """The options for a workspace (a folder or a file in it; None without one). Never raises for what a user wrote.

    ``editor`` is what the editor sent (nested or dotted keys), ``assignments`` the command line's
    ``section.option=value``. ``user_file`` (or the variable CODESTRAL_LS_CONFIG) stands in for the user's own file.
    """
    chosen = user_file or (expanded(env["CODESTRAL_LS_CONFIG"]) if env.get("CODESTRAL_LS_CONFIG") else None)
    gathering = _Gathering()
    user = read_toml(chosen or user_config_file())
    if user is None and chosen is not None:
        gathering.problems.append(f"{chosen}: there is no such configuration file")
    gathering.take_file(user, untrusted=False)

    root = project_root(_absolute(workspace)) if workspace is not None else None
    if root is not None:
        gathering.take_file(read_toml(root / PROJECT_FILE), untrusted=True)

    for settings, problems in (from_environment(env), from_editor(editor or {}), from_assignments(assignments)):
        gathering.problems.extend(problems)
        gathering.take(settings)
    return Loaded(
        options=build_options(gathering.values),
        problems=tuple(dict.fromkeys(gathering.problems)),
        origins=gathering.origins,
        files=tuple(gathering.files),
        root=root,
    )


def assignment_problems(assignments: Iterable[str]) -> tuple[str, ...]:
    """What is wrong with the command line's ``section.option=value`` settings alone: that is wrong usage."""
    gathering = _Gathering()
    settings, problems = from_assignments(assignments)
    gathering.take(settings)
    return (*problems, *gathering.problems)


@dataclass(slots=True)
class _Gathering:
    """Values, origins and problems while the sources are read one after the other."""

    values: dict[str, object] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    def take_file(self, file: TomlFile | None, *, untrusted: bool) -> None:
        if file is None:
            return
        if file.problem:
            self.problems.append(file.problem)
            return
        self.files.append(file.path)
        settings, problems = from_tables(file.tables, file.place())
        self.problems.extend(problems)
        self.take(settings, untrusted=untrusted)

    def take(self, settings: Iterable[Setting], *, untrusted: bool = False) -> None:
        for setting in settings:
            option = all_fields()[setting.key]
            try:
                if setting.text and isinstance(setting.raw, str):
                    value = parsed(option, setting.raw)
                else:
                    value = checked(option, setting.raw)
                if untrusted:
                    value = project_value(option, value, self.values.get(option.key, option.default))
            except ConfigError as error:
                self.problems.append(f"{setting.where}: {setting.key} {error}")
                continue
            self.values[option.key] = value
            self.origins[option.key] = setting.where


def _absolute(workspace: Path) -> Path:
    """``workspace`` without symlinks where that is possible: the project is where the files are."""
    try:
        return workspace.expanduser().resolve()
    except (OSError, RuntimeError):
        return workspace.absolute()
