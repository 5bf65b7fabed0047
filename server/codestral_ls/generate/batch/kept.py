"""Checks values read back from a journal for their types: the file may be damaged, or a stranger's. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

_E = TypeVar("_E", bound=str)


class DamagedError(ValueError):
    """A kept value has another type than expected."""


def fields_of(value: object) -> Mapping[str, object]:
    """An object's fields by name. Raises DamagedError."""
    if not isinstance(value, dict):
        raise DamagedError("no object")
    return value


def rows_of(value: object) -> tuple[object, ...]:
    """The members of a list. Raises DamagedError."""
    if not isinstance(value, list | tuple):
        raise DamagedError("no list")
    return tuple(value)


def text_of(value: object) -> str:
    """A text. Raises DamagedError."""
    if not isinstance(value, str):
        raise DamagedError("no text")
    return value


def texts_of(value: object) -> tuple[str, ...]:
    """A list of texts. Raises DamagedError."""
    return tuple(text_of(one) for one in rows_of(value))


def flag_of(value: object) -> bool:
    """True or false. Raises DamagedError."""
    if not isinstance(value, bool):
        raise DamagedError("neither true nor false")
    return value


def count_of(value: object) -> int:
    """A whole number. Raises DamagedError."""
    if not isinstance(value, int):
        raise DamagedError("no whole number")
    return value


def counts_of(value: object) -> dict[str, int]:
    """Whole numbers by name. Raises DamagedError."""
    return {name: count_of(one) for name, one in fields_of(value).items()}


def shares_of(value: object) -> dict[str, float]:
    """Numbers by name. Raises DamagedError."""
    found = {}
    for name, one in fields_of(value).items():
        if not isinstance(one, int | float):
            raise DamagedError("no number")
        found[name] = float(one)
    return found


def one_of(value: object, choices: tuple[_E, ...]) -> _E:
    """One of a few words. Raises DamagedError."""
    for choice in choices:
        if value == choice:
            return choice
    raise DamagedError(f"none of {choices}")
