"""A family's prompt as text, for servers that take a whole prompt and cannot tokenize.

Pure. This project's host does not use it: it reads a model's control tokens from its GGUF file.
"""

from __future__ import annotations

from codestral_ls.fim.family import FamilyFacts, PromptGap
from codestral_ls.fim.leading_files import take_apart


def render(row: FamilyFacts, prefix: str, suffix: str, files: int = 0) -> str:
    """The prompt as text, for servers that read control words in text; the server adds the beginning-of-text token.

    ``files`` headers at the prefix's top are written before the FIM tokens, if the family has them there.
    """
    before, parts = "", take_apart(prefix, row.files, files)
    if parts is not None and row.files is not None:
        word = row.files.word
        before = parts.rest + "".join(word + text for text in parts.files) + word
        prefix = parts.own
        if row.files.place == "marker_then_path":
            prefix = parts.path + parts.own
        else:
            before += parts.path
    prefix, suffix = around_controls(row, prefix, suffix)
    filled = {PromptGap.PREFIX: prefix, PromptGap.SUFFIX: suffix or row.empty_suffix}
    return before + "".join(filled[part] if isinstance(part, PromptGap) else part.replace("▁<", "<") for part in row.parts)


def without_controls(row: FamilyFacts, prefix: str, suffix: str, files: int = 0) -> tuple[str, str]:
    """``around_controls`` for a prefix that begins with ``files`` headers, which stay."""
    parts = take_apart(prefix, row.files, files)
    if parts is None:
        return around_controls(row, prefix, suffix)
    own, suffix = around_controls(row, parts.own, suffix)
    return prefix[: len(prefix) - len(parts.own)] + own, suffix


def around_controls(row: FamilyFacts, prefix: str, suffix: str) -> tuple[str, str]:
    """Leave out text beyond a literal control word in the user's file, which a server would take for a control token.

    The prefix begins after the last such word, the suffix ends before the first.
    """
    for word in (*row.controls, *row.file_words):
        prefix = prefix.rpartition(word)[2]
        suffix = suffix.partition(word)[0]
    return prefix, suffix
