"""From what a model wrote to a sentence that is safe inside any comment or string, or to nothing. Pure.

Safe means: one line of printable characters, without a closing mark of any language (three quotes, ``*/``), backslash, or
invisible character. Deliberately no repairing of prose: what looks like code or stutters is dropped whole.
"""

from __future__ import annotations

import re
import unicodedata

SUMMARY_CHARACTERS = 140
DESCRIPTION_CHARACTERS = 240

_CODE = re.compile(
    r"^\s*(def|class|return|import|from|if|for|while|try|with|raise|assert|function|const|let|var|func|fn|pub|public|private|"
    r"package|using|namespace|elif|else|except|async|await|@\w+)\b.*[:;{(=]"
    r"|[;{}]\s*$|\)\s*:\s*$|[=!<>]=|:=|->|=>|\+\+|&&|\|\||^\s*[#>$]|\w\(\w*\)\s*[.;{]|^\s*\w+\s=\s|^[-=~*_#.\s]+$"
)
_SENTENCE_END = re.compile(r"(?<=[\w)`'\"»”’%\]][.!?])\s+(?=[^a-z\s])|(?<=[。！？])")
_SHORT_FORM = re.compile(r"\b(e\.g|i\.e|etc|cf|vs|resp|approx|no|fig)\.$", re.IGNORECASE)
_FORBIDDEN = ('"""', "'''", "*/", "/*", "\\", "```", "<script", "[SUFFIX]", "[PREFIX]", "</s>", "MASKED_")


def clean_sentences(text: str, limit: int = DESCRIPTION_CHARACTERS) -> str:
    """``text`` as sentences on one line, at most ``limit`` characters, with an end mark; "" where it is no prose."""
    if len(text) > 20 * limit:
        text = text[: 20 * limit]
    if not _is_printable(text) or any(mark in text for mark in _FORBIDDEN):
        return ""
    text = " ".join(text.split()).strip(" -–—:*\"'`|")
    if not text or any(_CODE.search(part) for part in (text, text.rpartition(". ")[2])):
        return ""
    if not _is_prose(text):
        return ""
    text = _cut(text, limit)
    if not text:
        return ""
    text = text[0].upper() + text[1:] if re.match(r"[a-z]+[\s,.]", text) else text
    return text if text[-1] in ".!?。！？" else text.rstrip(",;:") + "."


def first_sentence(text: str) -> tuple[str, str]:
    """``text`` as (first sentence, the rest)."""
    for match in _SENTENCE_END.finditer(text):
        if not _SHORT_FORM.search(text[: match.start()]):
            return text[: match.start()], text[match.end() :]
    return text, ""


def words_of_name(name: str) -> str:
    """An identifier as plain words: ``max_file_bytes`` and ``maxFileBytes`` are "max file bytes"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.strip("_$#")).replace("_", " ")
    return " ".join(word if word.isupper() else word.lower() for word in spaced.split())


def _is_printable(text: str) -> bool:
    """No control, private, unassigned, surrogate or invisible format character but blanks and newlines."""
    if text.isascii():
        return all(char.isprintable() or char in "\n\r\t" for char in text)
    return all(
        char in "\n\r\t"
        or (char != "\ufffd" and unicodedata.category(char)[0] != "C" and unicodedata.category(char) not in ("Zl", "Zp"))
        for char in text
    )


def _is_prose(text: str) -> bool:
    """Mostly letters, words of a sane length, and no stutter."""
    letters = sum(char.isalpha() or char.isspace() for char in text)
    if letters < 0.7 * len(text):
        return False
    words = text.lower().split()
    if any(len(word) > 60 for word in words):
        return False
    if len(words) >= 8 and len(set(words)) < 0.4 * len(words):
        return False
    return not any(len(set(words[index : index + 3])) == 1 for index in range(len(words) - 2))


def _cut(text: str, limit: int) -> str:
    """Whole sentences up to ``limit`` characters; of a longer first sentence nothing."""
    if len(text) <= limit:
        return text
    kept = ""
    while text:
        sentence, text = first_sentence(text)
        if len(kept) + 1 + len(sentence) > limit:
            break
        kept = f"{kept} {sentence}".strip()
    return kept
