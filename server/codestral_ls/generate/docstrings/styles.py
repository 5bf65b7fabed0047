"""Lays out words as a Python docstring in the Google, numpy or Sphinx style. Pure.

Which sections and entries there are comes from the definition alone; a part without words gets its name as words, so that
every parameter, return and exception is there and none that is not.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from codestral_ls.generate.docstrings.clean import words_of_name
from codestral_ls.generate.docstrings.definitions import Definition, Parameter
from codestral_ls.generate.docstrings.words import Style, Words

WIDTH = 88
RETURNS, YIELDS, RAISES = "The result.", "The next value.", "Raised by this code."


def lay_out(definition: Definition, words: Words, style: Style, width: int = WIDTH) -> list[str]:
    """The docstring's lines without quotes and without indentation; ``width`` is what is left of the line."""
    width = max(40, width)
    lines = textwrap.wrap(
        words.summary,
        max(width, len(words.summary) if len(words.summary) < width + 3 else width),
        break_long_words=False,
        break_on_hyphens=False,
    )
    if words.details:
        lines += ["", *_wrapped(words.details, width)]
    sections = {"google": _google, "numpy": _numpy, "sphinx": _sphinx}[style](definition, words, width)
    return lines + sections


def described(parameter: Parameter, words: Words) -> str:
    """What is said of a parameter; its name as words where nothing was written."""
    if (text := words.parameters.get(parameter.name)) is not None:
        return text
    name = words_of_name(parameter.name)
    return f"The {name}." if len(name) > 2 else f"The value of {parameter.name}."


def shows_return(definition: Definition) -> bool:
    """Whether a Python function's signature and body show that it returns something of use."""
    if not definition.is_callable or definition.return_type in ("None", "NoReturn", "Never", "typing.NoReturn"):
        return False
    if definition.yields:
        return False
    return definition.returns or bool(definition.return_type)


def _google(definition: Definition, words: Words, width: int) -> list[str]:
    lines: list[str] = []
    if definition.parameters:
        lines += ["", "Args:"]
        for one in definition.parameters:
            lines += _hanging(f"    {one.mark}{one.name}: {described(one, words)}", width, 8)
    for title, text in _results(definition, words):
        lines += ["", f"{title}:", *_hanging(f"    {text}", width, 4)]
    if definition.raises:
        lines += ["", "Raises:"]
        for name in definition.raises:
            lines += _hanging(f"    {name}: {words.raises.get(name) or RAISES}", width, 8)
    return lines


def _numpy(definition: Definition, words: Words, width: int) -> list[str]:
    lines: list[str] = []
    if definition.parameters:
        lines += ["", "Parameters", "----------"]
        for one in definition.parameters:
            type_ = one.type + (", optional" if one.type and one.default else "")
            lines += [f"{one.mark}{one.name} : {type_}" if type_ else f"{one.mark}{one.name}"]
            lines += _hanging(f"    {described(one, words)}", width, 4)
    for title, text in _results(definition, words):
        lines += ["", title, "-" * len(title)]
        lines += [definition.return_type, *_hanging(f"    {text}", width, 4)] if definition.return_type else [text]
    if definition.raises:
        lines += ["", "Raises", "------"]
        for name in definition.raises:
            lines += [name, *_hanging(f"    {words.raises.get(name) or RAISES}", width, 4)]
    return lines


def _sphinx(definition: Definition, words: Words, width: int) -> list[str]:
    lines = [""] if definition.parameters or definition.raises or list(_results(definition, words)) else []
    for one in definition.parameters:
        lines += _hanging(f":param {one.name}: {described(one, words)}", width, 4)
    for title, text in _results(definition, words):
        lines += _hanging(f":{title.lower()}: {text}", width, 4)
    for name in definition.raises:
        lines += _hanging(f":raises {name}: {words.raises.get(name) or RAISES}", width, 4)
    return lines


def _results(definition: Definition, words: Words) -> Iterable[tuple[str, str]]:
    if definition.yields:
        yield "Yields", words.yields or words.returns or YIELDS
    elif shows_return(definition):
        yield "Returns", words.returns or RETURNS


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _hanging(text: str, width: int, indent: int) -> list[str]:
    """``text`` wrapped with later lines indented; its own first indentation stays."""
    lead = text[: len(text) - len(text.lstrip())]
    return textwrap.wrap(
        text.lstrip(), width, initial_indent=lead, subsequent_indent=" " * indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
