"""The FIM prompt for one definition's documentation: signature before, body after, ended by the closing mark. Pure.

Before the signature come examples of the project's own, the class of a method with its documentation, the documentation of
the bases, lines that call it, signatures of what it calls in other files, and the file's imports.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from codestral_ls.backends.base import FimRequest, Priority
from codestral_ls.documents.outline import imports_of
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.documents.text import line_end, line_start, next_line_start
from codestral_ls.generate.docstrings.docstring_sections import Style
from codestral_ls.generate.docstrings.documentable import Documentable
from codestral_ls.generate.docstrings.project_facts import ProjectFacts
from codestral_ls.generate.docstrings.project_style import Profile, kind_of

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
_SHOWN_HEADS = 6
_LONGEST_HEAD = 200
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
    """How many tokens an answer may have, and how many if that was too short: enough for nine of ten, and for all, of the project's
    own.
    """
    usual = int(1.2 * profile.usual_characters / _CHARACTERS_PER_TOKEN)
    longest = int(1.2 * profile.longest_characters / _CHARACTERS_PER_TOKEN)
    first = min(_MOST_TOKENS, max(least, usual))
    return first, min(_MOST_TOKENS, max(2 * first, longest))


def build_request(
    text: str,
    language: str,
    definition: Documentable,
    profile: Profile,
    *,
    address: str,
    characters: int,
    max_tokens: int,
    timeout: float,
    around: FileSurroundings | None = None,
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


def _around(text: str, language: str, definition: Documentable) -> tuple[str, str]:
    """The code before the documentation and after it, with the existing documentation left out."""
    first = line_start(text, definition.anchor)
    skipped = definition.docstring
    if language == "python":
        place = definition.insert_at if definition.insert_at >= 0 else definition.signature_end
        before = _outer_line(text, definition) + text[first:place]
        behind = next_line_start(text, skipped[1]) if skipped else place
        return _plain(before), _plain(text[behind : definition.end])
    return _plain(_outer_line(text, definition)), _plain(text[first : definition.end])


def _outer_line(text: str, definition: Documentable) -> str:
    """The line that opens the class of a method, so that the prompt shows what it is a method of."""
    if definition.outer not in ("class", "type"):
        return ""
    name = definition.qualified.split(".")[-2]
    for word in ("class", "interface", "struct", "trait", "record", "enum"):
        place = text.rfind(f"{word} {name}", 0, definition.start)
        if place >= 0:
            return text[line_start(text, place) : next_line_start(text, place)]
    return ""


def _examples(language: str, profile: Profile, definition: Documentable) -> list[str]:
    """The project's own examples, those of the same kind first; without any, a sample in the wanted style."""
    kind = kind_of(definition)
    examples = sorted(profile.examples.get(language, ()), key=lambda one: one.kind != kind)
    if examples or language != "python":
        return [one.text for one in examples[:_SHOWN_EXAMPLES]]
    sample = f"\n{_SAMPLES[profile.style]}" if profile.describes_parameters(kind) and definition.parameters else ""
    head = "def scale(values: list[float], factor: float = 1.0) -> list[float]:\n"
    code = '    if factor < 0:\n        raise ValueError("negative factor")\n    return [value * factor for value in values]'
    return [f'{head}    """Multiply every value by a factor.\n{sample}    """\n{code}']


@dataclass(frozen=True, slots=True)
class FileSurroundings:
    """What the rest of a file says about a definition, read once: its definitions and imports; and the rest of the project.

    ``path`` is the file's, relative to the project, as ``facts`` name it.
    """

    text: str
    definitions: tuple[Documentable, ...] = ()
    imports: str = ""
    facts: ProjectFacts = field(default_factory=lambda: ProjectFacts(None))
    path: str = ""


def read_surroundings(
    tree: SyntaxTree, definitions: Sequence[Documentable], facts: ProjectFacts | None = None, path: str = ""
) -> FileSurroundings:
    """The surroundings of the definitions of ``tree``, the file at ``path``."""
    imports = dict.fromkeys(tree.text[one.start : one.end] for one in imports_of(tree))
    shown = _plain("\n".join(imports))[:_IMPORTS]
    return FileSurroundings(tree.text, tuple(definitions), shown, facts or ProjectFacts(None), path)


def _parts(around: FileSurroundings, definition: Documentable, language: str) -> list[str]:
    """Other helpful text: the documentation of the class and of its bases, lines that call it, what it calls, the imports."""
    text = around.text
    mark = "#" if language == "python" else "//"
    owner = definition
    if definition.outer in ("class", "type"):
        name = definition.qualified.split(".")[-2]
        holds = (one for one in around.definitions if one.name == name and one.start <= definition.start < one.end)
        owner = next(holds, definition)
    parts = [said] if owner is not definition and (said := _documented(text, owner, mark)) else []
    if owner.kind in ("class", "type"):
        parts += _bases(around, owner, mark)
    calls = [*_calls(text, definition), *around.facts.calls(definition.name, around.path)][:_SHOWN_CALLS]
    if calls:
        parts.append("\n".join([f"{mark} It is used like this:", *(f"{mark}   {line}" for line in calls)]))
    return [*parts, _called(around, definition, mark), around.imports]


def _bases(around: FileSurroundings, owner: Documentable, mark: str) -> list[str]:
    """The documentation of a class's bases, in this file or another."""
    head = around.text[owner.start : owner.signature_end]
    names = dict.fromkeys(re.findall(r"\w+", head.partition("(")[2] or head.partition("extends")[2]))
    here = {one.name: one for one in around.definitions if one.name in names and one.kind in ("class", "type")}
    parts = [said for one in here.values() if (said := _documented(around.text, one, mark))]
    elsewhere = around.facts.documented([name for name in names if name not in here], around.path)
    return [*parts, *(_commented(said, mark) for said in elsewhere)]


def _called(around: FileSurroundings, definition: Documentable, mark: str) -> str:
    """The signatures of the functions in other files that the definition calls; "" if none is known."""
    known = {one.name for one in around.definitions}
    body = around.text[definition.signature_end : definition.end]
    names = [name for name in dict.fromkeys(re.findall(r"([A-Za-z_]\w*)\(", body)) if name not in known]
    heads = around.facts.heads(names, around.path)
    lines = [f"{one.path}: {one.text}"[:_LONGEST_HEAD] for one in heads[:_SHOWN_HEADS]]
    return "\n".join([f"{mark} It uses:", *(f"{mark}   {line}" for line in lines)]) if lines else ""


def _commented(text: str, mark: str) -> str:
    return "\n".join(f"{mark} {line}".rstrip() for line in text.split("\n"))


def _documented(text: str, definition: Documentable, mark: str) -> str:
    """The head of a class with its documentation as a comment."""
    if definition.docstring is None:
        return ""
    head = text[definition.start : line_end(text, definition.start)]
    said = _plain(text[slice(*definition.docstring)]).strip("\"'/* \n")[:600]
    return "\n".join([f"{mark} {head}", *(f"{mark}   {line.strip()}".rstrip() for line in said.split("\n"))])


def _calls(text: str, definition: Documentable) -> list[str]:
    """Up to three lines outside of it that call it."""
    found: list[str] = []
    call = f"{definition.name}("
    place = text.find(call)  # plain: a pattern that begins with a word boundary takes a hundred times as long
    while place >= 0 and len(found) < _SHOWN_CALLS:
        inside = definition.anchor <= place < definition.end
        if not inside and not (place > 0 and (text[place - 1].isalnum() or text[place - 1] in "_$")):
            line = text[line_start(text, place) : line_end(text, place)].strip()
            if len(line) < 160 and not line.startswith(_NO_CALL):
                found.append(line)
        place = text.find(call, place + 1)
    return found


def _plain(text: str) -> str:
    """With plain newlines: the model should not have to follow the file's own."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
