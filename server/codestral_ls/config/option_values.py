"""Check one value against one option: right type, legal word, sensible number.

Raises ``ConfigError`` with the end of a sentence; the place and the option's name are put before it.
There are no clever conversions: a number in quotes is a mistake in a file, and is accepted only where every value is text
(environment variables, ``--set``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from codestral_ls.config.fields import Field
from codestral_ls.config.quote import plain
from codestral_ls.config.suggest import did_you_mean
from codestral_ls.errors import ConfigError

LEAST: Mapping[str, float] = {
    "local.gpu_layers": -1,
    "completion.debounce_ms": -1,
    "context.project_tokens": -1,
    "local.slots": 1,
    "completion.max_lines": 1,
    "completion.max_tokens": 1,
    "completion.alternatives": 1,
    "completion.budget_ms": 1,
    "completion.deadline_ms": 1,
}
"""The least legal value of the numbers whose least value is not 0."""

MOST_INTEGER = 2**53
"""Integers above this are not exact in JSON, and none of them is a sensible setting."""

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_EXPECTED = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "choice": "text",
    "list": "a list of texts",
    "table": "a table",
}


def checked(field: Field, raw: object) -> object:
    """``raw`` (from TOML or JSON) as the option's own type. Raises: ConfigError."""
    if field.kind == "bool" and isinstance(raw, bool):
        return raw
    if field.kind in ("int", "float") and isinstance(raw, int | float) and not isinstance(raw, bool):
        return _number(field, raw)
    if field.kind in ("str", "choice") and isinstance(raw, str):
        return _word(field, raw)
    if field.kind == "list" and isinstance(raw, list | tuple) and all(isinstance(item, str) for item in raw):
        return tuple(dict.fromkeys(_word(field, item) for item in raw))
    if field.kind == "table" and isinstance(raw, Mapping):
        return _table(field, raw)
    raise ConfigError(f"must be {expected(field)}, not {_shown(raw)}")


def parsed(field: Field, text: str) -> object:
    """``text`` (from an environment variable or the command line) as the option's own type. Raises: ConfigError.

    Lists are separated by commas; tables cannot be written as text.
    """
    stripped = text.strip()
    if field.kind == "bool" and stripped.lower() in _TRUE | _FALSE:
        return stripped.lower() in _TRUE
    if field.kind in ("int", "float"):
        try:
            return checked(field, int(stripped) if field.kind == "int" else float(stripped))
        except ValueError:
            pass
    if field.kind in ("str", "choice"):
        return checked(field, text if field.kind == "str" else stripped)
    if field.kind == "list":
        return checked(field, [item.strip() for item in text.split(",") if item.strip()])
    raise ConfigError(f"must be {expected(field)}, not {_shown(text)}")


def expected(field: Field) -> str:
    """The form of this option's values, in words."""
    if field.kind == "choice":
        return _one_of(field.choices)
    return _EXPECTED[field.kind]


def least(field: Field) -> float | None:
    """The least legal number of this option, None if it is not a number."""
    return LEAST.get(field.key, 0) if field.kind in ("int", "float") else None


def _number(field: Field, raw: int | float) -> int | float:
    if isinstance(raw, int) and abs(raw) > MOST_INTEGER:  # it may be too large for a float
        raise ConfigError("is too large a number")
    if not math.isfinite(raw):
        raise ConfigError("must be a finite number")
    if field.kind == "int" and raw != int(raw):
        raise ConfigError(f"must be a whole number, not {raw}")
    if abs(raw) > MOST_INTEGER:
        raise ConfigError("is too large a number")
    floor = LEAST.get(field.key, 0)
    if raw < floor:
        raise ConfigError(f"must be at least {floor:g}, not {raw}")
    return int(raw) if field.kind == "int" else float(raw)


def _word(field: Field, raw: str) -> str:
    if "\0" in raw:
        raise ConfigError("must not contain a NUL character")
    if field.choices and raw not in field.choices:
        raise ConfigError(f"must be {_one_of(field.choices)}, not {_shown(raw)}{did_you_mean(raw, field.choices)}")
    return raw


def _table(field: Field, raw: Mapping[object, object]) -> Mapping[str, object]:
    table: dict[str, object] = {}
    for name, value in raw.items():
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if field.item is str and not isinstance(value, str):
            raise ConfigError(f"must hold texts; {plain(str(name))} is {_shown(value)}")
        if field.item is not str and not number:
            raise ConfigError(f"must hold numbers; {plain(str(name))} is {_shown(value)}")
        table[str(name)] = field.item(value)
    return MappingProxyType(table)


def _one_of(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _shown(raw: object) -> str:
    """``raw`` as it was in the source, short."""
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, Mapping):
        return "a table"
    if isinstance(raw, list | tuple):
        return "a list"
    return f'"{plain(raw)}"' if isinstance(raw, str) else plain(repr(raw))
