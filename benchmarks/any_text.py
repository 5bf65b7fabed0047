"""Random cursor positions in real files and any model text: what must hold of every shown completion, checked independently.

Brackets are counted from the syntax tree's own tokens, not by the filters' lexer.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.completion.filters import chain
from codestral_ls.completion.filters.cursor import at
from codestral_ls.completion.filters.tail import with_tail
from codestral_ls.completion.trigger import Plan
from codestral_ls.documents.languages import language_for, language_id_for_path
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.text import line_end
from codestral_ls.documents.walk import nodes_of

SALAD = "()[]{}\"'`:;,=\n\r\t \\#/*<>+-abcxyz019é😀\x00\x0c"


@dataclass(frozen=True, slots=True)
class Case:
    """A file with a hole at the cursor, and what the model wrote."""

    path: Path
    snapshot: Snapshot
    text: str

    @property
    def completed(self) -> str:
        """The document after accepting, or unchanged where nothing is shown."""
        cursor = at(self.snapshot, Plan("block", 12, 128, self.snapshot.region()))
        shown = chain.finish(self.text, cursor, line_ended=len(self.text) % 2 == 0).text
        offset = self.snapshot.offset
        if not shown:
            return self.snapshot.text
        return self.snapshot.text[:offset] + with_tail(shown, cursor.tail) + self.snapshot.text[offset + len(cursor.tail) :]


def cases(files: list[Path], count: int, seed: int) -> Iterator[Case]:
    """``count`` seeded cases over the files."""
    randomness = random.Random(seed)
    texts = {path: text for path in files if len(text := path.read_text(encoding="utf-8", errors="replace")) > 100}
    files = list(texts)
    for _ in range(count):
        path = randomness.choice(files)
        text = texts[path]
        offset = randomness.randrange(len(text) + 1)
        end = line_end(text, offset)
        behind = text[offset:end]
        # As while typing: nothing, or an auto-closed mark, stands behind the cursor.
        document = text[:offset] + randomness.choice(["", "", ")", "]", ");"]) * bool(behind) + text[end:]
        snapshot = Snapshot.of(document, offset, language_id_for_path(path))
        yield Case(path, snapshot, _model_text(randomness, texts, text, offset))


def problems(case: Case) -> list[str]:
    """What is wrong with the completed document."""
    before, after = case.snapshot.text, case.completed
    if after == before:
        return []
    found = []
    offset = case.snapshot.offset
    inserted = after[offset : len(after) - (len(before) - offset)] if len(after) >= len(before) else after[offset:]
    last = after[after.rfind("\n", 0, offset + len(inserted)) + 1 :].split("\n", 1)
    following = next((line for line in (last[1] if len(last) > 1 else "").split("\n") if line.strip()), "")
    if following.strip() and any(
        line.rstrip() == following.rstrip() for line in _lines_touched(after, offset, offset + len(inserted))
    ):
        found.append("duplicated following line")
    later = Snapshot.of(after, offset, case.snapshot.language)
    sound = all(tree is not None and not tree.has_errors for tree in (case.snapshot.tree(), later.tree()))
    counts_before, counts_after = _brackets(case.snapshot, sound), _brackets(later, sound)
    # In a string that was never closed, what counts as a bracket changes with the quote that closes it.
    broken_string = case.snapshot.region() != "code" and (tree := case.snapshot.tree()) is not None and tree.has_errors
    for opener, closer in ("()", "[]", "{}"):
        if broken_string or not (opener in inserted or closer in inserted):
            continue
        if counts_before[opener] == counts_before[closer] and counts_after[opener] != counts_after[closer]:
            found.append(f"unbalanced {opener}{closer}")
    if _mixes(before) is False and _mixes(after):
        found.append("tabs and spaces mixed")
    tree, tree_after = case.snapshot.tree(), later.tree()
    if tree is not None and tree_after is not None and not tree.has_errors and tree_after.has_errors:
        found.append("no longer parsable")
    return found


def _lines_touched(text: str, start: int, end: int) -> list[str]:
    begin = text.rfind("\n", 0, start) + 1
    finish = text.find("\n", end)
    return text[begin : finish if finish >= 0 else len(text)].split("\n")


def _brackets(snapshot: Snapshot, sound: bool) -> Counter[str]:
    """Brackets by kind: the tree's tokens where it is ``sound``, else what a plain reading character by character finds."""
    tree = snapshot.tree()
    if tree is not None and sound:
        tokens = (kind for _, kind, _, _, is_leaf in nodes_of(tree).plain if is_leaf)
        # "${" and "#{" are one token of an interpolation, closed by a plain brace.
        return Counter(token[-1] for token in tokens if token in (*"()[]{}", "${", "#{"))
    language = language_for(snapshot.language)
    counts: Counter[str] = Counter()
    text, index = snapshot.text, 0
    while index < len(text):
        opener = next((quote for quote in (*language.multiline_quotes, *language.quotes) if text.startswith(quote, index)), "")
        comment = next((mark for mark in language.line_comments if text.startswith(mark, index)), "")
        if language.block_comment and text.startswith(language.block_comment[0], index):
            end = text.find(language.block_comment[1], index + 2)
            index = len(text) if end < 0 else end + len(language.block_comment[1])
        elif comment:
            while index < len(text) and text[index] not in "\r\n":
                index += 1
        elif opener:
            index += len(opener)
            while index < len(text) and not text.startswith(opener, index):
                if text[index] in "\r\n" and opener not in language.multiline_quotes:
                    break
                index += 2 if text[index] == "\\" else 1
            index += len(opener)
        else:
            counts[text[index]] += text[index] in "()[]{}"
            index += 1
    return counts


def _mixes(text: str) -> bool | None:
    """Whether lines are indented with tabs and others with spaces; None where nothing is indented."""
    kinds = {match[1][0] for match in re.finditer(r"^([ \t]+)\S", text, re.MULTILINE)}
    mixed = bool(re.search(r"^(?: +\t|\t+ +)\S", text, re.MULTILINE))
    return (len(kinds) > 1 or mixed) if kinds else None


def _model_text(randomness: random.Random, texts: dict[Path, str], text: str, offset: int) -> str:
    kind = randomness.randrange(6)
    length = randomness.randrange(1, 300)
    if kind == 0:
        return "".join(randomness.choice(SALAD) for _ in range(length // 4 + 1))
    if kind == 1:  # the truth, and on into what follows
        return text[offset : offset + length]
    if kind == 2:  # the rest of the line cut off anywhere, then other lines of the file
        start = randomness.randrange(len(text))
        return text[offset : offset + randomness.randrange(20)] + text[start : start + length]
    if kind == 3:  # another place, another file
        other = randomness.choice(list(texts.values()))
        start = randomness.randrange(len(other))
        return other[start : start + length]
    if kind == 4:  # loops
        start = randomness.randrange(len(text))
        return text[start : start + randomness.randrange(1, 40)] * randomness.randrange(2, 8)
    return "\n" + text[offset : offset + length].replace("    ", "\t")
