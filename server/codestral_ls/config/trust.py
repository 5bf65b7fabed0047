"""What a project's own configuration file may set. It is untrusted: it comes with a clone.

An allow-list: an option that is not named here is refused, so a new option is safe until somebody thinks about it.
Nothing that names an address, a key, a command, a file to load or to write, or that makes more leave the machine than
the user wants, belongs here. Deliberately no I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from codestral_ls.config.fields import Field
from codestral_ls.errors import ConfigError

Act = Literal["set", "add", "switch_off", "switch_on", "lower"]


@dataclass(frozen=True, slots=True)
class Rule:
    """How far a project may go: ``set`` any legal value up to ``most``, ``add`` entries to the user's list, only
    ``switch_off`` or ``switch_on``, or only ``lower`` the user's number.
    """

    act: Act
    most: float | None = None


PROJECT_MAY: Mapping[str, Rule] = {
    "completion.enabled": Rule("switch_off"),
    "completion.disabled_languages": Rule("add"),
    "completion.show": Rule("set"),
    "completion.max_lines": Rule("set", most=100),
    "completion.max_tokens": Rule("lower"),
    "completion.debounce_ms": Rule("set", most=5000),
    "completion.alternatives": Rule("lower"),
    "completion.prefetch": Rule("switch_off"),
    "completion.prewarm": Rule("switch_off"),
    "completion.copy": Rule("set"),
    "context.prefix_tokens": Rule("set", most=8192),
    "context.suffix_tokens": Rule("set", most=8192),
    "context.project_tokens": Rule("set", most=8192),
    "context.index": Rule("switch_off"),
    "privacy.mask_secrets": Rule("switch_on"),
    "privacy.ignore": Rule("add"),
}
"""Options a project's file may touch, and how far."""


def project_value(field: Field, value: object, current: object) -> object:
    """The value the option gets when a project asks for ``value`` (already checked) and the user's own is ``current``.

    Raises ConfigError with the end of a sentence when a project may not do that.
    """
    rule = PROJECT_MAY.get(field.key)
    if rule is None:
        raise ConfigError("may not be set by a project's file; set it in your own configuration or in the editor")
    if rule.act == "add":
        return tuple(dict.fromkeys((*cast("tuple[str, ...]", current), *cast("tuple[str, ...]", value))))
    if rule.act == "switch_off" and value is True and current is False:
        raise ConfigError("may only be switched off by a project's file")
    if rule.act == "switch_on" and value is False and current is True:
        raise ConfigError("may only be switched on by a project's file")
    if rule.act == "lower" and cast("float", value) > cast("float", current):
        raise ConfigError(f"may only be lowered by a project's file (yours is {current})")
    if rule.most is not None and cast("float", value) > rule.most:
        raise ConfigError(f"may be at most {rule.most:g} in a project's file")
    return value
