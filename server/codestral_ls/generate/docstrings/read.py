"""Reads the words out of the documentation a model wrote, whatever layout it chose. Pure.

Knows the entries of Google, numpy, Sphinx, JSDoc, Javadoc and C#'s XML. Only parts that the definition has are read, so that
nothing a model invents gets through.
"""

from __future__ import annotations

import html
import re

from codestral_ls.generate.docstrings.clean import SUMMARY_CHARACTERS, clean_sentences, first_sentence
from codestral_ls.generate.docstrings.definitions import Definition
from codestral_ls.generate.docstrings.words import Words

_HEADING = re.compile(
    r"^(?:#+\s*)?(?P<name>Args|Arguments|Parameters|Params|Other Parameters|Returns?|Yields?|Raises|Throws|Exceptions?|Errors|"
    r"Panics|Safety|Examples?|Notes?|Attributes|See Also|References|Warnings?|Todo|Usage)\s*:?\s*$",
    re.IGNORECASE,
)
_SECTIONS = {
    "args": "parameters", "arguments": "parameters", "parameters": "parameters", "params": "parameters",
    "return": "returns", "returns": "returns", "yield": "yields", "yields": "yields",
    "raises": "raises", "throws": "raises", "exception": "raises", "exceptions": "raises",
    "errors": "errors", "panics": "panics", "safety": "safety",
}  # fmt: skip
_TAG = re.compile(
    r"^[:@](?P<tag>param|parameter|arg|argument|key|typeparam|returns?|yields?|raises?|throws|exception)\b\s*(?P<rest>.*)$"
)
_XML = re.compile(
    r"<(?P<tag>summary|param|typeparam|returns|exception|remarks)(?:\s+(?:name|cref)\s*=\s*\"(?P<name>[^\"]*)\")?\s*>"
    r"(?P<text>.*?)(?:</(?P=tag)>|$)",
    re.DOTALL,
)
_ENTRY = re.compile(r"^\*{0,2}(?P<name>[\w.]+)\s*(?:\([^)]*\))?\s*(?::|\s[-–]\s)\s*(?P<text>.*)$")
_LEAD = re.compile(r"^\s*(?:///?!?|\*(?!\*)|#(?=\s)(?!\s*(?:Errors|Panics|Safety)))?[ \t]?")
_LONGEST = 12_000


def read_words(text: str, definition: Definition) -> Words | None:
    """The words of ``text`` for ``definition``; None where no summary can be used."""
    text = text[:_LONGEST]
    found = _from_xml(text) if re.match(r"\s*(///)?\s*<?\w+>|.*</\w+>", text[:400], re.DOTALL) else _from_lines(text)
    names = {parameter.name for parameter in definition.parameters}
    raised = {name.rpartition(".")[2]: name for name in definition.raises}
    sentence, rest = first_sentence(found.get(("summary", ""), ""))
    summary = clean_sentences(sentence, SUMMARY_CHARACTERS)
    if not summary or len(summary.split()) < 2:
        return None
    details = clean_sentences(" ".join((rest, found.get(("details", ""), ""))), 400)
    parameters = {name: clean_sentences(text) for (kind, name), text in found.items() if kind == "parameters"}
    raises = {
        raised[name.rpartition(".")[2]]: clean_sentences(text)
        for (kind, name), text in found.items()
        if kind == "raises" and name.rpartition(".")[2] in raised
    }
    for kind in ("errors", "panics", "safety"):
        raises[kind] = clean_sentences(found.get((kind, ""), ""))
    return Words(
        summary,
        details,
        {name: text for name, text in parameters.items() if text and name in names},
        clean_sentences(found.get(("returns", ""), "")),
        clean_sentences(found.get(("yields", ""), "")),
        {name: text for name, text in raises.items() if text},
    )


def _from_lines(text: str) -> dict[tuple[str, str], str]:
    """The text of every part by (section, name)."""
    found: dict[tuple[str, str], list[str]] = {}
    section, entry = "summary", ("summary", "")
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = _LEAD.sub("", raw).strip()
        if not line:
            if section == "summary" and found:
                section, entry = "details", ("details", "")
            continue
        if set(line) <= {"-", "="} and len(line) > 2:
            continue
        if heading := _HEADING.match(line):
            section = _SECTIONS.get(heading["name"].lower(), "other")
            entry = (section, "")
            continue
        if tag := _TAG.match(line):
            entry, line = _tagged(tag["tag"], tag["rest"])
            section = entry[0]
        elif line.startswith("@"):
            section, entry = "other", ("other", "")
        elif section in ("parameters", "raises"):
            entry, line = _entry(section, entry, line)
        elif section in ("returns", "yields") and entry not in found:
            line = re.sub(r"^[\w\[\], .|*]{1,60}:\s+", "", line)
        found.setdefault(entry, []).append(line)
    return {key: " ".join(lines) for key, lines in found.items()}


def _entry(section: str, entry: tuple[str, str], line: str) -> tuple[tuple[str, str], str]:
    """The entry that ``line`` begins or continues, and its text there."""
    if match := _ENTRY.match(line):
        text = match["text"]
        looks_like_type = re.fullmatch(r"[\w\[\], .|]+(?:, optional|, default.*)?", text) and len(text.split()) <= 2
        return (section, match["name"]), "" if looks_like_type and text[-1:] != "." and text.islower() else text
    if re.fullmatch(r"\*{0,2}[\w.]+", line):
        return (section, line.lstrip("*")), ""
    return entry, line


def _tagged(tag: str, rest: str) -> tuple[tuple[str, str], str]:
    """The entry that a ``:param x:`` or ``@param x`` line begins, and its text."""
    if tag.startswith(("return", "yield")):
        kind = "yields" if tag.startswith("yield") else "returns"
        return (kind, ""), re.sub(r"^(?:\{[^}]*\})?\s*:?\s*", "", rest)
    kind = "raises" if tag.startswith(("raise", "throw", "exception")) else "parameters"
    if kind == "raises":
        match = re.match(r"^\{?(?:@link\s+)?(?P<name>[\w.]+)\}?\s*:?\s*-?\s*(?P<text>.*)$", rest)
    else:
        match = re.match(
            r"^(?:\{[^}]*\}\s*)?(?:[\w.\[\], |]+\s(?=\*{0,2}\w+\s*:))?[\[<]?\*{0,2}\\?\*{0,2}(?P<name>[\w$]+)[^\s:]*?[\]>]?"
            r"\s*(?::|-|\s)\s*-?\s*(?P<text>.*)$",
            rest,
        )
    return ((kind, match["name"]), match["text"]) if match else (("other", ""), "")


def _from_xml(text: str) -> dict[tuple[str, str], str]:
    """The text of C#'s XML tags; text before any tag is the summary."""
    text = "\n".join(_LEAD.sub("", line) for line in text.split("\n"))
    lead = re.split(r"<", text, maxsplit=1)[0]
    found = {("summary", ""): html.unescape(lead)} if lead.strip() else {}
    kinds = {"param": "parameters", "typeparam": "parameters", "exception": "raises", "remarks": "details"}
    for match in _XML.finditer(text):
        kind = kinds.get(match["tag"], match["tag"])
        name = (match["name"] or "") if kind in ("parameters", "raises") else ""
        plain = html.unescape(re.sub(r"<[^>]*>", "", match["text"]))
        found.setdefault((kind, name), plain)
    return found
