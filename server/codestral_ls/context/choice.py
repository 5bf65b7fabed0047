"""Which snippets enter the prompt: rank, drop those that add nothing, fill the budget by value per character.

Definitions compete one by one: the likeliest with their signatures, less likely ones by name alone, and those of one
file are put together. Pieces of code compete whole. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from codestral_ls.context.cursor_text import CursorText
from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.words import jaccard, words

SIGNATURE_SHARE = 0.45
"""The share of the definitions' room for whole signatures; the rest is for names."""
CODE_SHARE = 0.25
"""The share of the room that pieces of code may take if there are definitions too."""
PARROTED = 0.6
"""A piece this similar to the text at the cursor would only repeat it."""
ALIKE = 0.8
"""Of two pieces this similar, only the better one is taken."""
SAME_ENOUGH = 0.7
"""A new choice that shares this much of its names with the old one does not replace it."""
FILE_COST = 9
"""Characters of a path line besides the path itself."""


def choose(
    found: Iterable[Snippet], near: CursorText, characters: int, chars_per_token: float = 3.2, line_comment: str = "#"
) -> list[Snippet]:
    """The snippets to send, least worth first: the most valuable snippet is closest to the prefix."""
    snippets = list(found)
    codes = _codes([one for one in snippets if not one.name], near, characters, any(one.name for one in snippets))
    room = characters - sum(_cost(one) for one in codes)
    definitions = _definitions([one for one in snippets if one.name], room, line_comment)
    chosen = [*codes, *definitions]
    chosen.sort(key=lambda one: one.score)
    return [replace(one, tokens=round(_cost(one) / chars_per_token)) for one in chosen]


def is_clearly_other(old: Sequence[Snippet], new: Sequence[Snippet]) -> bool:
    """True if the new choice differs so much that evaluating a whole prompt for it is worthwhile.

    A change of the editor's diagnostics always is: a diagnostic that was fixed would mislead the model.
    """
    if _diagnostics_in(old) != _diagnostics_in(new):
        return True
    before, after = (words("\n".join(f"{one.path}\n{one.text}" for one in several)) for several in (old, new))
    return bool(after - before) and jaccard(before, after) < SAME_ENOUGH


def _diagnostics_in(snippets: Sequence[Snippet]) -> set[str]:
    return {one.text for one in snippets if one.source == "diagnostics"}


def _codes(found: list[Snippet], near: CursorText, characters: int, share: bool) -> list[Snippet]:
    room = int(characters * CODE_SHARE) if share else characters
    chosen: list[tuple[Snippet, frozenset[str]]] = []
    for one in sorted(found, key=lambda one: -one.score / (_cost(one) + 100)):
        names = words(one.text)
        if _cost(one) > room or one.score <= 0.0:
            continue
        if one.source != "diagnostics":
            if jaccard(names, near.close) > PARROTED or not names - near.visible:
                continue
            if any(jaccard(names, known) > ALIKE for _, known in chosen):
                continue
        chosen.append((one, names))
        room -= _cost(one)
    return [one for one, _ in chosen]


def _definitions(found: list[Snippet], room: int, line_comment: str) -> list[Snippet]:
    """Two ways to fill the room: with whole signatures by value per character, and with names by value per character."""
    whole: dict[tuple[str, int, str], Snippet] = {}
    names: dict[tuple[str, int, str], Snippet] = {}
    known_names: set[str] = set()
    files: set[str] = set()
    containers: set[tuple[str, str]] = set()
    left = room * SIGNATURE_SHARE
    for one in sorted(found, key=lambda one: -one.score / (len(one.text) + 12)):
        cost = len(one.text) + (5 if one.container else 1)
        cost += 0 if one.path in files else len(one.path) + FILE_COST
        cost += 0 if not one.container or (one.path, one.container) in containers else len(one.container) + 2
        if cost > left or one.name in known_names:
            continue
        whole[one.path, one.start_line, one.name] = one
        left -= cost
        known_names.add(one.name)
        files.add(one.path)
        containers.add((one.path, one.container))
    left += room * (1 - SIGNATURE_SHARE)
    for one in sorted(found, key=lambda one: -one.score / (len(one.name) + 2 + (0 if one.path in files else 12))):
        if one.name in known_names:
            continue
        cost = len(one.name) + 2 + (0 if one.path in files else len(one.path) + FILE_COST + len(line_comment) + 8)
        if cost > left:
            continue
        names[one.path, one.start_line, one.name] = one
        left -= cost
        known_names.add(one.name)
        files.add(one.path)
    return [
        _file([*_of(whole.values(), path)], [*_of(names.values(), path)], line_comment) for path in dict.fromkeys(sorted(files))
    ]


def _of(snippets: Iterable[Snippet], path: str) -> Iterable[Snippet]:
    return sorted((one for one in snippets if one.path == path), key=lambda one: (one.start_line, one.name))


def _file(whole: Sequence[Snippet], names: Sequence[Snippet], line_comment: str) -> Snippet:
    """One snippet from the definitions chosen in one file."""
    lines: list[str] = []
    container = ""
    heads = {one.text for one in whole}
    for one in whole:
        if one.container and one.container != container and one.container not in heads:
            lines.append(one.container)
        container = one.container
        lines.append(f"    {one.text}" if one.container else one.text)
    if names:
        lines.append(f"{line_comment} also: {', '.join(dict.fromkeys(one.name for one in names))}")
    everything = [*whole, *names]
    return Snippet(
        everything[0].path,
        min(one.start_line for one in everything),
        max(one.end_line for one in everything),
        "\n".join(lines),
        everything[0].source,
        max(one.score for one in everything),
    )


def _cost(one: Snippet) -> int:
    return len(one.text) + len(one.path) + FILE_COST
