"""The FIM prompt for one definition's documentation: signature before, body after, ended by the closing mark. Pure."""

from __future__ import annotations

from codestral_ls.backends.base import FimRequest, Priority
from codestral_ls.documents.text import line_start, next_line_start
from codestral_ls.generate.docstrings.comments import LAYOUTS
from codestral_ls.generate.docstrings.definitions import Definition, Parameter
from codestral_ls.generate.docstrings.project_style import Profile
from codestral_ls.generate.docstrings.styles import lay_out
from codestral_ls.generate.docstrings.words import Words

_STOPS = {
    "python": ('"""', "'''"),
    "go": ("\nfunc ", "\ntype ", "\n\n"),
    "rust": ("\npub ", "\nfn ", "\n\n", "\n#["),
    "csharp": ("\npublic ", "\n\n", "\n["),
}
_OPENINGS = {"python": '"""', "go": "// {name} ", "rust": "/// ", "csharp": "/// <summary>\n{indent}/// "}
_CLOSINGS = {"python": '"""\n', "go": "\n", "rust": "\n", "csharp": "\n"}
_SAMPLE = Definition(
    "function", "scale", "scale", 0, 0, 0, 0, 0, "", "",
    (Parameter("values", type="list[float]"), Parameter("factor", type="float", default="1.0")), True, "list[float]",
    raises=("ValueError",),
)  # fmt: skip
_SAMPLE_WORDS = Words(
    "Multiply every value by a factor.", "",
    {"values": "Numbers to multiply.", "factor": "What they are multiplied by."}, "The products in the same order.", "",
    {"ValueError": "If the factor is negative."},
)  # fmt: skip


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
) -> FimRequest:
    """The request for ``definition`` of ``text``, the document at ``address``, with at most about ``characters`` characters."""
    before, after = _around(text, language, definition)
    opening = _OPENINGS.get(language, "/**\n{indent} * ").format(name=definition.name, indent=definition.indent)
    closing = _CLOSINGS.get(language, "\n" + definition.indent + " */\n")
    prefix = f"{before[-characters // 2 :]}{definition.indent}{opening}"
    suffix = (closing if language != "python" else "\n" + definition.indent + closing) + after[: characters // 3]
    room = characters - len(prefix) - len(suffix)
    examples = _examples(language, profile)
    while examples and sum(map(len, examples)) + 2 * len(examples) > room:
        examples.pop()
    return FimRequest(
        prefix="".join(f"{example}\n\n\n" for example in examples) + prefix,
        suffix=suffix,
        max_tokens=min(max_tokens, 64 + 32 * (len(definition.parameters) + len(definition.raises))),
        stop=_STOPS.get(language, ("*/",)),
        temperature=0.0,
        priority=Priority.BATCH,
        source=address,
        timeout=timeout,
    )


def _around(text: str, language: str, definition: Definition) -> tuple[str, str]:
    """The code before the documentation and behind it, with the existing documentation left out."""
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


def _examples(language: str, profile: Profile) -> list[str]:
    """The project's own examples, or a sample in the wanted style."""
    examples = list(profile.examples.get(language, ()))
    if examples or language in LAYOUTS:
        return examples
    lines = lay_out(_SAMPLE, _SAMPLE_WORDS, profile.style)
    body = "\n".join(f"    {line}".rstrip() for line in lines)
    head = "def scale(values: list[float], factor: float = 1.0) -> list[float]:\n"
    code = '    if factor < 0:\n        raise ValueError("negative factor")\n    return [value * factor for value in values]'
    return [f'{head}    """{body.lstrip()}\n    """\n{code}']


def _plain(text: str) -> str:
    """With plain newlines: a model should not have to care for the file's."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
