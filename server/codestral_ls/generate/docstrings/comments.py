"""Lays out words as the documentation comments of JavaScript, TypeScript, Go, Rust, Java and C#. Pure.

As in ``styles.py`` the definition decides which entries there are. Go and Rust have no entries for parameters by convention;
Rust has sections for errors, panics and safety.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from xml.sax.saxutils import escape

from codestral_ls.generate.docstrings.definitions import Definition
from codestral_ls.generate.docstrings.styles import RAISES, RETURNS, YIELDS, described
from codestral_ls.generate.docstrings.words import Words

_NOTHING = {"", "void", "undefined", "never", "Void", "Promise<void>", "asserts", "Task", "ValueTask", "()", "!"}

Layout = Callable[[Definition, Words, int], list[str]]


def _javascript(definition: Definition, words: Words, width: int) -> list[str]:
    return _block(words, width, _tags(definition, words, "@returns", "{{{0}}} ", " - "))


def _typescript(definition: Definition, words: Words, width: int) -> list[str]:
    return _block(words, width, _tags(definition, words, "@returns", "{{@link {0}}} ", " - "))


def _java(definition: Definition, words: Words, width: int) -> list[str]:
    safe = Words(
        _entities(words.summary), _entities(words.details), {k: _entities(v) for k, v in words.parameters.items()},
        _entities(words.returns), "", {k: _entities(v) for k, v in words.raises.items()},
    )  # fmt: skip
    return _block(safe, width, _tags(definition, safe, "@return", "{0} ", " "))


def _go(definition: Definition, words: Words, width: int) -> list[str]:
    summary = words.summary
    if not summary.startswith(definition.name + " "):
        summary = f"{definition.name} {summary[0].lower()}{summary[1:]}" if summary[:1].isalpha() else summary
    text = [*_wrapped(summary, width - 3)]
    if words.details:
        text += ["", *_wrapped(words.details, width - 3)]
    return [f"// {line}".rstrip() for line in text]


def _rust(definition: Definition, words: Words, width: int) -> list[str]:
    text = _wrapped(words.summary, width - 4)
    if words.details:
        text += ["", *_wrapped(words.details, width - 4)]
    if re.match(r"(\w+::)*Result\b", definition.return_type):
        text += ["", "# Errors", "", *_wrapped(words.raises.get("errors") or "Returns the error of what it calls.", width - 4)]
    if definition.panics:
        text += ["", "# Panics", "", *_wrapped(words.raises.get("panics") or "Panics where the code says so.", width - 4)]
    return [f"/// {line}".rstrip() for line in text]


def _csharp(definition: Definition, words: Words, width: int) -> list[str]:
    lines = ["<summary>", *_wrapped(escape(" ".join((words.summary, words.details)).strip()), width - 4), "</summary>"]
    for one in definition.parameters:
        tag = "typeparam" if one.generic else "param"
        lines.append(f'<{tag} name="{one.name}">{escape(described(one, words))}</{tag}>')
    if shows_return(definition):
        lines.append(f"<returns>{escape(words.returns or RETURNS)}</returns>")
    lines += [f'<exception cref="{one}">{escape(words.raises.get(one) or RAISES)}</exception>' for one in definition.raises]
    return [f"/// {line}" for line in lines]


LAYOUTS: dict[str, Layout] = {
    "javascript": _javascript,
    "javascriptreact": _javascript,
    "typescript": _typescript,
    "typescriptreact": _typescript,
    "go": _go,
    "rust": _rust,
    "java": _java,
    "csharp": _csharp,
}


def shows_return(definition: Definition) -> bool:
    """Whether the signature or the body shows that something is returned."""
    if not definition.is_callable:
        return False
    if definition.return_type:
        return definition.return_type.partition(" ")[0] not in _NOTHING
    return definition.returns


def _tags(definition: Definition, words: Words, returns: str, raises: str, dash: str) -> list[str]:
    lines = []
    for one in definition.parameters:
        name = f"<{one.name}>" if one.generic else one.name
        lines.append(f"@param {name}{dash}{described(one, words)}")
    if definition.yields:
        lines.append(f"@yields {words.yields or YIELDS}")
    elif shows_return(definition):
        lines.append(f"{returns} {words.returns or RETURNS}")
    lines += [f"@throws {raises.format(one)}{words.raises.get(one) or RAISES}" for one in definition.raises]
    return lines


def _block(words: Words, width: int, tags: list[str]) -> list[str]:
    if not tags and not words.details and len(words.summary) <= width - 7:
        return [f"/** {words.summary} */"]
    lines = _wrapped(words.summary, width - 3)
    if words.details:
        lines += ["", *_wrapped(words.details, width - 3)]
    if tags:
        lines.append("")
        for tag in tags:
            lines += textwrap.wrap(tag, max(40, width - 3), subsequent_indent="  ", break_long_words=False)
    # A description may not begin a tag of its own.
    return ["/**", *(f" * {line}".rstrip() for line in lines), " */"]


def _entities(text: str) -> str:
    """Javadoc is HTML, and a line that begins with @ is a tag."""
    return escape(text).replace("@", "&#64;")


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(40, width), break_long_words=False, break_on_hyphens=False)
