"""A project's configuration for documentation: line lengths, convention, which of ruff's rules it follows.

Reads pyproject.toml, ruff.toml, setup.cfg, tox.ini, .flake8, .editorconfig, prettier's and rustfmt's files of the project's folder,
each up to a limited size. Unreadable files are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codestral_ls.generate.batch.kept import counts_of, fields_of, flag_of, text_of
from codestral_ls.system.bounded import read_bounded
from codestral_ls.system.toml_text import parsed_toml

_MOST_BYTES = 500_000
_DEFAULTS = {"python": 88, "rust": 100, "go": 100, "java": 100, "csharp": 120}
_ELSEWHERE = 80
"""Prettier's own width."""


@dataclass(frozen=True, slots=True)
class HouseRules:
    """``widths`` by language ("" for those of prettier); ``convention`` is pydocstyle's; ``drops_pass``: PIE790 is on."""

    widths: Mapping[str, int] = field(default_factory=dict)
    convention: str = ""
    drops_pass: bool = False

    def width(self, language: str) -> int:
        """The longest line."""
        return self.chosen_width(language) or _DEFAULTS.get(language, _ELSEWHERE)

    def chosen_width(self, language: str) -> int:
        """The longest line, if the project sets it; else 0."""
        return self.widths.get(language if language in _DEFAULTS else "") or 0

    @classmethod
    def from_json(cls, value: object) -> HouseRules:
        """From its fields as plain values. Raises DamagedError."""
        fields = fields_of(value)
        convention, drops_pass = text_of(fields.get("convention")), flag_of(fields.get("drops_pass"))
        return cls(counts_of(fields.get("widths")), convention, drops_pass)


def read_house_rules(root: Path) -> HouseRules:
    """Look at the configuration in ``root``."""
    widths: dict[str, int] = {}
    project = _table(_toml(root / "pyproject.toml"), "tool")
    own = next((found for name in ("ruff.toml", ".ruff.toml") if (found := _toml(root / name))), None)
    ruff = own if own is not None else _table(project, "ruff")
    lint = {**ruff, **_table(ruff, "lint")}
    black = _table(project, "black")
    style = _table(lint, "pycodestyle")
    for value in (
        _ini(root, "max-line-length"), _editor_config(root, "*.py"), black.get("line-length"), black.get("line_length"),
        ruff.get("line-length"), style.get("max-doc-length") or style.get("max-line-length"),
    ):  # fmt: skip
        if isinstance(value, int) and 40 <= value <= 400:
            widths["python"] = value
    for value in (_editor_config(root, "*.ts"), _prettier(root)):
        if isinstance(value, int) and 40 <= value <= 400:
            widths[""] = value
    rustfmt = _toml(root / "rustfmt.toml") or _toml(root / ".rustfmt.toml")
    if isinstance(width := rustfmt.get("comment_width") or rustfmt.get("max_width"), int):
        widths["rust"] = width
    chosen = [*_list(lint, "select"), *_list(lint, "extend-select")]
    ignored = [*_list(lint, "ignore"), *_list(lint, "extend-ignore")]
    drops = any(code == "ALL" or code.startswith("PIE") for code in chosen) and not any(
        "PIE790".startswith(code) for code in ignored
    )
    convention = _table(lint, "pydocstyle").get("convention")
    return HouseRules(widths, convention if isinstance(convention, str) else "", drops)


def _read(path: Path) -> str:
    try:
        return read_bounded(path, _MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _toml(path: Path) -> dict[str, object]:
    try:
        return parsed_toml(_read(path))
    except ValueError:
        return {}


def _table(values: Mapping[str, object], name: str) -> dict[str, object]:
    value = values.get(name)
    return value if isinstance(value, dict) else {}


def _list(values: Mapping[str, object], name: str) -> list[str]:
    value = values.get(name)
    return [str(one) for one in value] if isinstance(value, list) else []


def _ini(root: Path, option: str) -> int | None:
    for name in ("setup.cfg", "tox.ini", ".flake8"):
        values = _ini_values(_read(root / name))
        for section in ("flake8", "pycodestyle"):
            for key in (option, option.replace("-", "_")):
                number = next(iter(values.get((section, key), "").split(None, 1)), "")
                if number.isascii() and number.isdecimal() and len(number) < 10:
                    return int(number)
    return None


def _ini_values(text: str) -> dict[tuple[str, str], str]:
    """The values by section and option that begin in the option's own line, the last ones of each.

    Python's reader takes time in the square of a line's length, and the file may be a stranger's.
    """
    values: dict[tuple[str, str], str] = {}
    section = ""
    for line in text.splitlines():
        inner, ends, _ = line.removeprefix("[").partition("]")
        if ends and line.startswith("["):
            section = inner
        elif line[:1] not in (*" \t#;", ""):
            end = min((place for mark in "=:" if (place := line.find(mark)) >= 0), default=0)
            values[section, line[:end].strip().lower()] = line[end + 1 :].strip()
    return values


def _editor_config(root: Path, pattern: str) -> int | None:
    """``max_line_length`` of the last section that names files like ``pattern``, or all."""
    found: int | None = None
    matching = False
    for line in _read(root / ".editorconfig").splitlines():
        line = line.strip()
        if line.startswith("["):
            matching = line.strip("[]") == "*" or pattern[1:] in line or pattern[2:] in re.split(r"[{},\]]", line)
        elif matching and (match := re.match(r"max_line_length\s*=\s*(\d{1,9})$", line)):
            found = int(match[1])
    return found


def _prettier(root: Path) -> int | None:
    for name in (".prettierrc", ".prettierrc.json", "package.json"):
        try:
            value = json.loads(_read(root / name) or "{}")
        except (ValueError, RecursionError):
            match = re.search(r"printWidth:\s*(\d{1,9})\b", _read(root / name))
            if match:
                return int(match[1])
            continue
        table = value.get("prettier") if name == "package.json" and isinstance(value, dict) else value
        if isinstance(table, dict) and isinstance(table.get("printWidth"), int):
            return int(table["printWidth"])
    return None
