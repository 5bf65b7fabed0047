"""The sections of a documentation and their entries, by lines: so that one entry can be removed and everything else stays.

An entry is removed when it says nothing ("The value of x.") or describes a parameter that the definition does not have; a section
is removed with its last entry. Knows Google, numpy, Sphinx and the tags of JSDoc and Javadoc. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

Style = Literal["google", "numpy", "sphinx"]
Kind = Literal["parameters", "returns", "raises"]

_KINDS: dict[str, Kind] = {
    "args": "parameters", "arguments": "parameters", "parameters": "parameters", "params": "parameters",
    "other parameters": "parameters", "keyword args": "parameters", "keyword arguments": "parameters",
    "returns": "returns", "return": "returns", "yields": "returns", "yield": "returns",
    "raises": "raises", "throws": "raises",
}  # fmt: skip
_GOOGLE = re.compile(r"^(?P<name>[A-Z][A-Za-z ]{2,24}):\s*$")
_UNDERLINE = re.compile(r"^\s*-{3,}\s*$")
_TAG = re.compile(r"^[:@](?P<tag>param|parameter|arg|argument|key|returns?|yields?|raises?|throws|exception)\b(?P<rest>[^:]*:?.*)$")
_NAME = re.compile(r"\*{0,2}[A-Za-z_$][\w$]*")
_EMPTY = re.compile(
    r"^(the )?(return(ed)? |next )?(value|results?|output|argument|parameter|return value)?( of (the )?(function|method|call))?$"
    r"|^(raised|thrown) (by|in|from) (this|the) (code|function|method)$|^(panics|raises|throws) where the code says so$"
    r"|^(a|an|the)? ?description( of .{1,40})?$|^todo\b.*|^_?(summary|type|description)_?$"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Lines ``[start, end)`` that describe ``names`` (empty for a return); ``text`` is the description, types apart."""

    kind: Kind
    names: tuple[str, ...]
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """Lines ``[start, end)``: a heading (``entries_start`` is where it ends) and its entries."""

    style: Style | Literal["tags"]
    kind: Kind
    start: int
    entries_start: int
    end: int
    entries: tuple[Entry, ...]


def sections_of(lines: list[str]) -> list[Section]:
    """The sections that describe parameters, results and exceptions, in order; others are ignored."""
    found: list[Section] = []
    index = 0
    while index < len(lines):
        section = _google(lines, index) or _numpy(lines, index) or _tagged(lines, index)
        if section is None:
            index += 1
            continue
        found.append(section)
        index = max(section.end, index + 1)
    return found


def style_of(lines: list[str]) -> Style | None:
    """The style of the first section; None if there is none."""
    for section in sections_of(lines):
        return "sphinx" if section.style == "tags" else section.style
    return None


def without_entries(lines: list[str], unwanted: Callable[[Entry], bool]) -> list[str]:
    """The lines without the unwanted entries, and without sections that become empty."""
    gone: set[int] = set()
    for section in sections_of(lines):
        dropped = [entry for entry in section.entries if unwanted(entry)]
        whole = bool(section.entries) and len(dropped) == len(section.entries)
        for start, end in [(section.start, section.end)] if whole else [(entry.start, entry.end) for entry in dropped]:
            gone.update(range(start, end))
    if not gone:
        return lines
    kept = [line for index, line in enumerate(lines) if index not in gone]
    while kept and not kept[-1].strip():
        kept.pop()
    return [line for index, line in enumerate(kept) if line.strip() or index == 0 or kept[index - 1].strip()]


def says_nothing(entry: Entry) -> bool:
    """True if an entry only repeats its name: "x: The x.", "The value of x.", "The result."."""
    text = re.sub(r"[`*\"']", "", entry.text).strip().rstrip(".").lower()
    for name in entry.names:
        plain = name.lstrip("*").lower()
        for form in {plain, _spaced(plain), _spaced(name.lstrip("*"))}:
            text = re.sub(rf"^(the )?(value of )?(the )?{re.escape(form)}( (value|parameter|argument))?$", "", text)
    return (entry.kind != "returns" and not text and bool(entry.text.strip())) or bool(text and _EMPTY.match(text))


def is_unknown(entry: Entry, names: Collection[str]) -> bool:
    """True if it describes only parameters that the definition does not have."""
    return entry.kind == "parameters" and bool(entry.names) and not any(name.lstrip("*") in names for name in entry.names)


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").strip().lower()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _block_end(lines: list[str], start: int, indent: int) -> int:
    """The end of the lines that are indented deeper than ``indent``; blank lines among them count."""
    end = start
    for index in range(start, len(lines)):
        if lines[index].strip():
            if _indent(lines[index]) <= indent:
                break
            end = index + 1
    return end


def _entries(lines: list[str], start: int, end: int, kind: Kind, colon: bool) -> tuple[Entry, ...]:
    """The entries of a section's lines: each begins at the least indentation there."""
    indent = min((_indent(line) for line in lines[start:end] if line.strip()), default=0)
    begins = [index for index in range(start, end) if lines[index].strip() and _indent(lines[index]) == indent]
    entries = []
    for number, begin in enumerate(begins):
        stop = begins[number + 1] if number + 1 < len(begins) else end
        head, rest = lines[begin].strip(), " ".join(line.strip() for line in lines[begin + 1 : stop]).strip()
        names: tuple[str, ...] = ()
        text = rest
        if kind == "returns":
            text = f"{head} {rest}".strip() if colon or not rest else rest
        elif colon:
            match = re.match(r"(\*{0,2}[\w.$]+(?:\s*,\s*\*{0,2}[\w.$]+)*)\s*(?:\([^)]*\))?\s*:\s*(.*)", head)
            if match:
                names, text = tuple(_NAME.findall(match[1])), f"{match[2]} {rest}".strip()
            else:
                names, text = (), f"{head} {rest}"
        else:
            names = tuple(_NAME.findall(head.partition(":")[0]))
        entries.append(Entry(kind, names, text, begin, stop))
    return tuple(entries)


def _google(lines: list[str], index: int) -> Section | None:
    match = _GOOGLE.match(lines[index].strip()) if lines[index][:1].strip() else None
    kind = _KINDS.get(match["name"].lower()) if match else None
    if kind is None or index + 1 >= len(lines):
        return None
    end = _block_end(lines, index + 1, _indent(lines[index]))
    if end <= index + 1:
        return None
    return Section("google", kind, index, index + 1, end, _entries(lines, index + 1, end, kind, colon=True))


def _numpy(lines: list[str], index: int) -> Section | None:
    if index + 2 >= len(lines) or not _UNDERLINE.match(lines[index + 1]):
        return None
    kind = _KINDS.get(lines[index].strip().rstrip(":").lower())
    if kind is None:
        return None
    end = index + 2
    while end < len(lines) and not (end + 1 < len(lines) and lines[end].strip() and _UNDERLINE.match(lines[end + 1])):
        if not lines[end].strip() and (end + 1 >= len(lines) or not lines[end + 1].strip()):
            break
        if lines[end].startswith(".. ") or (not lines[end].strip() and lines[end + 1].startswith(".. ")):
            break
        end += 1
    while end > index + 2 and not lines[end - 1].strip():
        end -= 1
    return Section("numpy", kind, index, index + 2, end, _entries(lines, index + 2, end, kind, colon=False))


def _tagged(lines: list[str], index: int) -> Section | None:
    match = _TAG.match(lines[index].strip())
    if match is None:
        return None
    tag = match["tag"]
    kind: Kind = (
        "returns" if tag.startswith(("return", "yield")) else "raises" if tag[:3] in ("rai", "thr", "exc") else "parameters"
    )
    end = _block_end(lines, index + 1, _indent(lines[index]))
    while end > index + 1 and not lines[end - 1].strip():
        end -= 1
    rest = match["rest"].strip()
    names: tuple[str, ...] = ()
    if kind != "returns":
        plain = re.sub(r"^\{(?:[^{}]|\{[^{}]*\})*\}\s*", "", rest)
        if lines[index].strip().startswith(":"):
            head, _, text = plain.partition(":")
            words = _NAME.findall(head)
            names = (words[-1],) if words else ()
        else:
            found = re.match(r"[\[<]?\s*([\w$*]+)[^\s]*\s*-?\s*(.*)", plain)
            names, text = ((found[1],), found[2]) if found else ((), plain)
    else:
        text = rest.lstrip(": ")
        text = re.sub(r"^\{(?:[^{}]|\{[^{}]*\})*\}\s*", "", text)
    text = " ".join([text.strip(), *(line.strip() for line in lines[index + 1 : end])]).strip()
    entry = Entry(kind, names, text, index, end)
    return Section("tags", kind, index, index, end, (entry,))
