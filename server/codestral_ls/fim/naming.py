"""The family that a model's name suggests, for servers that reveal nothing else. A guess: the self-test checks it."""

from __future__ import annotations

import re

from codestral_ls.fim.family import FamilyName

_NAMES: tuple[tuple[str, FamilyName], ...] = (
    (r"codestral(?!.*mamba)", "codestral"),
    (r"mellum", "mellum"),
    (r"codegemma", "codegemma"),
    (r"seed-?coder|zeta-?2", "seed_coder"),
    (r"codeqwen", "starcoder"),
    (r"qwen.*coder|granite-?4", "qwen"),
    (r"starcoder-?2", "starcoder2"),
    (r"santacoder", "santacoder"),
    (r"starcoder|refact|stable-?code|granite", "starcoder"),
    (r"code-?llama", "codellama"),
    (r"deepseek-?(coder|v[23])", "deepseek"),
    (r"glm-?4", "glm"),
    (r"falcon.*coder", "falcon"),
)


def family_of_name(name: str) -> FamilyName | None:
    """The family of a model called ``name``, None if the name suggests none."""
    lower = re.sub(r"[\s_:/]+", "-", name.lower())
    return next((family for pattern, family in _NAMES if re.search(pattern, lower)), None)
