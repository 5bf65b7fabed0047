"""What untrusted sources may set: a project's own file, and the settings that an editor passes on.

Both may come with a clone (an editor reads settings from the project's folder, too: ``.dir-locals.el``,
``.vscode/settings.json``). So addresses, keys, commands, files to load or to write, and everything that makes more leave the
machine are taken only from the user's own file, the environment and the command line. A project's file may only tighten;
an editor may also say how completions are shown.

These are allow-lists: an option that is not named here is refused, so a new option is safe until somebody allows it. No I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from codestral_ls.config.fields import Field
from codestral_ls.errors import ConfigError

Act = Literal["set", "add", "switch_off", "switch_on", "lower", "raise", "quieter"]
Untrusted = Literal["project", "editor"]


@dataclass(frozen=True, slots=True)
class Rule:
    """How far a source may go: ``set`` any legal value up to ``most``, ``add`` entries to the user's list, only
    ``switch_off`` or ``switch_on``, only ``lower`` or ``raise`` the user's number, or only make it ``quieter``.

    ``chosen`` is the most that the program chooses by itself if the user's number is 0. ``order`` has the words from the
    quietest on.
    """

    act: Act
    most: float | None = None
    chosen: float | None = None
    order: tuple[str, ...] = ()


PROJECT_MAY: Mapping[str, Rule] = {
    "completion.enabled": Rule("switch_off"),
    "completion.disabled_languages": Rule("add"),
    "completion.disabled_globs": Rule("add"),
    "completion.disabled_in": Rule("add"),
    "completion.commit_messages": Rule("switch_off"),
    "completion.trigger": Rule("quieter", order=("manual", "subtle", "automatic")),
    "completion.show_after_ms": Rule("raise", most=5000),
    "completion.on_battery": Rule("quieter", order=("less", "same")),
    "completion.show": Rule("quieter", order=("quiet", "balanced", "eager")),
    "completion.max_lines": Rule("lower"),
    "completion.max_tokens": Rule("lower"),
    "completion.debounce_ms": Rule("raise", most=5000),
    "completion.alternatives": Rule("lower"),
    "completion.prefetch": Rule("switch_off"),
    "completion.prewarm": Rule("switch_off"),
    "completion.copy": Rule("switch_off"),
    "edits.enabled": Rule("switch_off"),
    "edits.show": Rule("quieter", order=("quiet", "balanced")),
    "context.prefix_tokens": Rule("lower", chosen=1536),
    "context.suffix_tokens": Rule("lower", chosen=512),
    "context.project_tokens": Rule("lower", chosen=1024),
    "context.index": Rule("switch_off"),
    "privacy.mask_secrets": Rule("switch_on"),
    "privacy.ignore": Rule("add"),
}
"""Options a project's file may touch, and how far."""

EDITOR_MAY: Mapping[str, Rule] = {
    **PROJECT_MAY,
    "completion.commit_messages": Rule("set"),
    "completion.trigger": Rule("set"),
    "completion.show_after_ms": Rule("set", most=60_000),
    "completion.on_battery": Rule("set"),
    "completion.show": Rule("set"),
    "edits.show": Rule("set"),
    "completion.max_lines": Rule("set", most=100),
    "completion.max_tokens": Rule("set", most=1024),
    "completion.debounce_ms": Rule("set"),
    "completion.alternatives": Rule("set", most=10),
    "completion.budget_ms": Rule("set"),
    "completion.deadline_ms": Rule("set", most=60_000),
    "generate.style": Rule("set"),
    "generate.exclude": Rule("add"),
}
"""Options an editor's settings may touch, and how far."""

RULES: Mapping[Untrusted, Mapping[str, Rule]] = {"project": PROJECT_MAY, "editor": EDITOR_MAY}
NAMES: Mapping[Untrusted, str] = {
    "project": "a project's file",
    "editor": "an editor's settings, which a project's folder can hold",
}


class OptionRefusedError(ConfigError):
    """The source may not touch this option at all."""


def users_alone(key: str) -> bool:
    """True if only the user's own sources can give this option every value: editors keep it out of a project's reach."""
    rule = EDITOR_MAY.get(key)
    return rule is None or rule.act in ("lower", "switch_on")


def untrusted_value(field: Field, value: object, current: object, source: Untrusted) -> object:
    """The value the option gets when ``source`` asks for ``value`` (already checked) and the user's own is ``current``.

    Raises: ConfigError with the end of a sentence if the source may not do that; OptionRefusedError if it may never.
    """
    rule, name = RULES[source].get(field.key), NAMES[source]
    if rule is None:
        raise OptionRefusedError(f"may not be set by {name}")
    if rule.act == "add":
        return tuple(dict.fromkeys((*cast("tuple[str, ...]", current), *cast("tuple[str, ...]", value))))
    if rule.act == "switch_off" and value is True and current is False:
        raise ConfigError(f"may only be switched off by {name}")
    if rule.act == "switch_on" and value is False and current is True:
        raise ConfigError(f"may only be switched on by {name}")
    if rule.act == "quieter" and rule.order.index(cast("str", value)) > rule.order.index(cast("str", current)):
        raise ConfigError(f'may only be made quieter by {name} (yours is "{current}")')
    if rule.act == "lower" and _size(rule, value) > _size(rule, current):
        raise ConfigError(f"may only be lowered by {name} (yours is {_said(rule, current)})")
    if rule.act == "raise" and cast("float", value) < cast("float", current):
        raise ConfigError(f"may only be raised by {name} (yours is {current})")
    if rule.most is not None and cast("float", value) > rule.most:
        raise ConfigError(f"may be at most {rule.most:g} in {name}")
    return value


def stricter(rule: Rule, one: object, other: object) -> object:
    """The stricter of two values that a project's file was allowed to set; of lists, all entries of both."""
    match rule.act:
        case "add":
            return tuple(dict.fromkeys((*cast("tuple[str, ...]", one), *cast("tuple[str, ...]", other))))
        case "switch_off":
            return one and other
        case "switch_on":
            return one or other
        case "lower":
            return min(one, other, key=lambda value: _size(rule, value))
        case "raise":
            return max(cast("float", one), cast("float", other))
        case "quieter":
            return min(one, other, key=lambda value: rule.order.index(cast("str", value)))
        case "set":
            raise ValueError('of a rule that lets a source "set" anything, no value is stricter')


def _size(rule: Rule, value: object) -> float:
    """A number for comparisons: 0 counts as the most that the program would choose."""
    number = cast("float", value)
    return rule.chosen if rule.chosen is not None and number == 0 else number


def _said(rule: Rule, value: object) -> str:
    return f"0, which chooses at most {rule.chosen:g}" if rule.chosen is not None and value == 0 else str(value)
