"""FIM request → token ids: a family's order, and the end of the prefix taken back for healing.

Pure, apart from the vocabulary's ``encode``. ``trim.py`` shortens prompts.
"""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.fim.leading_files import Parts, take_apart
from codestral_ls.host import healing
from codestral_ls.host.families import Family
from codestral_ls.host.tokens import Vocabulary

GUARD = "☺"
"""A piece that begins no other piece; text after it gets no leading space (mistral-common's way of encoding a suffix)."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The tokens to evaluate, and the bytes that were taken back and must be spelled again."""

    tokens: list[int]
    heal: bytes = b""


def encode_suffix(vocabulary: Vocabulary, suffix: str, *, guarded: bool = False) -> list[int]:
    """Ids of the text after the cursor. SentencePiece would add a space in front of it, so there it is encoded after a guard.

    With ``guarded`` it always is: Mistral's authors do so with Tekken too, where the guard changes how a word's rest is cut.
    """
    if not suffix or (vocabulary.kind != "sentencepiece" and not guarded):
        return vocabulary.encode(suffix) if suffix else []
    guard = vocabulary.encode(GUARD)
    ids = vocabulary.encode(GUARD + suffix)
    return ids[len(guard) :] if ids[: len(guard)] == guard else vocabulary.encode(suffix)


def encode_guess(vocabulary: Vocabulary, heal: bytes, guess: str) -> list[int]:
    """Ids of an answer that spells ``heal`` again and continues with ``guess``; none without a guess or after half a character."""
    try:
        return encode_suffix(vocabulary, heal.decode() + guess) if guess else []
    except UnicodeDecodeError:
        return []


def encode_prefix(vocabulary: Vocabulary, prefix: str) -> list[int]:
    """Ids of the text before the cursor, as the families' own tools encode it."""
    return vocabulary.encode(prefix) if prefix else []


def arrange(family: Family, bos: int, prefix: list[int], suffix: list[int]) -> tuple[list[int], list[int]]:
    """The prompt in two parts, cut after the prefix: only the end of the first part can be taken back."""
    begin = [bos] if family.bos and bos >= 0 else []
    if family.order == "suffix_only_marked":
        return [*begin, family.suffix, *suffix, family.prefix, *prefix], []
    if family.order == "suffix_then_prefix":
        # The middle token comes after the prefix, so the text taken back for healing ends right before it.
        return [*begin, family.suffix, *suffix, family.prefix, *prefix], [family.middle]
    if family.order == "suffix_first":
        return [*begin, family.prefix, family.suffix, *suffix, family.middle, *prefix], []
    return [*begin, family.prefix, *prefix], [family.suffix, *suffix, family.middle]


def encode_files(family: Family, vocabulary: Vocabulary, parts: Parts) -> tuple[list[int], str]:
    """The ids of the files before the current file, and the current file's text with the part of its header that belongs into the
    prefix.
    """
    ids = vocabulary.encode(parts.rest) if parts.rest else []
    for text in parts.files:
        ids += [family.file_word, *vocabulary.encode(text)]
    ids.append(family.file_word)
    if family.files is not None and family.files.place == "marker_then_path":
        return ids, parts.path + parts.own
    return ids + vocabulary.encode(parts.path), parts.own


def build(family: Family, vocabulary: Vocabulary, prefix: str, suffix: str, *, heal: bool = True, files: int = 0) -> Prompt:
    """The prompt of one request. With ``heal`` the last pieces of the prefix are left out and returned as bytes.

    The first ``files`` file words in ``prefix`` are control tokens.
    """
    parts = take_apart(prefix, family.files, files)
    before: list[int] = []
    if parts is not None:
        before, prefix = encode_files(family, vocabulary, parts)
    ids = encode_prefix(vocabulary, prefix)
    count = healing.take_back(ids, vocabulary.pieces, vocabulary.index) if heal else 0
    kept, taken = ids[: len(ids) - count], ids[len(ids) - count :]
    first, second = arrange(
        family, vocabulary.bos, kept, encode_suffix(vocabulary, suffix or family.empty_suffix, guarded=family.guarded)
    )
    begun = 1 if family.bos and vocabulary.bos >= 0 else 0
    first = first[:begun] + before + first[begun:]
    text = b"".join(vocabulary.pieces[token] for token in taken)
    if count == len(ids) and not prefix.encode(errors="replace").startswith(text):
        text = text.removeprefix(b" ")  # the space was the vocabulary's own, in front of the whole text
    return Prompt(first + second, text)
