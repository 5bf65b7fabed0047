"""Generates the texts about options elsewhere, from ``sections.py``, and the table of families, from ``fim/table.py``.

``python -m codestral_ls.config.render [--check]`` writes ``configs/default.toml``, the tables in ``docs/configuration.md`` and
``docs/backends.md`` (between their markers) and ``clients/vscode/settings.schema.json``. ``--check`` writes nothing and ends with 1
when one of them is stale. Works in a source checkout only.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from codestral_ls.config.describe import meanings
from codestral_ls.config.editor_settings import NOT_CHOSEN, SHOWN, TITLES, setting_name
from codestral_ls.config.fields import Field, all_fields, section_classes
from codestral_ls.config.option_values import least
from codestral_ls.config.trust import PROJECT_MAY, Act, users_alone
from codestral_ls.errors import ConfigError
from codestral_ls.fim.family_page import family_table

BEGIN, END = "<!-- options:begin -->", "<!-- options:end -->"
FAMILIES_BEGIN, FAMILIES_END = "<!-- families:begin -->", "<!-- families:end -->"
_GENERATED = "Generated from server/codestral_ls/config/sections.py by `python -m codestral_ls.config.render`."
_PROJECT: Mapping[Act, str] = {
    "set": "yes",
    "add": "may add",
    "switch_off": "may switch off",
    "switch_on": "may switch on",
    "lower": "may lower",
    "raise": "may raise",
    "quieter": "may make quieter",
}


def default_toml() -> str:
    """A configuration file with every option at its default and its meaning above it."""
    parts = [
        f"# {_GENERATED}\n"
        "# Every option at its default, which applies if no file says otherwise. Copy the lines that you change to\n"
        "# codestral-ls/config.toml in your configuration folder (`codestral-ls doctor` prints its path).\n"
    ]
    for section in section_classes():
        parts.append(f"\n# {meanings()[section]}\n[{section}]\n")
        for field in _fields_of(section):
            words = "\n".join(textwrap.wrap(_meaning(field), 110, initial_indent="# ", subsequent_indent="# "))
            parts.append(f"{words}\n{field.name} = {_toml(field.default)}\n")
    return "".join(parts)


def option_table() -> str:
    """The options as Markdown tables, one per section."""
    parts: list[str] = []
    for section in section_classes():
        parts.append(f"#### `[{section}]`: {meanings()[section]}\n\n")
        parts.append("| Option | Default | Meaning | In a project's file |\n| --- | --- | --- | --- |\n")
        for field in _fields_of(section):
            rule = PROJECT_MAY.get(field.key)
            default = f"`{_toml(field.default)}`"
            project = _PROJECT[rule.act] if rule else "no"
            parts.append(f"| `{field.name}` | {_cell(default)} | {_cell(_meaning(field))} | {project} |\n")
        parts.append("\n")
    return "".join(parts)


def configuration_page(text: str) -> str:
    """``text`` with the option table between its markers renewed. Raises ConfigError without the two markers."""
    return _between(
        text, BEGIN, END, f"<!-- {_GENERATED} -->\n\n{option_table()}", "docs/configuration.md has no place for the options"
    )


def backends_page(text: str) -> str:
    """``text`` with the table of families between its markers renewed. Raises ConfigError without the two markers."""
    return _between(text, FAMILIES_BEGIN, FAMILIES_END, f"\n{family_table()}\n", "docs/backends.md has no place for the families")


def _between(text: str, begin: str, end: str, body: str, missing: str) -> str:
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ConfigError(f"{missing}; put {begin} and {end} where the table belongs.")
    return f"{before}{begin}\n{body}{end}{after}"


def vscode_schema() -> str:
    """VS Code's ``contributes.configuration``: one category per section, keys ``codestral-ls.<section>.<option>`` in camelCase.

    Only the options that ``editor_settings.py`` names. Options that only the user may set have the scope "machine": a workspace's
    settings come with a clone too.
    """
    categories: list[dict[str, object]] = []
    for section in dict.fromkeys(key.partition(".")[0] for key in SHOWN):
        fields = [all_fields()[key] for key in SHOWN if key.startswith(f"{section}.")]
        properties = {f"codestral-ls.{setting_name(field.key)}": _property(field, order) for order, field in enumerate(fields)}
        title = TITLES.get(section, section.capitalize())
        categories.append({"title": title, "order": len(categories), "properties": properties})
    return json.dumps({"$comment": _GENERATED, "configuration": categories}, indent=2, ensure_ascii=False) + "\n"


def main(argv: list[str] | None = None, root: Path | None = None) -> int:
    """Write (or check) the generated files under ``root``, by default this checkout's. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m codestral_ls.config.render", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when a file is stale")
    arguments = parser.parse_args(argv)
    root = root or Path(__file__).parents[3]
    if not (root / "pyproject.toml").is_file():
        print("The files about options are generated in a source checkout only.", file=sys.stderr)  # noqa: T201 a command
        return 1
    stale, failed = 0, 0
    for path, render in _TARGETS.items():
        file = root / path
        old = file.read_text(encoding="utf-8") if file.is_file() else ""
        try:
            new = render(old)
        except ConfigError as error:
            print(error, file=sys.stderr)  # noqa: T201 a command
            failed += 1
            continue
        if new == old:
            continue
        stale += 1
        if not arguments.check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(new, encoding="utf-8")
        word = "is stale; run `python -m codestral_ls.config.render`" if arguments.check else "written"
        print(f"{path}: {word}", file=sys.stderr)  # noqa: T201 a command
    return 1 if failed or (stale and arguments.check) else 0


_TARGETS: Mapping[str, Callable[[str], str]] = {
    "configs/default.toml": lambda _old: default_toml(),
    "docs/configuration.md": configuration_page,
    "docs/backends.md": backends_page,
    "clients/vscode/settings.schema.json": lambda _old: vscode_schema(),
}


def _fields_of(section: str) -> Iterator[Field]:
    return (field for field in all_fields().values() if field.section == section)


def _meaning(field: Field) -> str:
    """The option's meaning, and its legal words if they are few."""
    words = f" Can be {', '.join(field.choices)}." if field.kind == "choice" else ""
    return meanings()[field.key] + words


def _property(field: Field, order: int) -> dict[str, object]:
    """One setting's JSON schema."""
    types = {"bool": "boolean", "int": "integer", "float": "number", "list": "array", "table": "object"}
    schema: dict[str, object] = {
        "type": types.get(field.kind, "string"),
        "default": _plain(field.default),
        "markdownDescription": meanings()[field.key],
        "scope": "machine" if users_alone(field.key) else "window",
        "order": order,
    }
    choices = [word for word in field.choices if word not in NOT_CHOSEN]
    words: dict[str, object] = {"type": "string", "enum": choices} if choices else {"type": "string"}
    if field.kind == "choice":
        schema |= words
    if field.kind == "list":
        schema |= {"items": words, "uniqueItems": True}
    if field.kind == "table":
        schema["additionalProperties"] = {"type": "string" if field.item is str else "number"}
    if least(field) is not None:
        schema["minimum"] = least(field)
    return schema


def _plain(value: object) -> object:
    """A default as JSON knows it."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _toml(value: object) -> str:
    """A default as TOML writes it. JSON's strings are TOML's basic strings."""
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(name)} = {_toml(item)}" for name, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return json.dumps(value, ensure_ascii=False)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
