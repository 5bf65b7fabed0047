"""Random cursors in real files with any model text: the rules for every shown completion, checked independently of our filters."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.completion.filters import chain
from codestral_ls.completion.filters.cursor import at
from codestral_ls.completion.trigger import Plan
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.text import line_end

SALAD = "()[]{}\"'`:;,=\n\r\t \\#/*<>+-abcxyz019é😀\x00\x0c"


@dataclass(frozen=True, slots=True)
class Case:
    """A file with a hole at the cursor, and the model's text."""

    path: Path
    snapshot: Snapshot
    text: str

    @property
    def filtered(self) -> chain.Filtered:
        """The shown completion."""
        cursor = at(self.snapshot, Plan("block", 12, 128, self.snapshot.region()))
        return chain.finish(self.text, cursor, line_ended=len(self.text) % 2 == 0, ran_out=len(self.text) % 3 == 0)

    @property
    def completed(self) -> str:
        """The document after acceptance, or unchanged if nothing is shown."""
        shown = self.filtered
        return self._with(shown.text, shown.over) if shown.text else self.snapshot.text

    @property
    def as_it_is(self) -> str:
        """The document with the model's text as it is, except that its line ends are the document's."""
        newline = "\r\n" if "\r\n" in self.snapshot.text else "\n"
        return self._with(re.sub(r"\r\n|\r|\n", newline, self.text), 0)

    def _with(self, text: str, over: int) -> str:
        offset = self.snapshot.offset
        return self.snapshot.text[:offset] + text + self.snapshot.text[offset + over :]


def cases(files: list[Path], count: int, seed: int) -> Iterator[Case]:
    """``count`` cases from a seed, over the files."""
    randomness = random.Random(seed)
    texts = {path: text for path in files if len(text := path.read_text(encoding="utf-8", errors="replace")) > 100}
    files = list(texts)
    for _ in range(count):
        path = randomness.choice(files)
        text = texts[path]
        offset = randomness.randrange(len(text) + 1)
        end = line_end(text, offset)
        behind = text[offset:end]
        # As in typing, nothing or an auto-closed mark is after the cursor.
        document = text[:offset] + randomness.choice(["", "", ")", "]", ");"]) * bool(behind) + text[end:]
        snapshot = Snapshot.of(document, offset, language_id_for_path(path))
        yield Case(path, snapshot, _model_text(randomness, texts, text, offset))


def problems(case: Case) -> list[str]:
    """What is wrong with the completed document."""
    shown = case.filtered
    if not shown.text:
        return []
    found = []
    tree, after = case.snapshot.tree(), Snapshot.of(case.completed, 0, case.snapshot.language).tree()
    if any(character in shown.text for character in "\x00\ufffd"):
        found.append("characters that are no text")
    if tree is None or after is None:
        if not _is_part(shown.text, case.text):
            found.append("characters added or moved without a tree")
        return found
    if not tree.has_errors and after.has_errors:
        found.append("no longer parsable")
    elif after.error_count > tree.error_count:
        found.append("more errors than before")
    if not _is_part(shown.text, case.text):
        plain = Snapshot.of(case.as_it_is, 0, case.snapshot.language).tree()
        if plain is not None and plain.error_count <= after.error_count and not set(shown.fired) & set(chain.CUTS):
            found.append("characters added or moved for nothing")
    return found


def _is_part(shown: str, text: str) -> bool:
    """True if the visible characters of ``shown`` occur in one piece in ``text``."""
    return "".join(shown.split()) in "".join(text.split())


def _model_text(randomness: random.Random, texts: dict[Path, str], text: str, offset: int) -> str:
    kind = randomness.randrange(6)
    length = randomness.randrange(1, 300)
    if kind == 0:
        return "".join(randomness.choice(SALAD) for _ in range(length // 4 + 1))
    if kind == 1:  # the right text, continued into the text that follows
        return text[offset : offset + length]
    if kind == 2:  # the right rest of the line cut off anywhere, then other lines of the file
        start = randomness.randrange(len(text))
        return text[offset : offset + randomness.randrange(20)] + text[start : start + length]
    if kind == 3:  # text from another place or another file
        other = randomness.choice(list(texts.values()))
        start = randomness.randrange(len(other))
        return other[start : start + length]
    if kind == 4:  # text that repeats itself
        start = randomness.randrange(len(text))
        return text[start : start + randomness.randrange(1, 40)] * randomness.randrange(2, 8)
    return "\n" + text[offset : offset + length].replace("    ", "\t")
