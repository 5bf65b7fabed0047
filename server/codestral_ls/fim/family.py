"""The facts about one family of models: spellings of its control tokens, their order, and its format for several files."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

FamilyName = Literal[
    "codestral", "qwen", "deepseek", "starcoder", "codellama", "starcoder2", "santacoder", "mellum", "seed_coder", "glm", "falcon",
    "codegemma",
]  # fmt: skip
"""The families that a setting may name. New names are added at the end: settings files show them in this order."""

StyleName = Literal["auto", FamilyName]
"""What a setting takes: a family, or "auto" to read it from the server."""

Order = Literal["suffix_only_marked", "suffix_first", "suffix_then_prefix", "prefix_first"]
"""``suffix_only_marked``  SUF suffix PRE prefix          Codestral: no middle token
``suffix_first``        PRE SUF suffix MID prefix      "SPM" as Code Llama was trained
``suffix_then_prefix``  SUF suffix PRE prefix MID      Mellum and Seed-Coder
``prefix_first``        PRE prefix SUF suffix MID      "PSM", all others"""

ORDERS: tuple[Order, ...] = ("prefix_first", "suffix_then_prefix", "suffix_only_marked", "suffix_first")

Evidence = Literal["encoder", "authors", "others", "unproved"]
"""How certain a row is. ``encoder``: a test compares the ids with those of the authors' own code. ``authors``: the authors' model
card, paper or README. ``others``: programs of other people use it so. ``unproved``: inferred; the self-test decides."""


class PromptGap(Enum):
    """A place in a prompt that is filled with the user's text."""

    PREFIX = "prefix"
    SUFFIX = "suffix"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How several files of one repository are written before the code at the cursor.

    ``word`` begins every file's header, ``{word}{path}\\n``; ``control``: it is one control token and not text.
    ``repository`` is the control word before the repository's name, "" if there is none. ``place`` is where the headers are:
    before all FIM tokens; or in the prefix, after its token; ``marker_then_path`` is StarCoder2's: all files first, then the prefix
    token between the last header's word and its path.
    """

    word: str
    control: bool = True
    repository: str = ""
    place: Literal["before", "in_prefix", "marker_then_path"] = "before"


@dataclass(frozen=True, slots=True)
class KnownVocabulary:
    """A tokenizer that every model of a family shares: ``probe`` is ``PROBE`` in its ids, ``ids`` are its control tokens'."""

    name: str
    probe: tuple[int, ...]
    ids: tuple[tuple[str, int], ...]


PROBE = "import os\nreturn self.value\n"
"""A text whose ids differ between vocabularies, for servers that do not show control tokens."""


@dataclass(frozen=True, slots=True)
class FamilyFacts:
    """One family. ``begins`` is the spelling of the token that begins a text, "" if the family has none.

    ``empty_suffix`` replaces a suffix without text. ``guarded``: the authors encode a suffix after a guard character that is then
    dropped, whatever the vocabulary (with SentencePiece everybody does). ``stops`` are control words that end an answer in addition
    to the family's own FIM tokens. ``named`` and ``architectures``: if not empty, one of the fragments must be in the model's name
    (lower case), or begin its architecture, for the row to be chosen. ``source`` says where the row comes from, ``unproved`` what
    is not certain, ``addresses`` where that can be read, ``checked`` when it was looked up: in public copies of those pages and
    repositories, of which not every address was open.
    """

    name: FamilyName
    prefix: str
    suffix: str
    middle: str
    order: Order
    begins: str
    source: str
    unproved: str
    checked: str
    evidence: Evidence
    addresses: tuple[str, ...]
    files: FileFormat | None = None
    empty_suffix: str = ""
    guarded: bool = False
    stops: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    known: tuple[KnownVocabulary, ...] = field(default=())

    @property
    def needs_middle(self) -> bool:
        """True if a prompt has the middle token."""
        return self.order != "suffix_only_marked"

    @property
    def parts(self) -> tuple[str | PromptGap, ...]:
        """Control words and places of a prompt, in the trained order, without the token that begins a text."""
        prefix, suffix = PromptGap.PREFIX, PromptGap.SUFFIX
        orders: dict[Order, tuple[str | PromptGap, ...]] = {
            "suffix_only_marked": (self.suffix, suffix, self.prefix, prefix),
            "suffix_first": (self.prefix, self.suffix, suffix, self.middle, prefix),
            "suffix_then_prefix": (self.suffix, suffix, self.prefix, prefix, self.middle),
            "prefix_first": (self.prefix, prefix, self.suffix, suffix, self.middle),
        }
        return orders[self.order]

    @property
    def controls(self) -> tuple[str, ...]:
        """The control words of ``parts`` alone."""
        return tuple(part for part in self.parts if isinstance(part, str))

    @property
    def file_words(self) -> tuple[str, ...]:
        """The control words of the format for several files."""
        if self.files is None or not self.files.control:
            return ()
        return tuple(word for word in (self.files.word, self.files.repository) if word)
