"""The FIM prompt for one definition's documentation: signature before, body after, ended by the closing mark. Pure.

Before the signature stand examples of the project's own, the file's imports, the class around a method with its documentation,
what is documented of the bases, and lines that call it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from codestral_ls.backends.base import FimRequest, Priority
from codestral_ls.documents.outline import imports_of
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.documents.text import line_end, line_start, next_line_start
from codestral_ls.generate.docstrings.definitions import Definition
from codestral_ls.generate.docstrings.project_style import Profile, kind_of
from codestral_ls.generate.docstrings.sections import Style

_STOPS = {
    "python": ('"""', "'''"),
    "go": ("\nfunc ", "\ntype ", "\n\n"),
    "rust": ("\npub ", "\nfn ", "\n\n", "\n#["),
    "csharp": ("\npublic ", "\n\n", "\n["),
}
_OPENINGS = {"python": "{quotes}", "go": "// {name} ", "rust": "/// ", "csharp": "/// <summary>\n{indent}/// "}
_CLOSINGS = {"python": "{quotes}\n", "go": "\n", "rust": "\n", "csharp": "\n"}
_CHARACTERS_PER_TOKEN = 3.0
"""Cautious: documentation has about 3.6 to 4.5 characters a token."""
_MOST_TOKENS = 4_096
_SHOWN_EXAMPLES = 2
_SHOWN_CALLS = 3
_NO_CALL = ("def ", "async def ", "function ", "func ", "fn ", "pub ", "*", "//", "#")
_IMPORTS = 800
"""Characters of imports that are shown."""
_SAMPLES: dict[Style, str] = {
    "google": (
        "    Args:\n        values: Numbers to multiply.\n        factor: What they are multiplied by.\n\n"
        "    Returns:\n        The products in the same order.\n\n    Raises:\n        ValueError: If the factor is negative.\n"
    ),
    "numpy": (
        "    Parameters\n    ----------\n    values : list of float\n        Numbers to multiply.\n    factor : float, optional\n"
        "        What they are multiplied by.\n\n"
        "    Returns\n    -------\n    list of float\n        The products in the same order.\n"
    ),
    "sphinx": (
        "    :param values: Numbers to multiply.\n    :param factor: What they are multiplied by.\n"
        "    :returns: The products in the same order.\n    :raises ValueError: If the factor is negative.\n"
    ),
}


def tokens_for(profile: Profile, least: int) -> tuple[int, int]:
    """How long an answer may be, and how long where that was too short: as nine of ten, and all, of the project's own are."""
    usual = int(1.2 * profile.usual_characters / _CHARACTERS_PER_TOKEN)
    longest = int(1.2 * profile.longest_characters / _CHARACTERS_PER_TOKEN)
    first = min(_MOST_TOKENS, max(least, usual))
    return first, min(_MOST_TOKENS, max(2 * first, longest))


def build_request(
    text: str,
    language: str,
    definition: Definition,
    profile: Profile,
    *,
    address: str,
    characters: int,
    max_tokens: int,
    timeout: float,
    around: Surroundings | None = None,
) -> FimRequest:
    """The request for ``definition`` of ``text``, the document at ``address``, with at most about ``characters`` characters."""
    before, after = _around(text, language, definition)
    marks = {"name": definition.name, "indent": definition.indent, "quotes": profile.quotes}
    opening = _OPENINGS.get(language, "/**\n{indent} * ").format(**marks)
    closing = _CLOSINGS.get(language, "\n{indent} */\n").format(**marks)
    prefix = f"{before[-characters // 2 :]}{definition.indent}{opening}"
    suffix = (closing if language != "python" else "\n" + definition.indent + closing) + after[: characters // 3]
    room = characters - len(prefix) - len(suffix)
    parts: list[str] = []
    for part in (*_examples(language, profile, definition), *(_parts(around, definition, language) if around else ())):
        if part and len(part) + 2 <= room:
            parts.append(part)
            room -= len(part) + 2
    return FimRequest(
        prefix="".join(f"{part}\n\n\n" for part in parts) + prefix,
        suffix=suffix,
        max_tokens=max_tokens,
        stop=_STOPS.get(language, ("*/",)),
        temperature=0.0,
        priority=Priority.BATCH,
        source=address,
        timeout=timeout,
    )


def _around(text: str, language: str, definition: Definition) -> tuple[str, str]:
    """The code before the documentation and after it, with the existing documentation left out."""
    first = line_start(text, definition.anchor)
    skipped = definition.docstring
    if language == "python":
        place = definition.insert_at if definition.insert_at >= 0 else definition.signature_end
        before = _outer_line(text, definition) + text[first:place]
        behind = next_line_start(text, skipped[1]) if skipped else place
        return _plain(before), _plain(text[behind : definition.end])
    return _plain(_outer_line(text, definition)), _plain(text[first : definition.end])


def _outer_line(text: str, definition: Definition) -> str:
    """The line that opens the class around a method, so that the prompt tells what it is a method of."""
    if definition.outer not in ("class", "type"):
        return ""
    name = definition.qualified.split(".")[-2]
    for word in ("class", "interface", "struct", "trait", "record", "enum"):
        place = text.rfind(f"{word} {name}", 0, definition.start)
        if place >= 0:
            return text[line_start(text, place) : next_line_start(text, place)]
    return ""


def _examples(language: str, profile: Profile, definition: Definition) -> list[str]:
    """The project's own examples, those of the same kind first; a sample in the wanted style where there are none."""
    kind = kind_of(definition)
    examples = sorted(profile.examples.get(language, ()), key=lambda one: one.kind != kind)
    if examples or language != "python":
        return [one.text for one in examples[:_SHOWN_EXAMPLES]]
    sample = f"\n{_SAMPLES[profile.style]}" if profile.describes_parameters(kind) and definition.parameters else ""
    head = "def scale(values: list[float], factor: float = 1.0) -> list[float]:\n"
    code = '    if factor < 0:\n        raise ValueError("negative factor")\n    return [value * factor for value in values]'
    return [f'{head}    """Multiply every value by a factor.\n{sample}    """\n{code}']


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rest of a file says about a definition: its definitions and imports, read once."""

    text: str
    definitions: tuple[Definition, ...] = ()
    imports: str = ""


def read_surroundings(tree: SyntaxTree, definitions: Sequence[Definition]) -> Surroundings:
    """The surroundings that the definitions of ``tree`` have."""
    imports = dict.fromkeys(tree.text[one.start : one.end] for one in imports_of(tree))
    return Surroundings(tree.text, tuple(definitions), _plain("\n".join(imports))[:_IMPORTS])


def _parts(around: Surroundings, definition: Definition, language: str) -> list[str]:
    """What else in the file helps: the documentation of the class and of its bases, lines that call it, the imports."""
    text = around.text
    mark = "#" if language == "python" else "//"
    owner = definition
    if definition.outer in ("class", "type"):
        name = definition.qualified.split(".")[-2]
        holds = (one for one in around.definitions if one.name == name and one.start <= definition.start < one.end)
        owner = next(holds, definition)
    parts = [said] if owner is not definition and (said := _documented(text, owner, mark)) else []
    if owner.kind in ("class", "type"):
        head = text[owner.start : owner.signature_end]
        bases = set(re.findall(r"\w+", head.partition("(")[2] or head.partition("extends")[2]))
        for one in around.definitions if bases else ():
            if one.name in bases and one.kind in ("class", "type") and (said := _documented(text, one, mark)):
                parts.append(said)
    if calls := _calls(text, definition):
        parts.append("\n".join([f"{mark} It is used like this:", *(f"{mark}   {line}" for line in calls)]))
    return [*parts, around.imports]


def _documented(text: str, definition: Definition, mark: str) -> str:
    """The head of a class with its documentation as a comment."""
    if definition.docstring is None:
        return ""
    head = text[definition.start : line_end(text, definition.start)]
    said = _plain(text[slice(*definition.docstring)]).strip("\"'/* \n")[:600]
    return "\n".join([f"{mark} {head}", *(f"{mark}   {line.strip()}".rstrip() for line in said.split("\n"))])


def _calls(text: str, definition: Definition) -> list[str]:
    """Up to three lines outside of it that call it."""
    found: list[str] = []
    call = f"{definition.name}("
    place = text.find(call)  # plain: a pattern that begins with a word's border takes a hundred times as long
    while place >= 0 and len(found) < _SHOWN_CALLS:
        inside = definition.anchor <= place < definition.end
        if not inside and not (place > 0 and (text[place - 1].isalnum() or text[place - 1] in "_$")):
            line = text[line_start(text, place) : line_end(text, place)].strip()
            if len(line) < 160 and not line.startswith(_NO_CALL):
                found.append(line)
        place = text.find(call, place + 1)
    return found


def _plain(text: str) -> str:
    """With plain newlines: a model should not have to care for the file's."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
