"""The options as data: one ``Field`` per option, read from the dataclasses in ``sections.py``.

Knows names, types and defaults. ``describe.py`` reads an option's meaning from the source, which a starting server does not need;
``load.py`` decides where a value comes from.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from dataclasses import fields as dataclass_fields
from functools import cache
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from codestral_ls.config.sections import Options

Kind = Literal["bool", "int", "float", "str", "choice", "list", "table"]


@dataclass(frozen=True, slots=True)
class Field:
    """One option. ``choices`` are the legal words of a choice, or of a list's items (empty: any text).

    ``item`` is the type of a table's values. ``default`` is the one in ``sections.py``.
    """

    section: str
    name: str
    kind: Kind
    default: object
    choices: tuple[str, ...] = ()
    item: type = str

    @property
    def key(self) -> str:
        """The name used everywhere: ``section.option``."""
        return f"{self.section}.{self.name}"

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"CODESTRAL_LS_{self.section}_{self.name}".upper()


@cache
def all_fields() -> Mapping[str, Field]:
    """Every option by its key, in the order of ``sections.py``."""
    found: dict[str, Field] = {}
    for section, cls in section_classes().items():
        hints = get_type_hints(cls)
        for item in dataclass_fields(cls):
            default = item.default_factory() if item.default_factory is not MISSING else item.default
            kind, choices, inner = _kind(hints[item.name], f"{section}.{item.name}")
            field = Field(section, item.name, kind, default, choices, inner)
            found[field.key] = field
    return types.MappingProxyType(found)


@cache
def section_classes() -> Mapping[str, type[Any]]:
    """The dataclass of each section by the section's name."""
    return types.MappingProxyType({name: cast("type[Any]", cls) for name, cls in get_type_hints(Options).items()})


def build_options(values: Mapping[str, object]) -> Options:
    """``Options`` with the given values (by key, already checked) and defaults for the rest."""
    sections: dict[str, Any] = {}
    for name, cls in section_classes().items():
        own = {key.partition(".")[2]: value for key, value in values.items() if key.partition(".")[0] == name}
        sections[name] = cls(**own)
    return Options(**sections)


def value_of(options: Options, key: str) -> object:
    """The value of ``section.option`` in ``options``."""
    section, _, name = key.partition(".")
    return cast("object", getattr(getattr(options, section), name))


def _kind(hint: Any, key: str) -> tuple[Kind, tuple[str, ...], type]:
    """Kind, choices and item type of an annotation. Raises: TypeError for a type without a rule here."""
    plain: dict[Any, Kind] = {bool: "bool", int: "int", float: "float", str: "str"}
    if hint in plain:
        return plain[hint], (), str
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return "choice", tuple(str(word) for word in arguments), str
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        if arguments[0] is str:
            return "list", (), str
        if get_origin(arguments[0]) is Literal:
            return "list", tuple(str(word) for word in get_args(arguments[0])), str
    if origin in (dict, Mapping) and len(arguments) == 2 and arguments[0] is str and arguments[1] in (str, int, float):
        return "table", (), cast("type", arguments[1])
    raise TypeError(f"{key}: the option loader has no rule for the type {hint!r}")
